package tray_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/ui/desktop"
	"github.com/tokentray/tokentray/ui/tray"
)

func TestTheMenuIsShownAndClicked(t *testing.T) {
	bus := fixture.StartBus(t)
	p := startPanel(t, bus)
	s := start(t, bus, status("Need_y", auth.StateNeedsSignIn), status("Set", auth.StateMisconfigured), status("Fresh", auth.StateFresh))
	p.shows(t)
	s.says("the menu", "Need__y — sign in…", "Set — settings problem", "-", "Copy token · Fresh    until 13:00")
	for label, deed := range map[string]string{
		"Need__y — sign in…": "sign in id-Need_y", "Set — settings problem": "open id-Set",
		"Copy token · Fresh    until 13:00": "copy id-Fresh", "Open Tokentray": "open", "Quit": "quit",
		"\tPause all for an hour": "pause until 22 Nov 13:00", "\tPause all until tomorrow": "pause until 23 Nov 00:00",
		"\tPause all until I resume them": "pause until it is resumed", "Lock": "lock",
	} {
		s.click(s.id(label))
		s.does(deed)
	}
	if err := s.conn.Object(s.name, "/StatusNotifierItem").Call("org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)).Err; err != nil {
		t.Fatal(err)
	}
	s.does("open")
	s.end()
}

func TestWhoIsPausedIsResumedFromTheMenu(t *testing.T) {
	s := start(t, fixture.StartBus(t), status("A", auth.StatePaused), status("B", auth.StateFresh))
	eventually(t, "one of two is paused", func() bool { return slices.Contains(s.labels(), "\tResume all") })
	s.click(s.id("\tResume all"))
	s.does("resume")
	s.has(status("A", auth.StatePaused), status("B", auth.StatePaused))
	eventually(t, "both are paused", func() bool {
		return slices.Contains(s.labels(), "Resume all") && !slices.Contains(s.labels(), "Pause all")
	})
	s.click(s.id("Resume all"))
	s.does("resume")
	s.end()
}

func TestTheTrayFollowsTheAccounts(t *testing.T) {
	bus := fixture.StartBus(t)
	s := start(t, bus, status("A", auth.StateFresh))
	s.says("one", "Copy token · A    until 13:00")
	tip := func(want string) func() bool {
		return func() bool { return strings.Contains(fmt.Sprint(s.property("ToolTip")), want) }
	}
	picture := func() string { return fmt.Sprint(s.property("IconPixmap")) }
	eventually(t, "the tooltip", tip("1 account fresh"))
	fresh := picture()

	s.has(status("A", auth.StateNeedsSignIn))
	s.says("it needs a person", "A — sign in…")
	eventually(t, "the tooltip says so", tip("1 account needs you"))
	if picture() == fresh {
		t.Error("the icon has no dot")
	}
	s.sees(auth.Snapshot{Vault: auth.VaultLocked})
	s.says("locked", "The vault is locked — unlock…")
	s.sees(auth.Snapshot{Vault: auth.VaultLocked, SealedBy: auth.SealedByKeyring})
	s.says("locked, and the keyring has the key", "Unlock")
	s.has(status("A", auth.StateFresh))
	s.says("all is well", "Copy token · A    until 13:00")
	eventually(t, "the icon is as before", func() bool { return picture() == fresh })
	s.end()
}

func TestAClickNeverMeansAnotherAccount(t *testing.T) {
	bus := fixture.StartBus(t)
	s := start(t, bus, status("A", auth.StateFresh), status("B", auth.StateFresh))
	s.says("two", "Copy token · A    until 13:00", "Copy token · B    until 13:00")
	a, b := s.id("Copy token · A    until 13:00"), s.id("Copy token · B    until 13:00")

	later := status("A", auth.StateFresh)
	later.ExpiresAt = noon.Add(2 * time.Hour)
	s.has(later, status("B", auth.StateFresh))
	s.says("refreshed", "Copy token · A    until 14:00", "Copy token · B    until 13:00")
	s.click(a) // drawn before the refresh
	s.does("copy id-A")

	s.has(status("B", auth.StateFresh))
	s.says("A is gone", "Copy token · B    until 13:00")
	s.click(a)
	s.click(b)
	s.click(s.id("Copy token · B    until 13:00"))
	s.does("copy id-B")
	s.end() // and did nothing else
}

