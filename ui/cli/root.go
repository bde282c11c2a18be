package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) rootCommand() *cobra.Command {
	var hidden bool
	root := &cobra.Command{
		Use:   "tokentray",
		Short: "Keeps you signed in to the APIs you work with",
		Long: "Tokentray keeps you signed in to the APIs you work with. Connect an account once;\n" +
			"from then on its access token is fresh, and one command away.",
		Example: "  tokentray connect adaptix\n" +
			"  curl -H \"$(tokentray token Northwind --as header)\" https://crm.example.com/api/contacts",
		SilenceErrors: true, SilenceUsage: true,
		SuggestionsMinimumDistance: 2, // a letter swapped or two mistyped
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(c *cobra.Command, _ []string) error {
			if hidden {
				return i.withDesk(c.Context(), upTo(answerTime), func(context.Context, auth.Desk) error { return nil })
			}
			return i.greet(c.Context())
		},
	}
	root.Flags().BoolVar(&hidden, "hidden", false, "start quietly, as at the beginning of a session")
	root.PersistentFlags().BoolVar(&i.noStart, "no-start", false, "don't start the agent where none runs")
	root.PersistentFlags().StringVar(&i.passphraseFile, "passphrase-file", "", "unlock the vault with the passphrase in `FILE` (- is standard input)")
	root.SetOut(i.Stdout)
	root.SetErr(i.Stderr)
	root.SetIn(i.Stdin)
	root.SetFlagErrorFunc(flagMistake)
	root.AddCommand(
		i.agentCommand(), i.providersCommand(), i.connectCommand(), i.listCommand(), i.tokenCommand(), i.showCommand(),
		i.refreshCommand(), i.reconnectCommand(), i.editCommand(), i.forgetCommand(), i.versionCommand(),
	)
	root.SetHelpCommand(helpCommand(root))
	root.InitDefaultHelpCmd()
	leaveExplorerAlone()
	return root
}

// greet says what runs and how to go on: this is what a person sees who typed
// the program's name and nothing else.
func (i *invocation) greet(ctx context.Context) error {
	return i.withDesk(ctx, upTo(answerTime), func(ctx context.Context, desk auth.Desk) error {
		snapshot, err := usableSnapshot(ctx, desk)
		switch n := len(snapshot.Accounts); {
		case err != nil:
			i.say("Tokentray is running in the background.")
			return err
		case n == 0:
			i.say("Tokentray is running in the background; no account is connected yet.")
			i.say("Run tokentray providers to see what it can connect to, then tokentray connect PROVIDER.")
		default:
			i.say(fmt.Sprintf("Tokentray is running in the background and looks after %s.", count(n, "account")))
			i.say("Run tokentray list to see how they are, tokentray token NAME for a token.")
		}
		return nil
	})
}

// jsonFlag gives c the flag --json, with what it prints.
func (i *invocation) jsonFlag(c *cobra.Command, usage string) {
	c.Flags().BoolVar(&i.asJSON, "json", false, usage)
}

// helpCommand is what `help` does everywhere.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(root, args)
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		},
	}
}

func (i *invocation) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: nothingMore,
		RunE: func(*cobra.Command, []string) error { return i.print("tokentray " + i.Version) },
	}
}

func (i *invocation) agentCommand() *cobra.Command {
	var o AgentOptions
	c := &cobra.Command{
		Use: "agent", Short: "Run the agent in the foreground, as servers, SSH and tests want it", Args: nothingMore,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if o.Passphrase, err = i.passphrase(c.Context()); err != nil {
				return err
			}
			o.Ready = func() { i.say("Tokentray’s agent is running. Ctrl+C ends it.") }
			err = i.RunAgent(c.Context(), o)
			if err == nil || c.Context().Err() == nil {
				return err
			}
			// Being ended is no trouble, and so must not hide what was.
			e, explanation := explain(context.WithoutCancel(c.Context()), err)
			return told{e.Kind, explanation}
		},
	}
	c.Flags().BoolVar(&o.NoTray, "no-tray", false, "don't show an icon in the tray")
	return c
}

// count writes "1 account", "3 accounts".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// say writes one line of words to stderr.
func (i *invocation) say(line string) {
	_, _ = fmt.Fprintln(i.Stderr, strings.TrimSpace(line)) // nobody is left to be told
}

// print writes one line, for programs, to stdout.
func (i *invocation) print(line string) error {
	_, err := fmt.Fprintln(i.Stdout, line)
	return unwritten(err)
}

// printJSON writes one document, on one line, to stdout.
func (i *invocation) printJSON(v any) error { return unwritten(writeJSON(i.Stdout, v)) }

// unwritten puts into words that stdout didn't take what it was given.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	return told{auth.KindInternal, words.Explanation{
		Sentence: "The output can’t be written where it was sent.",
		Next:     "Check that there is room and that it may be written to, then run the command again.",
	}}
}
