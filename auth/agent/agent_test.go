package agent_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// patience is how long a test waits for what has to happen.
const patience = 20 * time.Second

// version is that of the agents and the callers here, where it doesn't matter.
const version = "1.2.3"

// desk is an auth.Front of which a test fills in what it needs.
type desk struct {
	auth.Front // what is not answered here is not asked

	snapshot  func(context.Context) (auth.Snapshot, error)
	watch     func(context.Context) (<-chan struct{}, error)
	find      func(context.Context, string) (auth.AccountID, error)
	show      func(context.Context, auth.AccountID) (auth.Details, error)
	providers func(context.Context) ([]auth.Provider, error)
	token     func(context.Context, auth.AccountID, auth.Want) (auth.Token, error)
	connect   func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error)
	reconnect func(context.Context, auth.AccountID, time.Duration, func(auth.SignInStep)) (auth.Status, error)
	edit      func(context.Context, auth.AccountID, auth.Change) error
	forget    func(context.Context, auth.AccountID) (auth.Forgotten, error)
	unlock    func(context.Context, auth.Secret) error
	rename    func(auth.AccountID, string) error
	pause     func(auth.AccountID, time.Time) error
	resume    func(auth.AccountID) error
	copy      func(context.Context, auth.AccountID, string, auth.Session) (*auth.Error, error)
	open      func(context.Context, auth.Summons, auth.Session) error
	summoned  func(context.Context) (<-chan auth.Summons, error)
}

func (d desk) Copy(ctx context.Context, id auth.AccountID, form string, s auth.Session) (*auth.Error, error) {
	return d.copy(ctx, id, form, s)
}

func (d desk) Rename(_ context.Context, id auth.AccountID, name string) error {
	return d.rename(id, name)
}

func (d desk) Pause(_ context.Context, id auth.AccountID, until time.Time) error {
	return d.pause(id, until)
}

func (d desk) Resume(_ context.Context, id auth.AccountID) error { return d.resume(id) }

func (d desk) Open(ctx context.Context, w auth.Summons, s auth.Session) error {
	return d.open(ctx, w, s)
}

func (d desk) Summoned(ctx context.Context) (<-chan auth.Summons, error) { return d.summoned(ctx) }

func (d desk) Snapshot(ctx context.Context) (auth.Snapshot, error)    { return d.snapshot(ctx) }
func (d desk) Watch(ctx context.Context) (<-chan struct{}, error)     { return d.watch(ctx) }
func (d desk) Providers(ctx context.Context) ([]auth.Provider, error) { return d.providers(ctx) }
func (d desk) Unlock(ctx context.Context, p auth.Secret) error        { return d.unlock(ctx, p) }
func (d desk) Find(ctx context.Context, name string) (auth.AccountID, error) {
	return d.find(ctx, name)
}

func (d desk) Show(ctx context.Context, id auth.AccountID) (auth.Details, error) {
	return d.show(ctx, id)
}

func (d desk) Token(ctx context.Context, id auth.AccountID, want auth.Want) (auth.Token, error) {
	return d.token(ctx, id, want)
}

func (d desk) Connect(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
	return d.connect(ctx, c, tell)
}

func (d desk) Reconnect(ctx context.Context, id auth.AccountID, how auth.Reconnection, tell func(auth.SignInStep)) (auth.Status, error) {
	return d.reconnect(ctx, id, how.Timeout, tell)
}

func (d desk) Edit(ctx context.Context, id auth.AccountID, change auth.Change) error {
	return d.edit(ctx, id, change)
}

func (d desk) Forget(ctx context.Context, id auth.AccountID) (auth.Forgotten, error) {
	return d.forget(ctx, id)
}

// echo finds every name under itself.
func echo() desk {
	return desk{
		find: func(_ context.Context, name string) (auth.AccountID, error) { return auth.AccountID(name), nil },
	}
}

// place is an address in a new folder, which is short enough for a socket.
func place(t testing.TB) agent.Address {
	t.Helper()
	folder, err := os.MkdirTemp("", "tt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return agent.Address{Socket: filepath.Join(folder, "run", "agent.sock"), Lock: filepath.Join(folder, "data", "agent.lock")}
}

// running is an agent in this process.
type running struct {
	addr  agent.Address
	stops chan struct{} // pokes when stop is asked for
	end   func()        // ends it and waits
}

// serve starts an agent at a new place; it ends with the test.
func serve(t testing.TB, d auth.Front) running {
	t.Helper()
	return serveAt(t, place(t), d, version)
}

func serveAt(t testing.TB, addr agent.Address, d auth.Front, version string) running {
	t.Helper()
	hold, err := agent.Take(addr, version)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stops := make(chan struct{}, 1)
	served := make(chan error, 1)
	go func() {
		served <- hold.Serve(ctx, d, func() { stops <- struct{}{} }, func() {})
	}()
	ended := false
	end := func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
		if err := hold.Release(); err != nil {
			t.Errorf("Release: %v", err)
		}
	}
	t.Cleanup(end)
	waitFor(t, "the agent to answer", func() bool {
		c, err := agent.Dial(context.Background(), addr, version)
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
	return running{addr: addr, stops: stops, end: end}
}

// dial is a client that is closed with the test.
func dial(t testing.TB, addr agent.Address) *agent.Client {
	t.Helper()
	c, err := agent.Dial(context.Background(), addr, version)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// waitFor polls until done says so.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		<-time.After(time.Millisecond) // between two looks
	}
}

// receive takes one value from ch, or fails.
func receive[T any](t testing.TB, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// wantCause checks that err is the one error type of the package, with cause.
func wantCause(t testing.TB, err, cause error) {
	t.Helper()
	if !errors.Is(err, auth.ErrAgent) || !errors.Is(err, cause) {
		t.Fatalf("got error %v, want an agent error because %v", err, cause)
	}
}
