//go:build linux || darwin

package agent_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tokentray/tokentray/auth/agent"
	"github.com/tokentray/tokentray/auth/agent/athand"
)

// nobody is a user that is not us.
const nobody = 65534

// asRoot says that a test gives files away. The build machines run it as root.
func asRoot(t *testing.T) {
	t.Helper()
	switch {
	case os.Geteuid() == 0:
	case os.Getenv("CI") != "":
		t.Fatal("run this test as root: it needs a second user")
	default:
		t.Skip("needs root for a second user")
	}
}

// take is the lock at addr until the test ends.
func take(t *testing.T, addr agent.Address) *agent.Hold {
	t.Helper()
	hold, err := agent.Take(addr, version)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := hold.Release(); err != nil {
			t.Errorf("Release: %v", err)
		}
	})
	return hold
}

func TestWhatAnotherUserPlantedIsRefusedByBothEnds(t *testing.T) {
	asRoot(t)
	plants := map[string]func(t *testing.T, addr agent.Address){
		"folder": func(t *testing.T, addr agent.Address) {
			must(t, os.Mkdir(filepath.Dir(addr.Socket), 0o700))
			must(t, os.Chown(filepath.Dir(addr.Socket), nobody, nobody))
		},
		"link to a folder of ours": func(t *testing.T, addr agent.Address) {
			must(t, os.Mkdir(addr.Lock+".d", 0o700))
			must(t, os.Symlink(addr.Lock+".d", filepath.Dir(addr.Socket)))
			must(t, os.Lchown(filepath.Dir(addr.Socket), nobody, nobody))
		},
		"socket": func(t *testing.T, addr agent.Address) {
			plantSocket(t, addr.Socket)
			must(t, os.Chown(addr.Socket, nobody, nobody))
		},
		"link to a socket": func(t *testing.T, addr agent.Address) {
			plantSocket(t, addr.Socket+".real")
			must(t, os.Symlink(addr.Socket+".real", addr.Socket))
			must(t, os.Lchown(addr.Socket, nobody, nobody))
		},
		"file": func(t *testing.T, addr agent.Address) {
			must(t, os.Mkdir(filepath.Dir(addr.Socket), 0o700))
			must(t, os.WriteFile(addr.Socket, nil, 0o600))
			must(t, os.Chown(addr.Socket, nobody, nobody))
		},
	}
	for name, plant := range plants {
		t.Run(name, func(t *testing.T) {
			addr := place(t)
			hold := take(t, addr)
			plant(t, addr)
			before := listing(t, filepath.Dir(addr.Socket))
			ctx, cancel := context.WithTimeout(t.Context(), patience) // for a Serve that takes it
			defer cancel()
			wantCause(t, hold.Serve(ctx, echo(), func() {}, func() {}), agent.ErrForeign)
			_, err := agent.Dial(t.Context(), addr, version)
			wantCause(t, err, agent.ErrForeign)
			if _, ok := athand.Ask(addr.Socket, version, question); ok {
				t.Error("somebody else's socket was asked for a token")
			}
			_, err = agent.Ensure(t.Context(), addr, version, func() (<-chan struct{}, error) { return nil, errors.New("started all the same") })
			wantCause(t, err, agent.ErrForeign)
			if got := listing(t, filepath.Dir(addr.Socket)); got != before {
				t.Errorf("got folder %q, want it left alone: %q", got, before)
			}
		})
	}
}

// plantSocket makes a socket that somebody listens at.
func plantSocket(t *testing.T, path string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	l, err := net.Listen("unix", path)
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
}

func listing(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Type().String()+" "+e.Name())
	}
	return strings.Join(names, ", ")
}

func TestOursButNotASocketIsRefusedAndLeftAlone(t *testing.T) {
	plants := map[string]func(path string) error{
		"file":   func(path string) error { return os.WriteFile(path, []byte("precious"), 0o600) },
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"link":   func(path string) error { return os.Symlink(path+".elsewhere", path) },
	}
	for name, plant := range plants {
		t.Run(name, func(t *testing.T) {
			addr := place(t)
			hold := take(t, addr)
			must(t, os.Mkdir(filepath.Dir(addr.Socket), 0o700))
			must(t, plant(addr.Socket))
			if err := hold.Serve(t.Context(), echo(), func() {}, func() {}); err == nil || !strings.Contains(err.Error(), "is not a socket") {
				t.Errorf("got error %v, want one that says what is wrong", err)
			}
			if _, err := os.Lstat(addr.Socket); err != nil {
				t.Errorf("got %v, want the %s left alone", err, name)
			}
		})
	}
}

func TestAFolderOpenToOthersIsRefused(t *testing.T) {
	addr := place(t)
	hold := take(t, addr)
	must(t, os.Mkdir(filepath.Dir(addr.Socket), 0o755))
	err := hold.Serve(t.Context(), echo(), func() {}, func() {})
	if err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("got error %v, want one with the remedy", err)
	}
}

