package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/copyas"
	"github.com/tokentray/tokentray/ui/words"
)

// completionTime is how long a person's Tab key may take.
const completionTime = time.Second

// completes reports whether a shell asks what could follow: cobra has a command of
// its own for that, which it adds when it runs.
func completes(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

func (i *invocation) completionCommand(root *cobra.Command) *cobra.Command {
	shells := map[string]func() error{
		"bash":       func() error { return firstOf(root.GenBashCompletionV2(i.Stdout, true), i.print(bashNames)) },
		"fish":       func() error { return root.GenFishCompletion(i.Stdout, true) },
		"powershell": func() error { return root.GenPowerShellCompletionWithDesc(i.Stdout) },
		"zsh":        func() error { return root.GenZshCompletion(i.Stdout) },
	}
	all := []string{"bash", "fish", "powershell", "zsh"}
	return &cobra.Command{
		Use: "completion SHELL", Short: "Print what has your shell complete commands and account names",
		Long: "Prints what has your shell complete commands and account names. Accounts are those of an agent that runs.\n" +
			"In bash, what follows --flag= is completed only where the package bash-completion is installed, too.",
		Example:   "  source <(tokentray completion bash)\n  tokentray completion fish >~/.config/fish/completions/tokentray.fish",
		ValidArgs: all,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 || shells[args[0]] == nil {
				return usage("tokentray completion needs to know one shell: "+strings.Join(all, ", ")+".", hint(c))
			}
			return unwritten(shells[args[0]]())
		},
	}
}

// bashNames goes behind cobra's script. That inserts what several names have in common
// without escaping it, so a name with blanks would become two words; and it needs a
// function of the package bash-completion, without which words are taken as they are.
const bashNames = `
declare -F _get_comp_words_by_ref >/dev/null 2>&1 || __tokentray_init_completion()
{
    COMPREPLY=()
    words=("${COMP_WORDS[@]}")
    cword=$COMP_CWORD
    cur=${words[cword]}
    prev=${words[cword-1]}
}

__tokentray_complete()
{
    __start_tokentray "$@"
    case $COMP_TYPE in 37|42) return ;; esac # cobra's script escapes for these
    ((${#COMPREPLY[@]} > 1)) || return
    local i
    for i in "${!COMPREPLY[@]}"; do
        [[ ${COMPREPLY[i]} == *"  ("*")" ]] || COMPREPLY[i]=$(printf %q "${COMPREPLY[i]}") # those have a description
    done
}

complete -o default -F __tokentray_complete tokentray`

// completeNames has the commands below root complete accounts, providers and forms.
func (i *invocation) completeNames(root *cobra.Command) {
	for _, c := range root.Commands() {
		switch _, what, _ := strings.Cut(c.Use, " "); {
		case strings.HasPrefix(what, "NAME"), strings.HasPrefix(what, "[NAME]"):
			c.ValidArgsFunction = i.accountNames
		case strings.HasPrefix(what, "PROVIDER"):
			c.ValidArgsFunction = i.providerNames
		}
		if f := c.Flags().Lookup("account"); f != nil {
			_ = c.RegisterFlagCompletionFunc("account", i.accountNames) // the flag is there
		}
		if f := c.Flags().Lookup("as"); f != nil {
			_ = c.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(allForms(), cobra.ShellCompDirectiveNoFileComp))
		}
	}
}

func allForms() (all []cobra.Completion) {
	for _, f := range copyas.Forms() {
		all = append(all, string(f))
	}
	return all
}

// accountNames are the accounts of an agent that runs; none is started for it. The ID
// stands for a name that no command line takes as it is.
func (i *invocation) accountNames(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 && c.Name() != "export" {
		if c.Name() == "run" {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return i.suggest(c.Context(), func(ctx context.Context, desk auth.Front) (all []cobra.Completion, err error) {
		s, err := desk.Snapshot(ctx)
		for _, a := range s.Accounts {
			name := a.Name
			if words.Plain(name) != name || strings.HasPrefix(name, "-") {
				name = cobra.CompletionWithDesc(string(a.ID), words.Plain(a.Name))
			}
			all = append(all, name)
		}
		return all, err
	})
}

func (i *invocation) providerNames(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return i.suggest(c.Context(), func(ctx context.Context, desk auth.Front) (all []cobra.Completion, err error) {
		providers, err := desk.Providers(ctx)
		for _, p := range providers {
			all = append(all, cobra.CompletionWithDesc(string(p.ID), words.Plain(p.Name)))
		}
		return all, err
	})
}

// suggest asks an agent that runs. Whatever goes wrong, nothing is suggested: words
// would stand in the middle of what a person types.
func (i *invocation) suggest(
	ctx context.Context, ask func(context.Context, auth.Front) ([]cobra.Completion, error),
) ([]cobra.Completion, cobra.ShellCompDirective) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	desk, hangUp, err := i.Dial(ctx, StartNever)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer func() { _ = hangUp() }() // all answers are in
	all, err := ask(ctx, desk)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
