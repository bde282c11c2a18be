package auth_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// partingClock is the test's clock with a calendar that can be moved beside it, as
// a machine that sleeps, or is set, moves it.
type partingClock struct {
	auth.Clock
	mu   sync.Mutex
	wall time.Duration // ahead of the test's
}

func newPartingClock() *partingClock { return &partingClock{Clock: auth.SystemClock()} }

func (c *partingClock) Wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Clock.Wall().Add(c.wall)
}

func (c *partingClock) set(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall += d
}

// machine is a computer with a Keeper, whose provider is a server.
type machine struct {
	*auth.Keeper
	t       *testing.T
	clock   *partingClock
	vault   *authtest.Vault
	server  *server
	signals chan auth.Signal
	stop    func()
}

// world is what a machine begins with. The zero value is an hour's tokens that
// rotate, a server that works and a machine without signals.
type world struct {
	rotation  rotation
	life      time.Duration
	signals   chan auth.Signal
	notBefore time.Time
	provider  func(*auth.Provider)
	log       *slog.Logger // nil: nobody reads it
}

func newMachine(t *testing.T, w world) *machine {
	t.Helper()
	if w.life == 0 {
		w.life = time.Hour
	}
	clock := newPartingClock()
	m := &machine{t: t, clock: clock, vault: authtest.NewVault(), server: newServer(clock, w.rotation, w.life), signals: w.signals}
	m.boot(w)
	t.Cleanup(func() { m.stop() })
	return m
}

// boot starts a Keeper on the machine's vault.
func (m *machine) boot(w world) {
	m.t.Helper()
	p := northwind
	if w.provider != nil {
		w.provider(&p)
	}
	m.Keeper = auth.NewKeeper(auth.Parts{
		Vault: m.vault, Wire: m.server, Catalogue: shelf(p), Clock: m.clock, Log: cmp.Or(w.log, slog.New(slog.DiscardHandler)),
		Signals: m.signals, NotBefore: w.notBefore,
	})
	ctx, stop := context.WithCancel(context.Background())
	if err := m.Open(ctx, auth.Secret{}); err != nil {
		m.t.Fatal(err)
	}
	var running sync.WaitGroup
	keeper := m.Keeper
	running.Go(func() { keeper.Run(ctx) })
	m.stop = func() {
		stop()
		running.Wait()
		if err := keeper.Close(time.Second); err != nil {
			m.t.Error(err)
		}
	}
}

// connect makes n accounts.
func (m *machine) connect(n int) []auth.AccountID {
	m.t.Helper()
	var ids []auth.AccountID
	for i := range n {
		s, err := m.Connect(context.Background(), auth.Connection{
			Provider: "northwind", Name: fmt.Sprintf("work %d", i), ClientIdentifier: "tray", ClientSecret: auth.NewSecret("canary-secret"),
		}, func(auth.SignInStep) {})
		if err != nil {
			m.t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	return ids
}

// states counts the accounts in each state.
func (m *machine) states() map[auth.State]int {
	m.t.Helper()
	s, err := m.Snapshot(context.Background())
	if err != nil {
		m.t.Fatal(err)
	}
	n := map[auth.State]int{}
	for _, a := range s.Accounts {
		n[a.State]++
	}
	return n
}

func (m *machine) status(id auth.AccountID) auth.Status {
	m.t.Helper()
	s, err := m.Show(context.Background(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	return s.Status
}

// sleep suspends the machine: the world's time goes on, and the calendar with it,
// while its own time stands still. In a test the rest of the world stands still
// instead, and only what servers gave out gets older.
func (m *machine) sleep(d time.Duration) {
	m.server.age(d)
	m.clock.set(d)
}
