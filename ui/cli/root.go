package cli

import (
	"context"
	"errors"
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
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(c *cobra.Command, _ []string) error {
			if hidden {
				return i.withDesk(c.Context(), upTo(answerTime), func(context.Context, auth.Front) error { return nil })
			}
			return i.start(c.Context())
		},
	}
	root.Flags().BoolVar(&hidden, "hidden", false, "start quietly, as at the beginning of a session")
	root.PersistentFlags().BoolVar(&i.noStart, "no-start", false, "don't start the agent where none runs")
	root.PersistentFlags().StringVar(&i.passphraseFile, "passphrase-file", "", "unlock the vault with the passphrase in `FILE` (- is standard input)")
	i.jsonAnywhere(root)
	root.SetOut(i.Stdout)
	root.SetErr(i.Stderr)
	root.SetIn(i.Stdin)
	root.SetFlagErrorFunc(flagMistake)
	root.AddCommand(i.commands(root)...)
	i.completeNames(root)
	root.SetHelpCommand(helpCommand(root))
	root.InitDefaultHelpCmd()
	leaveExplorerAlone()
	return root
}

// commands are the commands below root; the one that scripts run all day is made
// without the others where it is named first.
func (i *invocation) commands(root *cobra.Command) []*cobra.Command {
	if token := i.tokenCommand(); len(i.Args) > 0 && i.Args[0] == token.Name() {
		return []*cobra.Command{token}
	}
	return []*cobra.Command{
		i.agentCommand(), i.providersCommand(), i.connectCommand(), i.listCommand(), i.tokenCommand(), i.showCommand(),
		i.copyCommand(), i.refreshCommand(), i.reconnectCommand(), i.editCommand(), i.renameCommand(),
		i.pauseCommand(), i.resumeCommand(), i.forgetCommand(), i.runCommand(), i.importCommand(), i.exportCommand(),
		i.doctorCommand(), i.lockCommand(), i.unlockCommand(), i.sealCommand(),
		i.windowCommand(), i.versionCommand(), i.completionCommand(root),
	}
}

// jsonFlag gives c the flag --json, with what it prints.
func (i *invocation) jsonFlag(c *cobra.Command, usage string) {
	c.Flags().BoolVar(&i.asJSON, "json", false, usage)
}

// jsonAnywhere lets --json stand before the command, too, as the global flags
// may. A command that has the flag reads it itself; any other one has no use for it.
func (i *invocation) jsonAnywhere(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.Bool("json", false, "print a JSON document")
	flags.Lookup("json").Hidden = true
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if flags.Changed("json") {
			next := hint(c)
			if c.Flags().Lookup("as") != nil {
				next = "Write --as json to have it so."
			}
			return usage(c.CommandPath()+" has no flag --json.", next)
		}
		return nil
	}
}

// helpCommand is what `help` does everywhere.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			switch {
			case err != nil:
				return unknownCommand(root, args)
			case len(rest) > 0 && c == root:
				return unknownCommand(root, rest)
			case len(rest) > 0:
				return usage(c.CommandPath()+" has no command "+words.Named(rest[0])+" of its own.", hint(c))
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
			o.Ready = func() { i.say(i.running()) }
			err = i.RunAgent(c.Context(), o)
			if err == nil || c.Context().Err() == nil {
				return i.besideAnother(c.Context(), err)
			}
			// Being ended is no trouble, and so must not hide what was.
			e, explanation := explain(context.WithoutCancel(c.Context()), err)
			return told{e.Kind, explanation}
		},
	}
	c.Flags().BoolVar(&o.NoTray, "no-tray", false, "don't show an icon in the tray")
	return c
}

// besideAnother is err, and where another agent answers, how to go on.
func (i *invocation) besideAnother(ctx context.Context, err error) error {
	var e *auth.Error
	if !errors.As(err, &e) || e.Kind != auth.KindAgent {
		return err
	}
	_, hangUp, unanswered := i.Dial(ctx, StartNever)
	if unanswered != nil {
		return err
	}
	_ = hangUp() // nothing was asked
	return told{auth.KindAgent, words.Explanation{
		Sentence: "No agent is started here: " + words.Plain(e.Detail) + ".",
		Next:     "Commands talk to that one. To end it choose “Quit” in the tray’s menu, press Ctrl+C where it was started, or end that process.",
	}}
}

// running is what the agent says when it serves. Only a person at a terminal has
// a Ctrl+C; in the background it goes to a log.
func (i *invocation) running() string {
	if i.Terminal.Err {
		return "Tokentray’s agent is running. Ctrl+C ends it."
	}
	return "Tokentray’s agent is running."
}

// count writes "1 account", "3 accounts".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// say writes one line of words to stderr, unless a program reads that.
func (i *invocation) say(line string) {
	if i.toProgram() {
		return
	}
	_, _ = fmt.Fprintln(i.Stderr, strings.TrimSpace(line)) // nobody is left to be told
}

// toProgram reports whether a program reads both streams: JSON was asked for, and
// nobody sits at a terminal. stderr is for the error's document alone then.
func (i *invocation) toProgram() bool { return i.asJSON && !i.Terminal.Err }

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
