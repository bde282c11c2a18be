package cli_test

import (
	"context"
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
	d.accounts = append(d.accounts, plain)
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"token", ""}, "k7q2\tAdaptix · Northwind,Northwind"},
		{[]string{"token", "Northwind", ""}, ""},
		{[]string{"pause", ""}, "k7q2\tAdaptix · Northwind,Northwind"},
		{[]string{"run", ""}, "k7q2\tAdaptix · Northwind,Northwind"},
		{[]string{"export", "f", "--account", ""}, "k7q2\tAdaptix · Northwind,Northwind"},
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
