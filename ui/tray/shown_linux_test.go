package tray_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func status(name string, state auth.State) auth.Status {
	return auth.Status{ID: auth.AccountID("id-" + name), Name: name, State: state, ExpiresAt: noon.Add(time.Hour)}
}

// panel is the part of a desktop that shows icons.
type panel struct{ registered chan string }

func startPanel(t testing.TB, bus fixture.Bus) panel {
	t.Helper()
	p := panel{make(chan string, 8)}
	conn := bus.Dial(t)
	if err := conn.Export(p, "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"); err != nil {
		t.Fatal(err)
	}
	if reply, err := conn.RequestName("org.kde.StatusNotifierWatcher", 0); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("being the panel: %v, %v", reply, err)
	}
	return p
}

// RegisterStatusNotifierItem is called over the bus.
func (p panel) RegisterStatusNotifierItem(path string) *dbus.Error {
	p.registered <- path
	return nil
}

// shows waits until an icon was registered.
func (p panel) shows(t testing.TB) {
	t.Helper()
	select {
	case path := <-p.registered:
		if path != "/StatusNotifierItem" {
			t.Errorf("registered %q", path)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no icon was registered")
	}
}

// shown is a tray, in a process of its own, as the rest of the desktop sees it.
type shown struct {
	t    testing.TB
	conn *dbus.Conn
	name string // the icon's, on the bus
	tell io.Writer
	did  chan string // what it did, e.g. "copy id-A"

	accounts int // that it was told of last
}

// program builds testdata/shown, once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "shown")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-tags", "slim", "-o", dir, "./testdata/shown")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("%w: %s", err, out)
	}
	return filepath.Join(dir, "shown"), nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // nothing depends on it
	}
	os.Exit(code)
}

// start starts the process and has it show accounts on bus.
func start(t testing.TB, bus fixture.Bus, accounts ...auth.Status) *shown {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path)
	cmd.Env = bus.Env()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &shown{t: t, conn: bus.Dial(t), name: fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", cmd.Process.Pid), tell: in, did: make(chan string, 64)}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.did <- lines.Text()
		}
		close(s.did)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has nothing to save
		for range s.did {
		}
		_ = cmd.Wait()
	})
	s.has(accounts...)
	s.say("run")
	return s
}

func (s *shown) say(command string) {
	s.t.Helper()
	if _, err := fmt.Fprintln(s.tell, command); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shown) sees(snapshot auth.Snapshot) {
	s.t.Helper()
	text, err := json.Marshal(snapshot)
	if err != nil {
		s.t.Fatal(err)
	}
	s.accounts = len(snapshot.Accounts)
	s.say("has " + string(text))
}

func (s *shown) has(accounts ...auth.Status) {
	s.t.Helper()
	s.sees(auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: accounts})
}

// end ends the tray, but not its process, and looks that nothing else was done.
func (s *shown) end() {
	s.t.Helper()
	s.say("stop")
	s.does("ended: <nil> false")
	var owned bool
	if err := s.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, s.name).Store(&owned); err != nil || owned {
		s.t.Errorf("the icon is still there: %t, %v", owned, err)
	}
}

type line struct {
	id    int32
	label string
}

// node is a line of the menu as it comes over the bus.
type node struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// menu reads the menu as a panel does; the lines of a menu in it follow the line
// that opens it, with a tab before them.
func (s *shown) menu() []line {
	var revision uint32
	var root node
	call := s.conn.Object(s.name, "/StatusNotifierItem/menu").Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{})
	if call.Store(&revision, &root) != nil {
		return nil
	}
	return s.lines(root, "")
}

func (s *shown) lines(of node, indent string) []line {
	var lines []line
	for _, child := range of.Children {
		var n node
		if err := dbus.Store([]any{child.Value()}, &n); err != nil {
			s.t.Fatal(err)
		}
		label, _ := n.Properties["label"].Value().(string)
		if n.Properties["type"].Value() == "separator" {
			label = "-"
		}
		opens := n.Properties["children-display"].Value() == "submenu"
		inner := s.lines(n, "\t")
		if len(inner) > 0 && !opens {
			s.t.Errorf("no panel opens the %d lines of %q", len(inner), label)
		}
		lines = append(append(lines, line{n.ID, indent + label}), inner...)
	}
	return lines
}

func (s *shown) labels() []string {
	var labels []string
	for _, l := range s.menu() {
		labels = append(labels, l.label)
	}
	return labels
}

func (s *shown) says(what string, want ...string) {
	s.t.Helper()
	want = append(want, "-", "Open Tokentray")
	if s.accounts > 0 {
		want = append(want, "Pause all", "\tPause all for an hour", "\tPause all until tomorrow", "\tPause all until I resume them", "Lock")
	}
	want = append(want, "Quit")
	var got []string
	eventually(s.t, what, func() bool {
		if got = s.labels(); slices.Equal(got, want) {
			return true
		}
		return false
	})
}

// id is the number of the line with label.
func (s *shown) id(label string) int32 {
	s.t.Helper()
	for _, l := range s.menu() {
		if l.label == label {
			return l.id
		}
	}
	s.t.Fatalf("no line says %q", label)
	return 0
}

func (s *shown) click(id int32) {
	s.t.Helper()
	s.tells(id, "clicked")
}

// opens opens the menu, as a panel that says so.
func (s *shown) opens() {
	s.t.Helper()
	s.tells(0, "opened")
}

// tells has the panel tell of something that a person did with a line; 0 is the menu.
func (s *shown) tells(id int32, event string) {
	s.t.Helper()
	err := s.conn.Object(s.name, "/StatusNotifierItem/menu").
		Call("com.canonical.dbusmenu.Event", 0, id, event, dbus.MakeVariant(int32(0)), uint32(0)).Err
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shown) does(want string) {
	s.t.Helper()
	select {
	case got := <-s.did:
		if got != want {
			s.t.Errorf("it did %q, want %q", got, want)
		}
	case <-time.After(20 * time.Second):
		s.t.Fatalf("nothing was done, want %q", want)
	}
}

func (s *shown) property(which string) any {
	s.t.Helper()
	var v dbus.Variant
	eventually(s.t, "the icon's "+which, func() (there bool) {
		var err error
		v, err = s.conn.Object(s.name, "/StatusNotifierItem").GetProperty("org.kde.StatusNotifierItem." + which)
		return err == nil
	})
	return v.Value()
}

// eventually polls: what is waited for happens on the bus.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}
