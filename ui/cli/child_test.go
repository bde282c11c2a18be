package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

const roleVariable = "TOKENTRAY_CLI_TEST_ROLE"

// TestMain lets the test binary be `tokentray run`, and what it runs.
func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "run":
		w := cli.Process()
		d := office()
		w.Dial = func(context.Context, cli.Start) (auth.Front, func() error, error) {
			return d, func() error { return nil }, nil
		}
		w.Now = func() time.Time { return now }
		os.Exit(cli.Run(context.Background(), w))
	case "child":
		os.Exit(beChild())
	}
	os.Exit(m.Run())
}

// beChild says what it finds and ends with 42.
func beChild() int {
	var line string
	_, _ = fmt.Fscanln(os.Stdin, &line)
	fmt.Println(os.Getenv("ACCESS_TOKEN"), line, strings.Join(os.Args[1:], ","))
	fmt.Fprintln(os.Stderr, "from the child")
	return 42
}

func TestRunGivesTheChildTheTokenAndBecomesIt(t *testing.T) {
	cmd := exec.Command(os.Args[0], "run", "k7q2", "--", "/usr/bin/env", roleVariable+"=child", os.Args[0], "--json", "-x", "a b")
	if runtime.GOOS == "windows" {
		t.Skip("env is not there")
	}
	cmd.Env = append(os.Environ(), roleVariable+"=run", "ACCESS_TOKEN=canary-of-before")
	cmd.Stdin = strings.NewReader("typed\n")
	var out, errout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errout
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 42 {
		t.Errorf("got %v, want the child's exit code 42", err)
	}
	is(t, "stdout", out.String(), "canary-token typed --json,-x,a b\n")
	is(t, "stderr", errout.String(), "from the child\n")
}

func TestASignalReachesTheChildOfRun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no signals")
	}
	cmd := exec.Command(os.Args[0], "run", "k7q2", "--", "sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done")
	cmd.Env = append(os.Environ(), roleVariable+"=run")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, 6)
	if _, err := out.Read(ready); err != nil || string(ready) != "ready\n" {
		t.Fatalf("got %q and error %v, want ready", ready, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Errorf("got %v, want exit code 7, which the child gave", err)
	}
}

// running is w in which programs are found, and became takes what is run.
func running(w cli.World, became *[]cli.Child) cli.World {
	w.Find = func(name string) (string, error) {
		if name == "nowhere" {
			return "", errors.New("not found")
		}
		return filepath.Join("/bin", name), nil
	}
	w.Become = func(_ context.Context, c cli.Child) error {
		*became = append(*became, c)
		return cli.Ended{Code: 3}
	}
	return w
}

func TestRun(t *testing.T) {
	var became []cli.Child
	var asked auth.Want
	d := office()
	d.token = func(_ context.Context, _ auth.AccountID, w auth.Want) (auth.Token, error) {
		asked = w
		return goodToken(), nil
	}
	w := running(world(d, "run", "k7q2", "--min-validity", "5m", "--", "sync", "--json", "x"), &became)
	is(t, "run", run(t, w), ran{3, "", ""})
	is(t, "validity", asked.Validity, 5*time.Minute)
	if len(became) != 1 || became[0].Path != "/bin/sync" || !slices.Equal(became[0].Arguments, []string{"sync", "--json", "x"}) {
		t.Fatalf("got %+v, want sync with its arguments", became)
	}
	is(t, "token", became[0].AccessToken.Reveal(), "canary-token")
	if printed := fmt.Sprintf("%+v", became); strings.Contains(printed, "canary-") {
		t.Errorf("%s holds the token", printed)
	}
}

func TestRunThatCantBegin(t *testing.T) {
	for kind, code := range map[auth.Kind]int{auth.KindSignInNeeded: 4, auth.KindUnreachable: 5, auth.KindMisconfigured: 7, auth.KindPaused: 1} {
		var became []cli.Child
		d := office()
		d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
			return auth.Token{}, &auth.Error{Kind: kind}
		}
		is(t, string(kind), run(t, running(world(d, "run", "k7q2", "--", "sync"), &became)).code, code)
		is(t, "children", len(became), 0)
	}
	var became []cli.Child
	got := run(t, running(world(office(), "run", "k7q2", "--", "nowhere"), &became))
	is(t, "no program", got, ran{2, "", "There is no program called “nowhere” that can be run.\nCheck its name, or write the whole path to it.\n"})
	d := office()
	d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
		return auth.Token{AccessToken: auth.NewSecret("canary-a\x00b")}, nil
	}
	odd := run(t, running(world(d, "run", "k7q2", "--", "sync"), &became))
	if odd.code != 1 || len(became) != 0 || strings.Contains(odd.err, "canary") {
		t.Errorf("a token with a NUL: got %+v and %d children, want it refused", odd, len(became))
	}
}
