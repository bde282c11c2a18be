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
	edit      func(context.Context, auth.AccountID, auth.Change) error
	export    func(auth.Export) ([]byte, error)
	imports   func([]byte) (auth.Imported, error)
	paste     func(string, auth.Secret) error
	summoned  func(context.Context) (<-chan auth.Summons, error)
}

func (d desk) Export(_ context.Context, e auth.Export) ([]byte, error) { return d.export(e) }

func (d desk) Import(_ context.Context, file []byte, _ auth.Secret) (auth.Imported, error) {
	return d.imports(file)
}

func (d desk) Paste(_ context.Context, attempt string, address auth.Secret) error {
	return d.paste(attempt, address)
}

func (d desk) Summoned(ctx context.Context) (<-chan auth.Summons, error) { return d.summoned(ctx) }

func (d desk) Snapshot(ctx context.Context) (auth.Snapshot, error)    { return d.snapshot(ctx) }
func (d desk) Watch(ctx context.Context) (<-chan struct{}, error)     { return d.watch(ctx) }
func (d desk) Providers(ctx context.Context) ([]auth.Provider, error) { return d.providers(ctx) }
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

func (d desk) Edit(ctx context.Context, id auth.AccountID, change auth.Change) error {
	return d.edit(ctx, id, change)
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

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
