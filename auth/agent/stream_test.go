package agent_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// hanging is a desk whose Token and Connect wait until their context ends.
func hanging() (d desk, begun, ended chan struct{}) {
	begun, ended = make(chan struct{}, 8), make(chan struct{}, 8)
	wait := func(ctx context.Context) error {
		begun <- struct{}{}
		<-ctx.Done()
		ended <- struct{}{}
		return ctx.Err()
	}
	d = echo()
	d.token = func(ctx context.Context, _ auth.AccountID, _ auth.Want) (auth.Token, error) {
		return auth.Token{}, wait(ctx)
	}
	d.connect = func(ctx context.Context, _ auth.Connection, _ func(auth.SignInStep)) (auth.Status, error) {
		return auth.Status{}, wait(ctx)
	}
	return d, begun, ended
}

func TestEndingTheContextCancelsTheCallAtTheAgent(t *testing.T) {
	d, begun, ended := hanging()
	c := dial(t, serve(t, d).addr)
	calls := map[string]func(context.Context) error{
		"token": func(ctx context.Context) error {
			_, err := c.Token(ctx, "k7q2", auth.Usual)
			return err
		},
		"connect": func(ctx context.Context) error {
			_, err := c.Connect(ctx, auth.Connection{}, func(auth.SignInStep) {})
			return err
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			failed := make(chan error, 1)
			go func() { failed <- call(ctx) }()
			receive(t, "the call", begun)
			cancel()
			err := receive(t, "the caller's error", failed)
			if !errors.Is(err, auth.ErrCancelled) || !errors.Is(err, context.Canceled) {
				t.Errorf("got error %v, want that the caller gave up", err)
			}
			receive(t, "the end of the call at the agent", ended)
			if got, err := c.Find(t.Context(), "work"); got != "work" || err != nil {
				t.Errorf("the next call: got %q and error %v, want work", got, err)
			}
		})
	}
}

func TestALateDeadlineIsTheCallersAndSaysSo(t *testing.T) {
	d, _, ended := hanging()
	c := dial(t, serve(t, d).addr)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Token(ctx, "k7q2", auth.Usual)
	if !errors.Is(err, auth.ErrCancelled) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want a deadline", err)
	}
	receive(t, "the end of the call at the agent", ended)
}

func TestClosingTheClientCancelsItsCalls(t *testing.T) {
	d, begun, ended := hanging()
	c := dial(t, serve(t, d).addr)
	failed := make(chan error, 1)
	go func() {
		_, err := c.Token(context.Background(), "k7q2", auth.Usual)
		failed <- err
	}()
	receive(t, "the call", begun)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	wantCause(t, receive(t, "the caller's error", failed), agent.ErrClosed)
	receive(t, "the end of the call at the agent", ended)
	_, err := c.Find(t.Context(), "work")
	wantCause(t, err, agent.ErrClosed)
}

func TestTheEndOfTheAgentEndsCallsAndSaysSo(t *testing.T) {
	d, begun, _ := hanging()
	a := serve(t, d)
	c := dial(t, a.addr)
	failed := make(chan error, 1)
	go func() {
		_, err := c.Token(context.Background(), "k7q2", auth.Usual)
		failed <- err
	}()
	receive(t, "the call", begun)
	a.end()
	err := receive(t, "the caller's error", failed)
	if !errors.Is(err, auth.ErrAgent) || err.Error() != "the agent is finishing" {
		t.Errorf("got error %v, want that the agent is finishing", err)
	}
}

func TestAStepArrivesWhileTheSignInWaits(t *testing.T) {
	answered := make(chan struct{})
	d := echo()
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(auth.SignInStep{Address: "https://provider.example/authorize"})
		select {
		case <-answered:
			return auth.Status{Name: "work"}, nil
		case <-ctx.Done():
			return auth.Status{}, ctx.Err()
		}
	}
	c := dial(t, serve(t, d).addr)
	var told []auth.SignInStep
	status, err := c.Connect(t.Context(), auth.Connection{}, func(s auth.SignInStep) {
		told = append(told, s)
		close(answered)
	})
	if err != nil || status.Name != "work" || len(told) != 1 {
		t.Fatalf("got %q, %d steps and error %v, want work after one step", status.Name, len(told), err)
	}
}

func TestALateStepDoesNotReachTheNextRequest(t *testing.T) {
	var late func(auth.SignInStep)
	d := echo()
	d.connect = func(_ context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		late = tell
		return auth.Status{Name: "work"}, nil
	}
	r := greeted(t, serve(t, d).addr.Socket, agent.Protocol)
	r.send(map[string]any{"verb": "connect"})
	if got := r.receive(); got["status"] == nil {
		t.Fatalf("got %v, want a status", got)
	}
	late(auth.SignInStep{Address: "https://provider.example/late"})
	r.send(map[string]any{"verb": "find", "name": "next"})
	if got := r.receive(); got["account"] != "next" {
		t.Errorf("got %v, want the answer to the second request", got)
	}
}

func TestWatchPokesAndCloses(t *testing.T) {
	pokes := make(chan struct{}, 1)
	watchers := make(chan context.Context, 2)
	d := echo()
	d.watch = func(ctx context.Context) (<-chan struct{}, error) {
		watchers <- ctx
		return pokes, nil
	}
	a := serve(t, d)
	c := dial(t, a.addr)
	ctx, cancel := context.WithCancel(t.Context())
	first, err := c.Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	atAgent := receive(t, "the watch", watchers)
	for range 3 {
		pokes <- struct{}{}
		receive(t, "a poke", first)
	}
	cancel()
	waitClosed(t, first)
	receive(t, "the end of the watch at the agent", atAgent.Done())

	second, err := c.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.end()
	waitClosed(t, second)
}

func TestWatchTellsTheDesksError(t *testing.T) {
	d := echo()
	d.watch = func(context.Context) (<-chan struct{}, error) { return nil, auth.ErrVault }
	c := dial(t, serve(t, d).addr)
	if _, err := c.Watch(t.Context()); !errors.Is(err, auth.ErrVault) {
		t.Errorf("got error %v, want the desk's", err)
	}
}

// waitClosed passes over pokes that are still under way.
func waitClosed(t *testing.T, pokes <-chan struct{}) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, open := <-pokes:
			if !open {
				return
			}
		case <-deadline:
			t.Fatal("the channel of Watch was not closed")
		}
	}
}

func TestManyGoroutinesShareAClient(t *testing.T) {
	c := dial(t, serve(t, echo()).addr)
	var all sync.WaitGroup
	for g := range 16 {
		all.Go(func() {
			for i := range 50 {
				want := string(rune('a'+g)) + "\r\n\x00" + string(rune('a'+i))
				if got, err := c.Find(t.Context(), want); string(got) != want || err != nil {
					t.Errorf("got %q and error %v, want %q", got, err, want)
				}
			}
		})
	}
	all.Wait()
}

func TestAClientReachesTheAgentThatWasStartedAnew(t *testing.T) {
	first := serve(t, echo())
	c := dial(t, first.addr)
	if _, err := c.Find(t.Context(), "work"); err != nil {
		t.Fatal(err)
	}
	first.end()
	_, err := c.Find(t.Context(), "work")
	wantCause(t, err, agent.ErrNotRunning)
	serveAt(t, first.addr, echo(), "1.3.0")
	if got, err := c.Find(t.Context(), "work"); got != "work" || err != nil {
		t.Errorf("got %q and error %v, want work", got, err)
	}
	if got, want := c.Version(), "1.3.0"; got != want {
		t.Errorf("got version %s, want %s", got, want)
	}
}
