package desktop_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	fixture "github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/ui/desktop"
)

const (
	daemonName = "org.freedesktop.Notifications"
	daemonPath = dbus.ObjectPath("/org/freedesktop/Notifications")
)

// daemon is a notification daemon that counts like the real ones: from 1, and an
// ID that it doesn't know is as good as none.
type daemon struct {
	can  []string
	conn *dbus.Conn

	mu    sync.Mutex
	last  uint32
	shows map[uint32]notification
}

type notification struct {
	Title, Body string
	Actions     []string
	Hints       map[string]dbus.Variant
}

func startDaemon(t *testing.T, bus fixture.Bus, can ...string) *daemon {
	t.Helper()
	d := &daemon{can: can, conn: bus.Dial(t), shows: map[uint32]notification{}}
	if err := d.conn.Export(d, daemonPath, daemonName); err != nil {
		t.Fatal(err)
	}
	if reply, err := d.conn.RequestName(daemonName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("being the notification daemon: %v, %v", reply, err)
	}
	return d
}

// GetCapabilities, Notify and CloseNotification are called over the bus.
func (d *daemon) GetCapabilities() ([]string, *dbus.Error) { return d.can, nil }

func (d *daemon) Notify(_ string, replaces uint32, _, title, body string, actions []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.shows[replaces]; !known {
		d.last++
		replaces = d.last
	}
	d.shows[replaces] = notification{title, body, actions, hints}
	return replaces, nil
}

func (d *daemon) CloseNotification(number uint32) *dbus.Error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.shows, number)
	return nil
}

func (d *daemon) shown() map[string]uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	titles := map[string]uint32{}
	for number, n := range d.shows {
		titles[n.Title] = number
	}
	return titles
}

func (d *daemon) at(number uint32) notification {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shows[number]
}

func (d *daemon) invoke(t *testing.T, number uint32, action string) {
	t.Helper()
	if err := d.conn.Emit(daemonPath, daemonName+".ActionInvoked", number, action); err != nil {
		t.Fatal(err)
	}
}

func notifier(t *testing.T, bus fixture.Bus) (*desktop.Notifier, <-chan desktop.Click) {
	t.Helper()
	clicks := make(chan desktop.Click, 16)
	n := desktop.NewNotifier(bus.Address, assets.IconPNG, func(c desktop.Click) { clicks <- c })
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n, clicks
}

func show(t *testing.T, n *desktop.Notifier, notice desktop.Notice) {
	t.Helper()
	if err := n.Show(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
}

func TestANotificationIsReplacedAndClicked(t *testing.T) {
	bus := fixture.StartBus(t)
	d := startDaemon(t, bus, "body", "body-markup", "actions")
	n, clicks := notifier(t, bus)
	show(t, n, desktop.Notice{Key: "a", Account: "id-a", Title: "A", Body: "x", Actions: []desktop.Action{desktop.ActionSignIn}})
	show(t, n, desktop.Notice{Key: "b", Title: "B", Body: "y", Actions: []desktop.Action{desktop.ActionOpen}})
	show(t, n, desktop.Notice{Key: "a", Account: "id-a", All: []auth.AccountID{"id-a"}, Title: "A again", Body: `<b>&"`, Actions: []desktop.Action{desktop.ActionSignIn, desktop.ActionLater}})
	shown := d.shown()
	if len(shown) != 2 || shown["A again"] != 1 || shown["B"] != 2 {
		t.Fatalf("shown are %v, want A again in the place of A, and B", shown)
	}
	got := d.at(1)
	if got.Body != "&lt;b&gt;&amp;&#34;" {
		t.Errorf("the body is %q, want it escaped", got.Body)
	}
	if want := []string{"default", "Sign in", "sign-in", "Sign in", "later", "Remind me tomorrow"}; !slices.Equal(got.Actions, want) {
		t.Errorf("the actions are %q, want %q", got.Actions, want)
	}
	if _, there := got.Hints["image-data"]; !there {
		t.Error("there is no picture")
	}
	d.invoke(t, 77, "default") // another program's
	d.invoke(t, 1, "default")
	d.invoke(t, 2, "open")
	d.invoke(t, 2, "sign-in") // not offered
	d.invoke(t, 1, "sign-in")
	d.invoke(t, 1, "later")
	for _, want := range []desktop.Click{
		{Key: "a", Account: "id-a", All: []auth.AccountID{"id-a"}, Action: desktop.ActionSignIn},
		{Key: "b", Action: desktop.ActionOpen},
		{Key: "a", Account: "id-a", All: []auth.AccountID{"id-a"}, Action: desktop.ActionSignIn},
		{Key: "a", Account: "id-a", All: []auth.AccountID{"id-a"}, Action: desktop.ActionLater},
	} {
		if got := <-clicks; !reflect.DeepEqual(got, want) {
			t.Errorf("clicked %+v, want %+v", got, want)
		}
	}
	if err := n.Withdraw(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := n.Withdraw(t.Context(), "never shown"); err != nil {
		t.Error(err)
	}
	if shown := d.shown(); len(shown) != 1 || shown["B"] != 2 {
		t.Errorf("shown are %v, want B alone", shown)
	}
}

func TestADaemonThatCanLittleIsAskedForLittle(t *testing.T) {
	bus := fixture.StartBus(t)
	d := startDaemon(t, bus, "body")
	n, _ := notifier(t, bus)
	show(t, n, desktop.Notice{Key: "a", Title: "A", Body: "<b>&x", Actions: []desktop.Action{desktop.ActionOpen}})
	if got := d.at(1); got.Body != "‹b›＆x" || len(got.Actions) != 0 {
		t.Errorf("got %q and %q, want nothing that could be markup, and no actions", got.Body, got.Actions)
	}
}

func TestTheNextDaemonCountsFromTheBeginning(t *testing.T) {
	bus := fixture.StartBus(t)
	first := startDaemon(t, bus, "actions")
	n, clicks := notifier(t, bus)
	show(t, n, desktop.Notice{Key: "a", Title: "A", Actions: []desktop.Action{desktop.ActionOpen}})
	if err := first.conn.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nothing answers", func() bool {
		return errors.Is(n.Show(t.Context(), desktop.Notice{Key: "lost"}), desktop.ErrNoNotifications)
	})
	second := startDaemon(t, bus, "actions")
	show(t, n, desktop.Notice{Key: "b", Title: "B", Actions: []desktop.Action{desktop.ActionOpen}})
	show(t, n, desktop.Notice{Key: "a", Title: "A", Actions: []desktop.Action{desktop.ActionOpen}})
	if shown := second.shown(); shown["B"] != 1 || shown["A"] != 2 {
		t.Errorf("shown are %v, want B and A beside each other", shown)
	}
	second.invoke(t, 1, "default")
	if got := <-clicks; got.Key != "b" {
		t.Errorf("clicked %+v, want b", got)
	}
}