func TestAnOpenMenuStaysAsItIs(t *testing.T) {
	t.Parallel() // it waits
	s := start(t, fixture.StartBus(t), status("A", auth.StateFresh))
	s.says("one", "Copy token · A    until 13:00")
	needs := func(n int) func() bool {
		want := map[int]string{0: "2 accounts fresh", 1: "1 account needs you", 2: "2 accounts need you"}[n]
		return func() bool { return strings.Contains(fmt.Sprint(s.property("ToolTip")), want) }
	}
	s.opens()
	lock, read := s.id("Lock"), s.labels()
	s.has(status("A", auth.StateNeedsSignIn), status("B", auth.StateFresh))
	eventually(t, "the tooltip follows", needs(1))
	if got := s.labels(); !slices.Equal(got, read) {
		t.Errorf("the open menu says %q, want %q as before", got, read)
	}
	s.click(lock)
	s.does("lock")
	s.says("chosen from, and closed with that", "A — sign in…", "-", "Copy token · B    until 13:00")

	s.opens()
	read = s.labels()
	s.has(status("A", auth.StateNeedsSignIn), status("B", auth.StateNeedsSignIn))
	eventually(t, "the tooltip follows", needs(2))
	if got := s.labels(); !slices.Equal(got, read) {
		t.Errorf("the open menu says %q, want %q as before", got, read)
	}
	s.opens()
	s.says("opened again", "A — sign in…", "B — sign in…")

	s.has(status("A", auth.StateFresh), status("B", auth.StateFresh))
	eventually(t, "the tooltip follows", needs(0))
	s.says("after a while", "Copy token · A    until 13:00", "Copy token · B    until 13:00")
	s.end()
}

func TestACopyThatFailsOpensTheWindow(t *testing.T) {
	s := start(t, fixture.StartBus(t), status("A fails", auth.StateFresh))
	s.says("one", "Copy token · A fails    until 13:00")
	s.click(s.id("Copy token · A fails    until 13:00"))
	s.does("copy id-A fails")
	s.does("open id-A fails")
	s.end()
}

func TestAPanelThatComesLaterShowsTheIcon(t *testing.T) {
	bus := fixture.StartBus(t)
	s := start(t, bus, status("A", auth.StateFresh))
	s.says("nobody shows it yet", "Copy token · A    until 13:00")
	startPanel(t, bus).shows(t)
	s.end()
}

func TestTheBusGoesAndAnotherComes(t *testing.T) {
	first, second := fixture.StartBus(t), fixture.StartBus(t)
	s := start(t, first, status("A", auth.StateFresh))
	s.says("on the first bus", "Copy token · A    until 13:00")
	var pid uint32
	if err := s.conn.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, "org.freedesktop.DBus").Store(&pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(int(pid), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.has(status("A", auth.StateNeedsSignIn)) // a new icon, just then
	s.does("ended: no tray: the session bus went away true")
	s.say("run")
	if got := <-s.did; !strings.HasPrefix(got, "ended: no tray: no session bus answers: ") {
		t.Errorf("it did %q, want it to say that no bus answers", got)
	}

	p := startPanel(t, second)
	s.conn = second.Dial(t)
	s.say("bus " + second.Address)
	s.say("run")
	p.shows(t)
	s.says("on the next bus", "A — sign in…")
	s.end()
}

func TestWithoutABusThereIsNoTray(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	err := tray.Run(t.Context(), tray.Parts{Desk: locked{}, Now: time.Now, Reach: desktop.ReachBus})
	if !errors.Is(err, tray.ErrNoTray) || !errors.Is(err, desktop.ErrNoBus) {
		t.Errorf("got %v, want no tray because of no bus", err)
	}
}

// locked is a Desk whose vault is locked.
type locked struct{ auth.Desk }

func (locked) Watch(context.Context) (<-chan struct{}, error) { return nil, nil }

func (locked) Snapshot(context.Context) (auth.Snapshot, error) {
	return auth.Snapshot{Vault: auth.VaultLocked}, nil
}

func TestFiftyAccountsFlapAndClicksArrive(t *testing.T) {
	bus := fixture.StartBus(t)
	startPanel(t, bus)
	s := start(t, bus, status("0", auth.StateFresh))
	s.says("one", "Copy token · 0    until 13:00")
	for i := range 200 {
		all := []auth.Status{status("0", auth.StateFresh)}
		for n := range 50 {
			all = append(all, status(fmt.Sprintf("A%02d", n), []auth.State{auth.StateFresh, auth.StateNeedsSignIn}[(n+i)%2]))
		}
		s.has(all...)
	}
	heard := false
	for try := 0; try < 100 && !heard; try++ {
		s.click(s.id("Open Tokentray"))
		select {
		case <-s.did:
			heard = true
		case <-time.After(100 * time.Millisecond): // the click met a change of the menu
		}
	}
	if !heard {
		t.Error("no click is heard")
	}
	s.has(status("0", auth.StateFresh))
	s.says("at last", "Copy token · 0    until 13:00")
}