func TestModesAreTheUsersAlone(t *testing.T) {
	addr := place(t)
	before := syscall.Umask(0)
	defer syscall.Umask(before)
	serveAt(t, addr, echo(), version)
	want := map[string]os.FileMode{
		filepath.Dir(addr.Socket): 0o700, addr.Socket: 0o600,
		filepath.Dir(addr.Lock): 0o700, addr.Lock: 0o600, addr.Lock + ".json": 0o600,
	}
	for path, want := range want {
		info, err := os.Stat(path)
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: got mode %o, want %o", filepath.Base(path), got, want)
		}
	}
	if got := syscall.Umask(0); got != 0 {
		t.Errorf("got umask %o afterwards, want the one from before: 0", got)
	}
}

// asNobody starts a copy of the test binary in a role, as a user that is not us,
// beside the agent's folders; everything below is open to it.
func asNobody(t *testing.T, role string, addr agent.Address, open ...string) process {
	t.Helper()
	folder := filepath.Dir(filepath.Dir(addr.Socket))
	binary := filepath.Join(folder, role)
	text, err := os.ReadFile(os.Args[0])
	must(t, err)
	must(t, os.WriteFile(binary, text, 0o700))
	for _, path := range append(open, folder, binary) {
		must(t, os.Chmod(path, 0o777))
	}
	return launch(t, binary, role, version, addr, func(cmd *exec.Cmd) {
		cmd.Dir = folder
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	})
}

func TestAnotherUsersProcessIsRejected(t *testing.T) {
	asRoot(t)
	a := serve(t, echo())
	stranger := asNobody(t, "stranger", a.addr, filepath.Dir(a.addr.Socket), a.addr.Socket)
	if got, want := stranger.hear(t), "the agent hung up"; got != want {
		t.Errorf("a stranger who speaks the protocol: got %q, want %q", got, want)
	}
	if got, want := stranger.hear(t), "the client refused"; got != want {
		t.Errorf("a stranger's Dial: got %q, want %q", got, want)
	}
}

// Folder and socket are ours, but whoever listens behind them is not: nothing is
// said to it.
func TestAnotherUsersProcessIsNotTakenForTheAgent(t *testing.T) {
	asRoot(t)
	addr := place(t)
	folder := filepath.Dir(addr.Socket)
	must(t, os.Mkdir(folder, 0o700))
	impostor := asNobody(t, "impostor", addr, folder)
	if got, want := impostor.hear(t), "listening"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	must(t, os.Chown(addr.Socket, os.Geteuid(), os.Getegid()))
	must(t, os.Chmod(folder, 0o700))
	_, err := agent.Dial(t.Context(), addr, version)
	wantCause(t, err, agent.ErrForeign)
	if !strings.Contains(err.Error(), "process of another user") {
		t.Errorf("got error %v, want that the process is another user's", err)
	}
	_, err = agent.Ensure(t.Context(), addr, version, func() (<-chan struct{}, error) { return nil, errors.New("started all the same") })
	wantCause(t, err, agent.ErrForeign)
}

// Without root the second user is root itself, who owns the folders of every system.
func TestAFolderOfAnotherUserIsRefused(t *testing.T) {
	addr := place(t)
	addr.Socket = "/usr/agent.sock"
	if os.Geteuid() == 0 {
		folder := filepath.Dir(addr.Lock) + ".nobody"
		must(t, os.Mkdir(folder, 0o700))
		must(t, os.Chown(folder, nobody, nobody))
		addr.Socket = filepath.Join(folder, "agent.sock")
	}
	_, err := agent.Dial(t.Context(), addr, version)
	wantCause(t, err, agent.ErrForeign)
	wantCause(t, take(t, addr).Serve(t.Context(), echo(), func() {}, func() {}), agent.ErrForeign)
}

func TestALongPathIsRefusedClearly(t *testing.T) {
	addr := place(t)
	addr.Socket = filepath.Join(filepath.Dir(addr.Socket), strings.Repeat("n", 104-len(filepath.Dir(addr.Socket))-1))
	if len(addr.Socket) != 104 {
		t.Fatalf("got a path of %d bytes, want 104", len(addr.Socket))
	}
	hold := take(t, addr)
	_, dialled := agent.Dial(t.Context(), addr, version)
	for _, err := range []error{hold.Serve(t.Context(), echo(), func() {}, func() {}), dialled} {
		if err == nil || !strings.Contains(err.Error(), "104 bytes, and 103 is the limit") {
			t.Errorf("got error %v, want one that tells the limit", err)
		}
	}
	fitting := addr
	fitting.Socket = addr.Socket[:103]
	fitting.Lock += "2"
	serveAt(t, fitting, echo(), version)
}