func TestWithoutABusThereAreNoNotifications(t *testing.T) {
	n := desktop.NewNotifier("unix:path=/nonexistent/bus", nil, nil)
	if err := n.Show(t.Context(), desktop.Notice{Key: "a"}); !errors.Is(err, desktop.ErrNoNotifications) || !errors.Is(err, desktop.ErrNoBus) {
		t.Errorf("got %v, want no notifications because of no bus", err)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if err := n.Show(t.Context(), desktop.Notice{Key: "a"}); !errors.Is(err, desktop.ErrNoNotifications) {
		t.Errorf("got %v after Close, want no notifications", err)
	}
}

func TestNoticesAreWords(t *testing.T) {
	a := auth.Status{
		ID: "a", Name: "Adaptix · Northwind", ProviderName: "Adaptix",
		Cause: &auth.Error{Said: auth.Said{Status: 400, Code: "invalid_grant", Description: "<b>gone\x1b[2J"}},
	}
	many := slices.Repeat([]auth.Status{a}, 7)
	for _, concern := range auth.Concerns() {
		one := desktop.NoticeOf(auth.Notice{Key: "k", Concern: concern, Accounts: []auth.Status{a}})
		if one.Account != "a" || !strings.Contains(one.Title, a.Name) || !strings.Contains(one.Body, "Adaptix said: 400 invalid_grant") {
			t.Errorf("%s: got %+v, want whom it is about and what was said", concern, one)
		}
		if strings.Contains(one.Body, "\x1b") {
			t.Errorf("%s: the provider's text came through as it was", concern)
		}
		if !slices.Equal(one.All, []auth.AccountID{"a"}) || !slices.Contains(one.Actions, desktop.ActionLater) {
			t.Errorf("%s: got %+v, want to be able to put it off", concern, one)
		}
		if signIn := one.Actions[0] == desktop.ActionSignIn; signIn != (concern == auth.ConcernSignIn) {
			t.Errorf("%s: the click does %s", concern, one.Actions[0])
		}
		all := desktop.NoticeOf(auth.Notice{Key: "k", Concern: concern, Accounts: many})
		if !strings.HasPrefix(all.Title, "7 accounts at Adaptix ") && !strings.HasPrefix(all.Title, "7 accounts at Adaptix:") ||
			!strings.HasSuffix(all.Body, "and 2 more") || all.Account != "" || all.Actions[0] != desktop.ActionOpen {
			t.Errorf("%s: got %+v, want seven", concern, all)
		}
	}
}
