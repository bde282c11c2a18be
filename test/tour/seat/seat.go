//go:build unix

package seat

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/test/desktop"
)

// Patience bounds every wait: what is waited for takes less than a second on an
// idle machine, and a full test run is not an idle machine.
const Patience = 40 * time.Second

// Seat is a display with a window manager and a bus. It ends with its test.
type Seat struct {
	Bus     desktop.Bus
	Display string

	t    testing.TB
	conn *dbus.Conn
	item string // the tray icon's last name on the bus
}

// The size of the screen.
const width, height = 1280, 800

// Sit starts a display and a window manager on a bus of their own. more are
// further arguments of Xvfb's.
func Sit(t testing.TB, more ...string) *Seat {
	t.Helper()
	s := &Seat{t: t, Bus: desktop.StartBus(t)}
	s.conn = s.Bus.Dial(t)
	s.startDisplay(more)
	s.start("openbox")
	s.Await("a window manager", func() bool {
		out, err := s.Run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
		return err == nil && strings.Contains(out, "window id")
	})
	return s
}

func (s *Seat) startDisplay(more []string) {
	s.t.Helper()
	tell, say, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	defer tell.Close()
	screen := fmt.Sprintf("%dx%dx24", width, height)
	// Without -noreset it begins anew whenever the last program leaves, and loses
	// whoever comes at that moment.
	x := exec.Command("Xvfb", append([]string{"-displayfd", "3", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"}, more...)...)
	x.ExtraFiles = []*os.File{say} // the third one of the child's
	s.launch(x)
	if err := say.Close(); err != nil {
		s.t.Fatal(err)
	}
	number, err := bufio.NewReader(tell).ReadString('\n')
	if err != nil {
		s.t.Fatalf("Xvfb gave no display: %v", err)
	}
	s.Display = ":" + strings.TrimSpace(number)
}

// Panel starts a panel that shows tray icons.
func (s *Seat) Panel() {
	s.t.Helper()
	found, err := filepath.Glob("/usr/lib/*/xfce4/xfconf/xfconfd")
	if err != nil || len(found) == 0 {
		s.t.Fatalf("no xfconfd, which the panel keeps its settings with: %v", err)
	}
	s.furnish(panelSettings, "config", "xfce4", "xfconf", "xfce-perchannel-xml", "xfce4-panel.xml")
	s.start(found[0])
	s.awaitName("org.xfce.Xfconf")
	s.start("xfce4-panel", "--disable-wm-check")
	s.awaitName(watcher)
}

// Notifications starts what shows them. They stay until they are clicked or withdrawn.
func (s *Seat) Notifications() {
	s.t.Helper()
	menu := s.furnish(fmt.Sprintf(menuScript, filepath.Join(s.Bus.Home, choiceName)), menuName)
	if err := os.Chmod(menu, 0o700); err != nil { //nolint:gosec // an executable has to be executable
		s.t.Fatal(err)
	}
	s.start("dunst", "-config", s.furnish(fmt.Sprintf(dunstSettings, menu), "dunstrc"))
	s.awaitName("org.freedesktop.Notifications")
}

// furnish writes a file below the home.
func (s *Seat) furnish(text string, path ...string) (file string) {
	s.t.Helper()
	file = filepath.Join(append([]string{s.Bus.Home}, path...)...)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return file
}

func (s *Seat) awaitName(name string) {
	s.t.Helper()
	s.Await(name+" on the bus", func() bool {
		var owned bool
		return s.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned) == nil && owned
	})
}

// Env is the whole environment of a process at this seat; later entries win.
func (s *Seat) Env(more ...string) []string {
	env := append(s.Bus.Env(), "DISPLAY="+s.Display, "NO_AT_BRIDGE=1", "LC_ALL=C.UTF-8", "TZ=UTC")
	return append(env, more...)
}

func (s *Seat) start(program string, args ...string) {
	s.t.Helper()
	s.launch(exec.Command(program, args...))
}

// launch starts c and ends it, and what it started, with the test.
func (s *Seat) launch(c *exec.Cmd) {
	s.t.Helper()
	var said bytes.Buffer
	c.Env, c.Stderr = s.Env(), &said
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.WaitDelay = time.Second // what it started may hold its output open
	if err := c.Start(); err != nil {
		s.t.Fatalf("start %s (test/setup test installs it): %v", c.Path, err)
	}
	s.t.Cleanup(func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // it may have ended with its display
		_ = c.Wait()                                      // it was killed, and says so
		if s.t.Failed() && said.Len() > 0 {
			const enough = 1000 // some count every request
			s.t.Logf("%s said: %s", filepath.Base(c.Path), said.Bytes()[max(0, said.Len()-enough):])
		}
	})
}

// Run runs a program of the desktop's to its end and returns what it printed.
func (s *Seat) Run(program string, args ...string) (string, error) {
	return s.feed("", program, args...)
}

func (s *Seat) feed(input, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Env, c.Stdin = s.Env(), strings.NewReader(input)
	out, err := c.Output()
	return string(out), err
}

func (s *Seat) must(program string, args ...string) string {
	s.t.Helper()
	out, err := s.Run(program, args...)
	if err != nil {
		s.t.Fatalf("%s %s: %v", program, strings.Join(args, " "), err)
	}
	return out
}

// Await looks again and again until what is waited for holds. On failure the
// screen is left as a picture beside the others.
func (s *Seat) Await(what string, holds func() bool) {
	s.t.Helper()
	s.AwaitFor(Patience, what, holds)
}

// AwaitFor is Await with a patience of its own.
func (s *Seat) AwaitFor(patience time.Duration, what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); <-time.After(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// Copy puts text on the clipboard, as another program would.
func (s *Seat) Copy(text string) {
	s.t.Helper()
	c := exec.Command("xclip", "-in", "-quiet", "-selection", "clipboard")
	c.Stdin = strings.NewReader(text)
	s.launch(c) // it lives as long as the clipboard is its own
	s.Await("the other program's text on the clipboard", func() bool { return s.Clipboard() == text })
}

// Clipboard is the text on it; "" where there is none.
func (s *Seat) Clipboard() string {
	out, err := s.Run("xclip", "-out", "-selection", "clipboard")
	if err != nil {
		return "" // nobody owns it
	}
	return out
}
