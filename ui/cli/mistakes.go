package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tokentray/tokentray/auth"
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
	if meant := near(root, name); len(meant) > 0 {
		next = "Did you mean tokentray " + strings.Join(meant, ", or tokentray ") + "? " + next
	}
	return usage("There is no command "+words.Named(name)+".", next)
}

// near are the commands below c that typed may have been meant for. In a short word
// two other letters are another word, unless it begins alike.
func near(c *cobra.Command, typed string) []string {
	if typed == "" {
		return nil
	}
	c.SuggestionsMinimumDistance = 2 // a letter swapped or two mistyped
	begins := strings.ToLower(typed[:1])
	return slices.DeleteFunc(c.SuggestionsFor(typed), func(name string) bool { return len(typed) < 5 && !strings.HasPrefix(name, begins) })
}

// helped leads from a request that the agent won't carry out as it was written to
// where it is said how, unless err says more.
func helped(c *cobra.Command, err error) error {
	var own told
	var other otherNext
	var e *auth.Error
	if errors.As(err, &own) || errors.As(err, &other) || !errors.As(err, &e) || e.Kind != auth.KindUsage {
		return err
	}
	if c.Name() == "import" {
		return otherNext{e, "Nothing was brought in. Check the file and its passphrase with whoever made it, and run the command again."}
	}
	return otherNext{e, words.Explain(e, words.CommandLine).Next + " " + hint(c)}
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
