//go:build unix

package faults_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/auth/oauth"
	"github.com/tokentray/tokentray/storage"
)

// drawer is a keyring that may hang.
type drawer struct {
	mu    sync.Mutex
	items map[string]auth.Secret
	hung  chan struct{} // until it is closed; nil: it answers
	asked chan struct{} // one for each question while it hangs
}

func (d *drawer) wait() {
	d.mu.Lock()
	hung := d.hung
	d.mu.Unlock()
	if hung != nil {
		d.asked <- struct{}{}
		<-hung
	}
}

func (d *drawer) Get(name string) (auth.Secret, error) {
	d.wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	value, found := d.items[name]
	if !found {
		return auth.Secret{}, storage.ErrNoItem
	}
	return value, nil
}

func (d *drawer) Set(name string, value auth.Secret) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.items[name] = value
	return nil
}

func (d *drawer) Delete(string) error { return errNone }

// The keyring asks a person, and nobody is there for as long as it lasts. (storage
// has the real one, and gives each question up after some seconds.)
func TestFault51AKeyringThatHangsHoldsUpNobody(t *testing.T) {
	t.Parallel()
	d := &drawer{items: map[string]auth.Secret{}, asked: make(chan struct{}, 100)}
	place := storage.Options{Dir: t.TempDir(), Keyring: d, KeyringPatience: 2 * time.Second}
	made := storage.NewVault(place)
	must(t, made.Open(auth.Secret{}))
	must(t, made.Create(auth.Secret{}))
	must(t, made.Close())

	d.hung = make(chan struct{})
	clock, wire := authtest.NewClock(time.Now()), oauth.New(oauth.Options{})
	defer func() { must(t, wire.Close()) }()
	k := auth.NewKeeper(auth.Parts{
		Vault: storage.NewVault(place), Wire: wire, Catalogue: shelf{}, Clock: clock, Log: slog.New(slog.DiscardHandler),
	})
	var e *auth.Error
	if err := k.Open(t.Context(), auth.Secret{}); !errors.As(err, &e) || e.Vault != auth.VaultKeyringLocked {
		t.Errorf("got %v, want a keyring that is locked", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { k.Run(ctx) })
	defer func() {
		stop()
		running.Wait()
		must(t, k.Close(time.Second))
	}()
	desk := serve(t, k)
	before := runtime.NumGoroutine()
	for range 3 { // five minutes, in which the window looks and a person gives up
		clock.Await(1)
		clock.Advance(100 * time.Second)
		if _, err := desk.Snapshot(t.Context()); !errors.As(err, &e) || e.Vault != auth.VaultKeyringLocked {
			t.Errorf("got %v, want that the keyring is locked", err)
		}
		gone, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		begun := time.Now()
		if err := desk.Unlock(gone, auth.Secret{}); err == nil || time.Since(begun) > 1500*time.Millisecond {
			t.Errorf("got %v after %v, want an end as soon as nobody waits", err, time.Since(begun))
		}
		cancel()
	}
	if now := runtime.NumGoroutine(); now > before+20 { // those of other tests come and go
		t.Errorf("%d goroutines, and %d before", now, before)
	}
	if n := len(d.asked); n != 1 {
		t.Errorf("the keyring was asked %d times, want once until it answers", n)
	}
	d.mu.Lock()
	hung := d.hung
	d.hung = nil
	d.mu.Unlock()
	close(hung)
	eventually(t, "the vault opens", func() bool {
		clock.Advance(5 * time.Second)
		s, err := k.Snapshot(t.Context())
		return err == nil && s.Vault == auth.VaultUnlocked
	})
}
