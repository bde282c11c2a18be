package agent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// starter starts agents of one version as other processes, and counts them.
func starter(t *testing.T, addr agent.Address, version string) (start func() (<-chan struct{}, error), started *atomic.Int32) {
	started = new(atomic.Int32)
	var mu sync.Mutex // launch is for one goroutine at a time
	return func() (<-chan struct{}, error) {
		mu.Lock()
		defer mu.Unlock()
		started.Add(1)
		launchAgent(t, addr, version)
		return nil, nil
	}, started
}

func TestEnsureStartsAnAgentOnceAndFindsItAgain(t *testing.T) {
	addr := place(t)
	start, started := starter(t, addr, version)
	for range 2 {
		c, err := agent.Ensure(t.Context(), addr, version, start)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Find(t.Context(), "work"); got != "work" || err != nil {
			t.Errorf("got %q and error %v, want work", got, err)
		}
		_ = c.Close()
	}
	if got := started.Load(); got != 1 {
		t.Errorf("got %d starts, want 1", got)
	}
}

func TestManyWhoEnsureAtOnceShareOneAgent(t *testing.T) {
	addr := place(t)
	start, _ := starter(t, addr, version)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			c, err := agent.Ensure(t.Context(), addr, version, start)
			if err != nil {
				t.Errorf("Ensure: %v", err)
				return
			}
			_ = c.Close()
		})
	}
	all.Wait()
}

func TestEnsureReplacesAnOlderAgent(t *testing.T) {
	for old, want := range map[string]string{"1.2.2": "1.2.3", "1.2.3-rc.1": "1.2.3", "1.2.4": "1.2.4", "dev": "dev", "v1.2.3": "v1.2.3"} {
		t.Run(old, func(t *testing.T) {
			addr := place(t)
			launchAgent(t, addr, old)
			waitFor(t, "the old agent", func() bool { return answers(t, addr) })
			start, started := starter(t, addr, version)
			var all sync.WaitGroup
			for range 2 { // two at once: one may find the work done
				all.Go(func() {
					c, err := agent.Ensure(t.Context(), addr, version, start)
					if err != nil {
						t.Errorf("Ensure: %v", err)
						return
					}
					if got := c.Version(); got != want {
						t.Errorf("got an agent of version %s, want %s", got, want)
					}
					_ = c.Close()
				})
			}
			all.Wait()
			if got := started.Load() > 0; got != (old != want) {
				t.Errorf("got %d starts from %s to %s", started.Load(), old, want)
			}
		})
	}
}

func TestEnsureWaitsForTheOldAgentsLock(t *testing.T) {
	old := place(t)
	a := serveAt(t, old, echo(), "1.0.0")
	done := make(chan error, 1)
	var freed atomic.Bool
	go func() {
		c, err := agent.Ensure(context.Background(), old, version, func() (<-chan struct{}, error) {
			if !freed.Load() {
				return nil, errors.New("started before the lock was free")
			}
			launchAgent(t, old, version)
			return nil, nil
		})
		if err == nil {
			err = c.Close()
		}
		done <- err
	}()
	receive(t, "stop", a.stops)
	freed.Store(true)
	a.end()
	if err := receive(t, "Ensure", done); err != nil {
		t.Error(err)
	}
}

func TestEnsureTellsWhyNothingStarted(t *testing.T) {
	addr := place(t)
	_, err := agent.Ensure(t.Context(), addr, version, func() (<-chan struct{}, error) { return nil, fmt.Errorf("no such program") })
	if !errors.Is(err, auth.ErrAgent) || err.Error() != "start the agent: no such program" {
		t.Errorf("got error %v, want the reason", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err = agent.Ensure(ctx, addr, version, func() (<-chan struct{}, error) { return nil, nil })
	if !errors.Is(err, auth.ErrCancelled) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want that the caller's time was over", err)
	}
}

// That takes no ten seconds, and another agent that is starting is still found.
func TestEnsureTellsThatWhatStartedHasEnded(t *testing.T) {
	ended := make(chan struct{})
	close(ended)
	addr := place(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := agent.Ensure(ctx, addr, version, func() (<-chan struct{}, error) { return ended, nil })
	if !errors.Is(err, agent.ErrNotRunning) || !strings.Contains(err.Error(), "ended at once") {
		t.Errorf("got error %v, want that it ended at once", err)
	}
	c, err := agent.Ensure(t.Context(), addr, version, func() (<-chan struct{}, error) {
		launchAgent(t, addr, version)
		return ended, nil // by another caller's, which has the lock
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}
