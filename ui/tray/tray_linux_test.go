package tray_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/ui/desktop"
	"github.com/tokentray/tokentray/ui/tray"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// desk is a Desk that can be looked at, and nothing else.
type desk struct {
	auth.Desk
	poke chan struct{}

	mu       sync.Mutex
	snapshot auth.Snapshot
}

func newDesk(accounts ...auth.Status) *desk {
	return &desk{poke: make(chan struct{}, 1), snapshot: auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: accounts}}
}

func (d *desk) Watch(context.Context) (<-chan struct{}, error) { return d.poke, nil }

func (d *desk) Snapshot(context.Context) (auth.Snapshot, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.snapshot, nil
}

func (d *desk) set(s auth.Snapshot) {
	d.mu.Lock()
	d.snapshot = s
	d.mu.Unlock()
	select {
	case d.poke <- struct{}{}:
	default:
	}
}

func (d *desk) has(accounts ...auth.Status) {
	d.set(auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: accounts})
}

func status(name string, state auth.State) auth.Status {
	return auth.Status{ID: auth.AccountID("id-" + name), Name: name, State: state, ExpiresAt: noon.Add(time.Hour)}
}

// panel is the part of a desktop that shows icons.
type panel struct{ registered chan string }

func startPanel(t *testing.T, bus fixture.Bus) panel {
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

// shown is a tray as the rest of the desktop sees it.
type shown struct {
	t     *testing.T
	conn  *dbus.Conn
	did   chan string // what was asked of the program, e.g. "copy id-A"
	stop  context.CancelFunc
	ended chan error
	fail  error // what copying returns
}

var name = fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", os.Getpid())

// run shows a tray of d on bus, which becomes this process's.
func run(t *testing.T, bus fixture.Bus, d *desk, fail error) *shown {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus.Address)
	t.Setenv("DISPLAY", "")
	ctx, stop := context.WithCancel(t.Context())
	s := &shown{t: t, conn: bus.Dial(t), did: make(chan string, 16), stop: stop, ended: make(chan error, 1), fail: fail}
	parts := tray.Parts{
		Desk: d, Now: func() time.Time { return noon },
		Icons:  tray.Icons{Plain: assets.TrayPlain, NeedsYou: assets.TrayNeedsYou, Dimmed: assets.TrayDimmed},
		Copy:   func(_ context.Context, id auth.AccountID) error { s.did <- "copy " + string(id); return s.fail },
		Open:   func(id auth.AccountID) { s.did <- strings.TrimSpace("open " + string(id)) },
		SignIn: func(id auth.AccountID) { s.did <- "sign in " + string(id) },
		Quit:   func() { s.did <- "quit" },
	}
	go func() { s.ended <- tray.Run(ctx, parts) }()
	t.Cleanup(stop)
	eventually(t, "the tray is on the bus", func() bool { return len(s.menu()) > 0 })
	return s
}

// end ends the tray and waits for it.
func (s *shown) end() {
	s.t.Helper()
	s.stop()
	if err := <-s.ended; err != nil {
		s.t.Errorf("Run returned %v, want nil", err)
	}
	var owned bool
	if err := s.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil || owned {
		s.t.Errorf("the icon is still there: %t, %v", owned, err)
	}
}

type line struct {
	id    int32
	label string
}

// menu reads the menu as a panel does.
func (s *shown) menu() []line {
	var revision uint32
	var root struct {
		ID         int32
		Properties map[string]dbus.Variant
		Children   []dbus.Variant
	}
	call := s.conn.Object(name, "/StatusNotifierItem/menu").Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{})
	if call.Store(&revision, &root) != nil {
		return nil
	}
	var menu []line
	for _, child := range root.Children {
		var item struct {
			ID         int32
			Properties map[string]dbus.Variant
			Children   []dbus.Variant
		}
		if err := dbus.Store([]any{child.Value()}, &item); err != nil {
			s.t.Fatal(err)
		}
		label, _ := item.Properties["label"].Value().(string)
		if item.Properties["type"].Value() == "separator" {
			label = "-"
		}
		menu = append(menu, line{item.ID, label})
	}
	return menu
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
	want = append(want, "-", "Open Tokentray", "Quit")
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
	err := s.conn.Object(name, "/StatusNotifierItem/menu").
		Call("com.canonical.dbusmenu.Event", 0, id, "clicked", dbus.MakeVariant(int32(0)), uint32(0)).Err
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
	v, err := s.conn.Object(name, "/StatusNotifierItem").GetProperty("org.kde.StatusNotifierItem." + which)
	if err != nil {
		s.t.Fatal(err)
	}
	return v.Value()
}

// eventually polls: what is waited for happens on the bus.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

func TestTheMenuIsShownAndClicked(t *testing.T) {
	bus := fixture.StartBus(t)
	p := startPanel(t, bus)
	d := newDesk(status("Need_y", auth.StateNeedsSignIn), status("Set", auth.StateMisconfigured), status("Fresh", auth.StateFresh))
	s := run(t, bus, d, nil)
	if got := <-p.registered; got != "/StatusNotifierItem" {
		t.Errorf("registered %q", got)
	}
	s.says("the menu", "Need__y — sign in…", "Set — settings problem", "-", "Copy token · Fresh    until 13:00")
	for label, deed := range map[string]string{
		"Need__y — sign in…": "sign in id-Need_y", "Set — settings problem": "open id-Set",
		"Copy token · Fresh    until 13:00": "copy id-Fresh", "Open Tokentray": "open", "Quit": "quit",
	} {
		s.click(s.id(label))
		s.does(deed)
	}
	if err := s.conn.Object(name, "/StatusNotifierItem").Call("org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)).Err; err != nil {
		t.Fatal(err)
	}
	s.does("open")
	s.end()
}

