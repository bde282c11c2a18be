//go:build unix

package desktop_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/ui/desktop"
)

const signInAddress = "https://id.example.com/authorize?client_id=x&scope=a%20b&state=canary-$(x)'*;!&r=http%3A%2F%2F127.0.0.1%3A17845"

// openers fills a folder, and makes it the whole PATH, with programs that write
// their arguments, each ended by a NUL, to a file of their name plus ".argv".
func openers(t *testing.T, names ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range names {
		program(t, filepath.Join(dir, name), `printf '%s\000' "$0" "$@" >"$0.part"; exec /bin/mv "$0.part" "$0.argv"`)
	}
	t.Setenv("PATH", dir)
	return dir
}

func program(t *testing.T, path, script string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// called waits until one opener of dir was run, and tells its path and arguments.
func called(t *testing.T, dir string) (path string, argv []string) {
	t.Helper()
	var found []string
	eventually(t, "an opener is run", func() bool {
		found, _ = filepath.Glob(filepath.Join(dir, "*.argv"))
		return len(found) > 0
	})
	text, err := os.ReadFile(found[0])
	if err != nil || len(found) > 1 {
		t.Fatalf("ran %v, %v, want one opener", found, err)
	}
	if err := os.Remove(found[0]); err != nil {
		t.Fatal(err)
	}
	argv = strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
	return argv[0], argv[1:]
}

// eventually polls: what is waited for happens in another process.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

func browserVariable(value string) func(string) string {
	return func(name string) string {
		if name == "BROWSER" {
			return value
		}
		return ""
	}
}

func TestTheAddressReachesTheOpenerUntouched(t *testing.T) {
	desktops := []string{"xdg-open", "open"} // one of the two belongs to this platform
	for _, row := range []struct {
		what, command, browser, program string
		want                            []string
	}{
		{"a command", "mine", "other", "mine", nil},
		{"a command with arguments", "mine  --new-window -P work", "", "mine", []string{"--new-window", "-P", "work"}},
		{"a command with a blank in its name", "my browser", "", "my browser", nil},
		{"a command with a closing %s", "mine --url %s", "", "mine", []string{"--url"}},
		{"no shell", "mine $HOME;reboot", "", "mine", []string{"$HOME;reboot"}},
		{"$BROWSER", "", "mine --x", "mine", []string{"--x"}},
		{"the first entry of $BROWSER", "", "mine:other", "mine", nil},
		{"the desktop's own", "", "", "", nil},
		{"an empty first entry", "", ":mine", "", nil},
	} {
		t.Run(row.what, func(t *testing.T) {
			dir := openers(t, append(desktops, "mine", "my browser", "other")...)
			if err := desktop.OpenBrowser(signInAddress, row.command, browserVariable(row.browser)); err != nil {
				t.Fatal(err)
			}
			path, argv := called(t, dir)
			if name := filepath.Base(path); row.program != "" && name != row.program || row.program == "" && name != desktops[0] && name != desktops[1] {
				t.Errorf("called %s, want %q", name, row.program)
			}
			if got, want := fmt.Sprintf("%q", argv), fmt.Sprintf("%q", append(row.want, signInAddress)); got != want {
				t.Errorf("arguments %s, want %s", got, want)
			}
		})
	}
}

func TestHTTPToThisMachineIsFine(t *testing.T) {
	dir := openers(t, "mine")
	for _, address := range []string{"http://127.0.0.1:9/x", "http://localhost:9/", "http://[::1]:9/?a=b", "https://example.com/?q=1"} {
		if err := desktop.OpenBrowser(address, "mine", nothingSet); err != nil {
			t.Errorf("OpenBrowser(%q) = %v", address, err)
		} else if _, got := called(t, dir); len(got) != 1 || got[0] != address {
			t.Errorf("arguments %q, want %q alone", got, address)
		}
	}
}

func TestAMissingOrRefusingOpenerIsReported(t *testing.T) {
	dir := openers(t)
	err := desktop.OpenBrowser(signInAddress, "", nothingSet)
	if !errors.Is(err, exec.ErrNotFound) || strings.Contains(err.Error(), "canary-") {
		t.Errorf("OpenBrowser without an opener = %v, want ErrNotFound without the address", err)
	}
	program(t, filepath.Join(dir, "mine"), "exit 3")
	err = desktop.OpenBrowser(signInAddress, "mine", nothingSet)
	if err == nil || strings.Contains(err.Error(), "canary-") {
		t.Errorf("OpenBrowser with an opener that exits with 3 = %v, want an error without the address", err)
	}
}

// A browser that stays is not waited for, has a session of its own, and is no
// zombie when it ends.
func TestABrowserThatStaysIsLeftToItself(t *testing.T) {
	dir := openers(t)
	gate, told := filepath.Join(dir, "gate"), filepath.Join(dir, "pid")
	if err := syscall.Mkfifo(gate, 0o600); err != nil {
		t.Fatal(err)
	}
	program(t, filepath.Join(dir, "mine"), `echo $$ >'`+told+`'; read x <'`+gate+`'`)
	if err := desktop.OpenBrowser(signInAddress, "mine", nothingSet); err != nil {
		t.Fatal(err)
	}
	var pid int
	eventually(t, "the browser tells its pid", func() bool {
		text, _ := os.ReadFile(told) // it isn't there yet where this fails
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		pid = n
		return err == nil
	})
	if sid, err := unix.Getsid(pid); err != nil || sid != pid {
		t.Errorf("the browser %d is in session %d, %v, want one of its own", pid, sid, err)
	}
	if err := os.WriteFile(gate, []byte("go\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the browser is reaped", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
}
