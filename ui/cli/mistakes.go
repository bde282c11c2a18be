package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tokentray/tokentray/ui/words"
)

// unknownCommand is the mistake of naming a command that isn't there.
func unknownCommand(root *cobra.Command, args []string) error {
	name := ""
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			name = a
			break
		}
	}
	next := "Run tokentray --help to see the commands."
	if near := root.SuggestionsFor(name); len(near) > 0 {
		next = "Did you mean tokentray " + strings.Join(near, ", or tokentray ") + "? " + next
	}
	return usage("There is no command "+words.Named(name)+".", next)
}

// flagMistake puts what is wrong with a flag into words.
func flagMistake(c *cobra.Command, err error) error {
	var missing *pflag.ValueRequiredError
	var unknown *pflag.NotExistError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return usage(fmt.Sprintf("%s has no flag %s%s.", c.CommandPath(), dashes(unknown.GetSpecifiedName()), words.Plain(unknown.GetSpecifiedName())), hint(c))
	case errors.As(err, &missing):
		return usage(fmt.Sprintf("%s%s needs a value after it.", dashes(missing.GetSpecifiedName()), missing.GetSpecifiedName()), hint(c))
	case errors.As(err, &bad) && bad.GetFlag().Value.Type() == "duration":
		return usage(fmt.Sprintf("%s is no time that --%s could be.", words.Named(bad.GetValue()), bad.GetFlag().Name), "Write it like 90s, 5m or 1h; "+lower(hint(c)))
	case errors.As(err, &bad):
		return usage(fmt.Sprintf("%s is nothing that --%s could be.", words.Named(bad.GetValue()), bad.GetFlag().Name), hint(c))
	}
	return usage("The flags of "+c.CommandPath()+" can’t be read: "+words.Plain(err.Error())+".", hint(c))
}

func dashes(name string) string {
	if len(name) == 1 {
		return "-"
	}
	return "--"
}

// hint is the next step after a mistake.
func hint(c *cobra.Command) string {
	return "Run " + c.CommandPath() + " --help to see how it is used."
}

func lower(sentence string) string { return strings.ToLower(sentence[:1]) + sentence[1:] }

// nothingMore is for commands without arguments.
func nothingMore(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage(c.CommandPath()+" takes no name or value, and "+words.Named(args[0])+" stands after it.", hint(c))
}

// nameOrNone is for commands about one account or all of them.
func nameOrNone(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return oneName(c, args)
}

// nameAndNew is for commands that give an account something.
func nameAndNew(c *cobra.Command, args []string) error {
	if len(args) == 2 {
		return nil
	}
	return usage(c.CommandPath()+" needs to know which account, and its new name: "+c.CommandPath()+" NAME NEW.", hint(c))
}

// oneName is for commands about one account.
func oneName(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 1 && args[0] != "":
		return nil
	case len(args) <= 1:
		return usage(c.CommandPath()+" needs to know which account: "+c.CommandPath()+" NAME.", "Run tokentray list to see the accounts there are.")
	}
	whole := words.Argument(strings.Join(args, " "))
	return usage(fmt.Sprintf("%s is about one account, and %d names stand after it.", c.CommandPath(), len(args)),
		"A name with blanks in it goes into quotes: "+c.CommandPath()+" "+whole+".")
}