func TestTheTrayFollowsTheAccounts(t *testing.T) {
	bus := fixture.StartBus(t)
	startPanel(t, bus)
	d := newDesk(status("A", auth.StateFresh))
	s := run(t, bus, d, nil)
	s.says("one", "Copy token · A    until 13:00")
	tip := func(want string) func() bool {
		return func() bool { return strings.Contains(fmt.Sprint(s.property("ToolTip")), want) }
	}
	eventually(t, "the tooltip", tip("1 account fresh"))
	fresh := fmt.Sprint(s.property("IconPixmap"))

	d.has(status("A", auth.StateNeedsSignIn))
	s.says("it needs a person", "A — sign in…")
	eventually(t, "the tooltip says so", tip("1 account needs you"))
	if fmt.Sprint(s.property("IconPixmap")) == fresh {
		t.Error("the icon has no dot")
	}
	d.set(auth.Snapshot{Vault: auth.VaultLocked})
	s.says("locked", "The vault is locked — unlock…")
	d.has(status("A", auth.StateFresh))
	s.says("all is well", "Copy token · A    until 13:00")
	eventually(t, "the icon is as before", func() bool { return fmt.Sprint(s.property("IconPixmap")) == fresh })
	s.end()
}

func TestAClickNeverMeansAnotherAccount(t *testing.T) {
	bus := fixture.StartBus(t)
	startPanel(t, bus)
	d := newDesk(status("A", auth.StateFresh), status("B", auth.StateFresh))
	s := run(t, bus, d, nil)
	a, b := s.id("Copy token · A    until 13:00"), s.id("Copy token · B    until 13:00")

	later := status("A", auth.StateFresh)
	later.ExpiresAt = noon.Add(2 * time.Hour)
	d.has(later, status("B", auth.StateFresh))
	s.says("refreshed", "Copy token · A    until 14:00", "Copy token · B    until 13:00")
	s.click(a) // drawn before the refresh
	s.does("copy id-A")

	d.has(status("B", auth.StateFresh))
	s.says("A is gone", "Copy token · B    until 13:00")
	s.click(a)
	s.click(b)
	s.click(s.id("Copy token · B    until 13:00"))
	s.does("copy id-B")
	s.end()
	if len(s.did) > 0 {
		t.Errorf("it also did %q", <-s.did)
	}
}

func TestACopyThatFailsOpensTheWindow(t *testing.T) {
	bus := fixture.StartBus(t)
	startPanel(t, bus)
	s := run(t, bus, newDesk(status("A", auth.StateFresh)), desktop.ErrNoClipboard)
	s.click(s.id("Copy token · A    until 13:00"))
	s.does("copy id-A")
	s.does("open id-A")
	s.end()
}

func TestAPanelThatComesLaterShowsTheIcon(t *testing.T) {
	bus := fixture.StartBus(t)
	s := run(t, bus, newDesk(status("A", auth.StateFresh)), nil)
	s.says("nobody shows it yet", "Copy token · A    until 13:00")
	p := startPanel(t, bus)
	if got := <-p.registered; got != "/StatusNotifierItem" {
		t.Errorf("registered %q", got)
	}
	s.end()
}

func TestTheBusGoesAndAnotherComes(t *testing.T) {
	first := fixture.StartBus(t)
	d := newDesk(status("A", auth.StateFresh))
	s := run(t, first, d, nil)
	var pid uint32
	if err := s.conn.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, "org.freedesktop.DBus").Store(&pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(int(pid), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	d.has(status("A", auth.StateNeedsSignIn)) // a new icon, just then
	if err := <-s.ended; !errors.Is(err, tray.ErrNoTray) {
		t.Errorf("Run returned %v, want no tray", err)
	}
	second := fixture.StartBus(t)
	p := startPanel(t, second)
	s = run(t, second, d, nil)
	<-p.registered
	s.says("on the next bus", "A — sign in…")
	s.end()
}

func TestWithoutABusThereIsNoTray(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	err := tray.Run(t.Context(), tray.Parts{Desk: newDesk(), Now: time.Now})
	if !errors.Is(err, tray.ErrNoTray) || !errors.Is(err, desktop.ErrNoBus) {
		t.Errorf("got %v, want no tray because of no bus", err)
	}
}

func TestFiftyAccountsFlapAndClicksArrive(t *testing.T) {
	bus := fixture.StartBus(t)
	startPanel(t, bus)
	steady := status("0", auth.StateFresh)
	d := newDesk(steady)
	s := run(t, bus, d, nil)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			all := []auth.Status{steady}
			for n := range 50 {
				all = append(all, status(fmt.Sprintf("A%02d", n), []auth.State{auth.StateFresh, auth.StateNeedsSignIn}[(n+i)%2]))
			}
			d.has(all...)
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	eventually(t, "a click is heard", func() bool {
		s.click(s.id("Open Tokentray"))
		select {
		case <-s.did:
			return true
		case <-time.After(100 * time.Millisecond):
			return false
		}
	})
	close(stop)
	<-stopped
	d.has(steady)
	s.says("at last", "Copy token · 0    until 13:00")
	s.end()
}
