//go:build !windows

package shortcut_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/ui/cli/shortcut"
)

func TestTheOnePlainCommandIsRead(t *testing.T) {
	for line, want := range map[string]shortcut.Request{
		"token work":                        {Name: "work", Validity: -1},
		"token work --as header":            {Name: "work", Form: "header", Validity: -1},
		"token --as=json work":              {Name: "work", Form: "json", Validity: -1},
		"token --min-validity 5m work":      {Name: "work", Validity: 5 * time.Minute},
		"token --min-validity=0s k7q2":      {Name: "k7q2"},
		"token a --min-validity=1h --as=rw": {Name: "a", Form: "rw", Validity: time.Hour},
	} {
		if got, ok := shortcut.Parse(strings.Fields(line)); !ok || got != want {
			t.Errorf("%s: got %+v (%v), want %+v", line, got, ok, want)
		}
	}
}

func TestEverythingElseIsHandedOver(t *testing.T) {
	for _, line := range []string{
		"", "token", "token --help", "token work -h", "tokens work", "list", "--no-start token work", "token work --no-start",
		"token work home", "token work --force", "token work --as", "token work --as=", "token work --min-validity soon",
		"token work --min-validity=-5m", "token -- work", "token --passphrase-file f work", "token work --ask=raw", "token work --as-if raw", "help token",
	} {
		if got, ok := shortcut.Parse(strings.Fields(line)); ok {
			t.Errorf("%q: got %+v, want it left to the whole command line", line, got)
		}
	}
	if _, ok := shortcut.Parse([]string{"token", ""}); ok {
		t.Error("an account without a name was taken")
	}
}

// handing is set in the process that hands over.
const handing = "SHORTCUT_HANDS_OVER"

func TestMain(m *testing.M) {
	if os.Getenv(handing) == "" {
		os.Exit(m.Run())
	}
	err := shortcut.HandOver()
	if errors.Is(err, shortcut.ErrNotThere) {
		os.Exit(77)
	}
	os.Exit(78)
}

func TestTheWholeCommandLineGetsEverythingAsItWas(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(path, text string) string {
		path = filepath.Join(folder, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o700)); err != nil { //nolint:gosec // programs
			t.Fatal(err)
		}
		return path
	}
	short := write("bin/tokentray", string(program))
	link := filepath.Join(folder, "link")
	if err := os.Symlink(short, link); err != nil {
		t.Fatal(err)
	}
	run := func(path string) (string, int) {
		cmd := exec.CommandContext(t.Context(), path, "list", "--name=a b")
		cmd.Env = []string{handing + "=1", "PATH=" + filepath.Join(folder, "path") + ":/usr/bin:/bin", "MINE=kept"}
		cmd.Stdin = strings.NewReader("read")
		out, _ := cmd.Output() // its exit code says more
		return string(out), cmd.ProcessState.ExitCode()
	}
	if _, code := run(short); code != 77 {
		t.Errorf("got exit code %d without a whole command line, want to be told", code)
	}
	const script = "#!/bin/sh\nread line\necho \"WHERE $# $1 $2 $MINE $line\"\nexit 5\n"
	for _, where := range []string{"path", "bin"} { // beside it comes before PATH
		write(where+"/tokentray-agent", strings.Replace(script, "WHERE", where, 1))
		for _, path := range []string{short, link} {
			if got, code := run(path); got != where+" 2 list --name=a b kept read\n" || code != 5 {
				t.Errorf("got %q and %d, want it handed to the one in %s", got, code, where)
			}
		}
	}
}
