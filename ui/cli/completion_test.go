package cli_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

func TestCompletion(t *testing.T) {
	for shell, want := range map[string]string{"bash": "complete -o", "zsh": "#compdef tokentray", "fish": "complete -c tokentray", "powershell": "Register-ArgumentCompleter"} {
		got := run(t, world(nil, "completion", shell))
		contains(t, shell, got.out, want)
		is(t, shell, got.code, 0)
	}
	got := run(t, world(nil, "completion", "bash"))
	bash := exec.Command("bash", "-n")
	bash.Stdin = strings.NewReader(got.out)
	if out, err := bash.CombinedOutput(); err != nil {
		t.Errorf("bash can't read it: %v: %s", err, out)
	}
}

// completed is what bash, with the script and nothing else, makes of names when a
// person presses Tab behind typed: the last word, or the choices.
func completed(t *testing.T, script, names, typed string) string {
	t.Helper()
	bash := exec.Command("bash", "--norc", "-c", `eval "$SCRIPT"
		tokentray() { printf '%s\n:4\n' "$NAMES"; }
		COMP_TYPE=9 COMP_WORDS=(tokentray token "$TYPED") COMP_CWORD=2 COLUMNS=80
		$(complete -p tokentray | sed 's/.*-F \([^ ]*\) .*/\1/') tokentray "$TYPED" token
		printf '%s|' "${COMPREPLY[@]}"`)
	bash.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "SCRIPT=" + script, "NAMES=" + names, "TYPED=" + typed}
	out, err := bash.Output()
	if err != nil {
		t.Errorf("bash: %v", err)
	}
	return strings.TrimSuffix(string(out), "|")
}

// bash inserts what several choices have in common, so they are written as it reads them.
func TestBashCompletesNamesWithBlanks(t *testing.T) {
	script := run(t, world(nil, "completion", "bash")).out
	const names = "Northwind\nPractice one\nPractice · two\nit's"
	for typed, want := range map[string]string{
		"Nor":           `Northwind`,
		"Prac":          `Practice\ one|Practice\ ·\ two`,
		`Practice\ `:    `Practice\ one|Practice\ ·\ two`,
		`Practice\ o`:   `Practice\ one`,
		`Practice\ ·\ `: `Practice\ ·\ two`,
		"it":            `it\'s`,
		"x":             ``,
	} {
		is(t, typed, completed(t, script, names, typed), want)
	}
	is(t, "with descriptions", completed(t, script, "unlock\tOpen the vault\nunseal\tIt isn't there", "un"), "unlock  (Open the vault)|unseal  (It isn't there)")
}

// suggested is what a shell is told for the last of args.
func suggested(t *testing.T, w cli.World) []string {
	t.Helper()
	got := run(t, w)
	is(t, "exit code", got.code, 0)
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	return lines[:len(lines)-1] // without the directive
}

func TestNamesAreCompletedFromAnAgentThatRuns(t *testing.T) {
	d := office()
	plain := northwind()
	plain.ID, plain.Name = "x1", "Northwind"
	odd := northwind()
	odd.ID, odd.Name = "x2", "-odd" // which would be read as a flag
	d.accounts = append(d.accounts, plain, odd)
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"token", ""}, "Adaptix · Northwind,Northwind,x2\t-odd"},
		{[]string{"token", "Northwind", ""}, ""},
		{[]string{"pause", ""}, "Adaptix · Northwind,Northwind,x2\t-odd"},
		{[]string{"run", ""}, "Adaptix · Northwind,Northwind,x2\t-odd"},
		{[]string{"export", "f", "--account", ""}, "Adaptix · Northwind,Northwind,x2\t-odd"},
		{[]string{"connect", ""}, "adaptix\tAdaptix"},
		{[]string{"token", "k7q2", "--as", ""}, "raw,bearer,header,curl,curl-query,curl-body,httpie,powershell,env,json,postman"},
		{[]string{"completion", ""}, "bash,fish,powershell,zsh"},
		{[]string{"unl"}, "unlock\tOpen the vault: with its passphrase, or the key in your keyring"},
	} {
		w := world(d, append([]string{"__complete"}, row.args...)...)
		dial := w.Dial
		w.Dial = func(ctx context.Context, s cli.Start) (auth.Front, func() error, error) {
			is(t, "start", s, cli.StartNever)
			return dial(ctx, s)
		}
		is(t, strings.Join(row.args, " "), strings.Join(suggested(t, w), ","), row.want)
	}
	w := world(nil, "__complete", "token", "")
	w.Dial = func(context.Context, cli.Start) (auth.Front, func() error, error) {
		return nil, nil, &auth.Error{Kind: auth.KindAgent}
	}
	is(t, "without an agent", len(suggested(t, w)), 0)
}
