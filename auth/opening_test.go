package auth_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

func TestAVaultThatMayBeWrittenAgainIsOpenedByTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, vault := context.Background(), authtest.NewVault()
		newDesk(t, vault, time.Hour).connect(t, "work")
		if err := vault.Close(); err != nil {
			t.Fatal(err)
		}
		vault.Bar(auth.VaultReadOnly)
		k := auth.NewKeeper(auth.Parts{Vault: vault, Wire: &wire{}, Catalogue: shelf(northwind), Clock: auth.SystemClock()})
		for range 2 {
			if s, err := k.Snapshot(ctx); err == nil || s.Vault != auth.VaultReadOnly || len(s.Accounts) != 0 {
				t.Errorf("got %+v, %v, want a vault that may not be written", s, err)
			}
			time.Sleep(time.Minute)
		}
		vault.Bar("")
		if s, err := k.Snapshot(ctx); err != nil || s.Vault != auth.VaultUnlocked || len(s.Accounts) != 1 {
			t.Errorf("got %+v, %v, want the account", s, err)
		}
		if err := k.Close(time.Second); err != nil {
			t.Error(err)
		}
	})
}

// A disk that turns read-only closes the vault below accounts that are taken up: what
// is in memory is still given out.
func TestAVaultThatWasClosedBelowIsOpenedByTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, vault := context.Background(), authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		if err := vault.Close(); err != nil {
			t.Fatal(err)
		}
		vault.Bar(auth.VaultReadOnly)
		if err := vault.Open(auth.Secret{}); err == nil { // as after a write that failed
			t.Fatal("a vault was opened that may not be written")
		}
		time.Sleep(time.Minute)
		for range 2 { // a try, and its verdict
			if s, err := d.Snapshot(ctx); err != nil || s.Vault != auth.VaultReadOnly || len(s.Accounts) != 1 {
				t.Errorf("got %+v, %v, want the account, and that the vault may not be written", s, err)
			}
		}
		if token, err := d.Token(ctx, id, usual); err != nil || token.AccessToken.IsZero() {
			t.Errorf("got %v, want the token that is still good", err)
		}
		vault.Bar("")
		time.Sleep(time.Minute)
		if s, err := d.Snapshot(ctx); err != nil || s.Vault != auth.VaultUnlocked || len(s.Accounts) != 1 {
			t.Errorf("got %+v, %v, want the account, and an open vault", s, err)
		}
	})
}

// slowVault is a vault whose keyring takes its time, and says no.
type slowVault struct {
	*authtest.Vault
	asked  chan struct{} // one for each who looks how it stands
	begun  chan struct{} // one for each try
	answer chan struct{} // closed: the keyring answers
	tries  atomic.Int32
}

func (v *slowVault) State() auth.VaultState {
	v.asked <- struct{}{}
	return auth.VaultKeyringLocked
}

func (v *slowVault) Open(auth.Secret) error {
	v.tries.Add(1)
	v.begun <- struct{}{}
	<-v.answer
	return &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyringLocked}
}

// Time doesn't pass in a synctest bubble while somebody waits for a mutex, so this
// has a clock that is set.
func TestWhoWaitedForATryOfTheVaultDoesntTryAgain(t *testing.T) {
	vault := &slowVault{
		Vault: authtest.NewVault(),
		asked: make(chan struct{}, 100), begun: make(chan struct{}, 100), answer: make(chan struct{}),
	}
	clock := authtest.NewClock(noon)
	k := auth.NewKeeper(auth.Parts{Vault: vault, Wire: &wire{}, Catalogue: shelf(northwind), Clock: clock})
	look := func() {
		if _, err := k.Find(context.Background(), "work"); !shut(err) {
			t.Errorf("got %v, want that the keyring is locked", err)
		}
	}
	var waiting sync.WaitGroup
	waiting.Go(look)
	<-vault.begun
	for len(vault.asked) > 0 { // by the one who tries
		<-vault.asked
	}
	clock.Advance(2 * time.Second)
	for range 9 {
		waiting.Go(look)
	}
	for range 9 {
		<-vault.asked
	}
	clock.Advance(3 * time.Second)
	close(vault.answer)
	waiting.Wait()
	for _, row := range []struct {
		after time.Duration
		want  int32
	}{{0, 1}, {900 * time.Millisecond, 1}, {200 * time.Millisecond, 2}} {
		clock.Advance(row.after)
		look()
		if got := vault.tries.Load(); got != row.want {
			t.Errorf("the vault was tried %d times %v later, want %d", got, row.after, row.want)
		}
	}
}

// shut reports whether err says that the keyring is locked.
func shut(err error) bool {
	var e *auth.Error
	return errors.As(err, &e) && e.Kind == auth.KindVault && e.Vault == auth.VaultKeyringLocked
}
