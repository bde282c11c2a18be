package desktop_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	fixture "github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/ui/desktop"
)

// needy is a desk with one account that needs its person.
type needy struct {
	changes chan struct{}

	mu   sync.Mutex
	told auth.Told
}

func (d *needy) Watch(context.Context) (<-chan struct{}, error) { return d.changes, nil }

func (*needy) Snapshot(context.Context) (auth.Snapshot, error) {
	return auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: []auth.Status{
		{ID: "a", Name: "Northwind", Provider: "adaptix", ProviderName: "Adaptix", State: auth.StateNeedsSignIn},
	}}, nil
}

func (*needy) Wishes() auth.Preferences { return auth.Preferences{} }

func (d *needy) Told() auth.Told {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.told)
}

func (d *needy) PutTold(told auth.Told) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = maps.Clone(told)
}

func (d *needy) isTold() bool { return !d.Told()["a"].At.IsZero() }

// reluctant is a daemon that refuses, or keeps everybody waiting, at first.
type reluctant struct {
	*daemon
	desk *needy

	mu     sync.Mutex
	asked  int
	refuse int
	hang   chan struct{} // nil: it answers
	early  bool          // it was asked when the desk said that it was told
}

func (r *reluctant) Notify(app string, replaces uint32, icon, title, body string, actions []string, hints map[string]dbus.Variant, limit int32) (uint32, *dbus.Error) {
	r.mu.Lock()
	r.asked++
	refuse, hang := r.asked <= r.refuse, r.hang
	r.early = r.early || r.desk.isTold()
	r.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if refuse {
		return 0, dbus.MakeFailedError(errors.New("not yet"))
	}
	return r.daemon.Notify(app, replaces, icon, title, body, actions, hints, limit)
}

func (r *reluctant) wasAsked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

func startReluctant(t *testing.T, bus fixture.Bus, r *reluctant) {
	t.Helper()
	r.daemon = startDaemon(t, bus, "actions")
	if err := r.conn.Export(r, daemonPath, daemonName); err != nil {
		t.Fatal(err)
	}
}

// telling runs Tell until t ends. When this returns it has looked once.
func telling(t *testing.T, bus fixture.Bus, desk *needy) *authtest.Clock {
	t.Helper()
	n, _ := notifier(t, bus)
	clock := authtest.NewClock(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { desktop.Tell(ctx, desk, n, clock, slog.New(slog.DiscardHandler)) })
	t.Cleanup(func() { stop(); close(desk.changes); running.Wait() })
	clock.Await(1)
	return clock
}

func TestWhatNobodyShowedIsToldWhenTheDaemonComes(t *testing.T) {
	bus := fixture.StartBus(t)
	desk := &needy{changes: make(chan struct{})}
	telling(t, bus, desk)
	if desk.isTold() {
		t.Error("it counts as told, and nobody showed it")
	}
	d := startDaemon(t, bus, "actions")
	eventually(t, "it is shown", func() bool { return len(d.shown()) == 1 && desk.isTold() })
	desk.changes <- struct{}{}
	desk.changes <- struct{}{} // taken when the look before is over
	if shown := d.shown(); len(shown) != 1 || d.at(2).Title != "" {
		t.Errorf("shown are %v, want it once", shown)
	}
}

func TestWhatWasRefusedIsTriedAgainAfterAMinuteAndToldOnce(t *testing.T) {
	bus := fixture.StartBus(t)
	desk := &needy{changes: make(chan struct{})}
	d := &reluctant{desk: desk, refuse: 2}
	startReluctant(t, bus, d)
	clock := telling(t, bus, desk)
	for minute := 1; minute <= 3; minute++ {
		eventually(t, "it is tried", func() bool { return d.wasAsked() == minute })
		for range 3 { // whatever happens meanwhile
			desk.changes <- struct{}{}
		}
		clock.Await(1)
		if got := d.wasAsked(); got != minute {
			t.Errorf("asked %d times by minute %d", got, minute)
		}
		if told := desk.isTold(); told != (minute == 3) {
			t.Errorf("by minute %d it is told: %t", minute, told)
		}
		clock.Advance(time.Minute)
	}
	clock.Await(1)
	desk.changes <- struct{}{}
	if got := d.wasAsked(); got != 3 {
		t.Errorf("asked %d times, want no more after it was shown", got)
	}
	if d.early {
		t.Error("it counted as told before it was shown: a crash in between would lose it")
	}
}

func TestADaemonThatTookItAndIsSilentMayShowItYet(t *testing.T) {
	bus := fixture.StartBus(t)
	d := &reluctant{desk: &needy{}, hang: make(chan struct{})}
	startReluctant(t, bus, d)
	n, _ := notifier(t, bus)
	ctx, stop := context.WithCancel(t.Context())
	shown := make(chan error, 1)
	go func() { shown <- n.Show(ctx, desktop.Notice{Key: "a", Title: "A"}) }()
	eventually(t, "it is asked", func() bool { return d.wasAsked() == 1 })
	stop()
	if err := <-shown; err == nil || errors.Is(err, desktop.ErrNoNotifications) {
		t.Errorf("got %v, want an error that doesn't say that it was not shown", err)
	}
	close(d.hang)
}
