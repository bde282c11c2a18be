package cli

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/copyas"
	"github.com/tokentray/tokentray/ui/words"
)

// tokenVariable is where a child of run finds the token: the one place where a
// token enters an environment.
const tokenVariable = "ACCESS_TOKEN"

// Child is a program to be run in this one's place.
type Child struct {
	Path        string      // of its executable
	Arguments   []string    // its own name first
	AccessToken auth.Secret // for its environment, as ACCESS_TOKEN, and for nothing else
}

// errNoProgram is what a command is that can't be run.
var errNoProgram = errors.New("there is no such program")

func (i *invocation) runCommand() *cobra.Command {
	want := auth.Usual
	c := &cobra.Command{
		Use: "run NAME -- COMMAND…", Short: "Run a command that finds a fresh token in ACCESS_TOKEN",
		Long: "Runs COMMAND with an access token of the account in its environment, as ACCESS_TOKEN. Its streams are\n" +
			"this command's own, signals reach it, and its exit code is the one you get. The token stands in no\n" +
			"argument, and no shell is involved: write sh -c '…' for one.",
		Example: "  tokentray run Northwind -- ./sync.py\n  tokentray run Northwind -- sh -c 'curl -H \"Authorization: Bearer $ACCESS_TOKEN\" https://crm.example.com'",
		Args:    nameAndCommand,
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("min-validity") && want.Validity < 0 {
				return usage("A token can’t be good for less than no time.", "Write --min-validity like 60s or 5m.")
			}
			return i.runChild(c.Context(), args[0], args[1:], want)
		},
	}
	c.Flags().Var(validity{&want.Validity}, "min-validity", "how long the token must be good at least, like `60s`; unasked, a minute or a fifth of its life")
	return c
}

// nameAndCommand is for a command that runs another.
func nameAndCommand(c *cobra.Command, args []string) error {
	switch at := c.ArgsLenAtDash(); {
	case at < 0 && len(args) > 1:
		return usage("tokentray run needs -- between the account and the command.", "Write tokentray run "+words.Argument(args[0])+" -- COMMAND.")
	case at != 1 || len(args) < 2 || args[0] == "" || args[1] == "":
		return usage("tokentray run needs to know which account and what to run: tokentray run NAME -- COMMAND.", hint(c))
	}
	return nil
}

func (i *invocation) runChild(ctx context.Context, name string, command []string, want auth.Want) error {
	path, err := i.Find(command[0])
	if err != nil {
		return usage("There is no program called "+words.Named(command[0])+" that can be run.", "Check its name, or write the whole path to it.")
	}
	child := Child{Path: path, Arguments: command}
	err = i.withAccount(ctx, forToken(name, want), name, func(ctx context.Context, desk auth.Front, id auth.AccountID) error {
		token, err := tokenInTime(ctx, desk, id, want)
		if err != nil {
			return err
		}
		child.AccessToken, err = copyas.Write(copyas.Raw, copyas.Material{Token: token, Now: i.Now()})
		if errors.Is(err, copyas.ErrOddToken) {
			return &auth.Error{Kind: auth.KindInvalidAnswer, Account: name, Detail: err.Error()}
		}
		i.warn(token, want)
		return err
	})
	if err != nil {
		return err
	}
	return i.Become(ctx, child)
}

// Ended is the error of World.Become where the child ended with something else
// than 0: the exit code of the command line is the child's then.
type Ended struct{ Code int }

// Error says how it ended.
func (e Ended) Error() string { return "the command ended" }

// FindProgram is where the program called name is: exec.LookPath, which refuses
// what the current folder alone has.
func FindProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", errNoProgram
	}
	return path, nil
}

// environment is env with the token, instead of one that may be there.
func (c Child) environment(env []string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.EqualFold(name, tokenVariable)
	})
	return append(env, tokenVariable+"="+c.AccessToken.Reveal())
}

// warn says what a caller may not expect of t: that its refresh didn't work, or that
// it is good for less than was asked for.
func (i *invocation) warn(t auth.Token, want auth.Want) {
	switch now := i.Now(); {
	case t.Trouble != nil:
		trouble := words.Trouble(t, now, words.CommandLine)
		i.say(trouble.Line())
		i.say(trouble.Next)
	case want.Validity > 0 && !t.ExpiresAt.IsZero() && t.ExpiresAt.Sub(now) < want.Validity:
		i.say("The token is good for " + t.ExpiresAt.Sub(now).Truncate(time.Second).String() + ": --min-validity asks for more than there is.")
	}
}
