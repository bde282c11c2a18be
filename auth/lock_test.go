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

// locked reports whether err says that the vault is locked.
func locked(err error) bool {
	var e *auth.Error
	return errors.As(err, &e) && e.Kind == auth.KindVault && e.Vault == auth.VaultLocked
}

func TestWhatAPersonLockedStaysLockedUntilTheyUnlockIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		poked, err := d.Watch(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Lock(ctx); err != nil {
			t.Fatal(err)
		}
		if len(poked) != 1 || d.vault.State() != auth.VaultLocked {
			t.Errorf("%d pokes, the vault is %s", len(poked), d.vault.State())
		}
		time.Sleep(24 * time.Hour) // the keyring would open it, and the account is due
		synctest.Wait()
		if got := d.give.count.Load(); got != 1 || d.vault.State() != auth.VaultLocked {
			t.Errorf("%d answers, the vault is %s: something went on while it was locked", got, d.vault.State())
		}
		s, err := d.Snapshot(ctx)
		if s.Vault != auth.VaultLocked || len(s.Accounts) != 0 || !locked(err) {
			t.Errorf("Snapshot: %+v, %v", s, err)
		}
		_, tokenErr := d.Token(ctx, id, usual)
		_, showErr := d.Show(ctx, id)
		_, findErr := d.Find(ctx, "work")
		_, connectErr := d.Connect(ctx, auth.Connection{Provider: "northwind", ClientIdentifier: "tray"}, nil)
		_, exportErr := d.Export(ctx, auth.Export{What: auth.ExportAccounts, Passphrase: auth.NewSecret("canary-pass")})
		for i, err := range []error{tokenErr, showErr, findErr, connectErr, exportErr, d.Rename(ctx, id, "x"), d.Refresh(ctx, id)} {
			if !locked(err) {
				t.Errorf("verb %d: %v, want locked", i, err)
			}
		}
		if c, err := d.Care(ctx); err != nil || c.State != auth.VaultLocked || c.SealedBy != auth.SealedByKeyring {
			t.Errorf("Care: %+v, %v", c, err)
		}

		if err := d.Unlock(ctx, auth.Secret{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if token, err := d.Token(ctx, id, usual); err != nil || token.AccessToken.Reveal() != "canary-a2" {
			t.Errorf("after Unlock: %v", err)
		}
	})
}

func TestLockingFinishesARefreshSoThatNoRotationIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			time.Sleep(5 * time.Second)
			return d.give.answer(), nil
		})
		var asking sync.WaitGroup
		asking.Go(func() {
			if token, err := d.Token(context.Background(), id, auth.Want{Force: true}); !locked(err) || !token.AccessToken.IsZero() {
				t.Errorf("who waited for the refresh: %v, want locked", err)
			}
		})
		synctest.Wait()
		if err := d.Lock(context.Background()); err != nil {
			t.Fatal(err)
		}
		asking.Wait()
		if got := d.vault.State(); got != auth.VaultLocked {
			t.Errorf("the vault is %s", got)
		}
		if err := d.Unlock(context.Background(), auth.Secret{}); err != nil {
			t.Fatal(err)
		}
		if g, err := d.vault.Grant(id); err != nil || g.RefreshToken.Reveal() != "canary-r2" || g.Attempt.Open() {
			t.Errorf("generation %d, %v", g.Generation, err)
		}
	})
}

func TestALockWhoseCallerLeftIsStillCarriedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		passphrase := auth.NewSecret("canary-passphrase")
		if err := errors.Join(vault.Open(auth.Secret{}), vault.Create(passphrase)); err != nil {
			t.Fatal(err)
		}
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.connect(t, "home")
		time.Sleep(53*time.Minute + 40*time.Second) // both are due in ten seconds
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			time.Sleep(20 * time.Second)
			return d.give.answer(), nil
		})
		var asking sync.WaitGroup
		asking.Go(func() { _, _ = d.Token(context.Background(), id, auth.Want{Force: true}) }) // as above
		synctest.Wait()
		ctx, leave := context.WithTimeout(context.Background(), time.Second)
		defer leave()
		if err := d.Lock(ctx); err != nil {
			t.Error(err)
		}
		if _, err := d.Token(context.Background(), id, usual); !locked(err) {
			t.Errorf("before the key is gone: %v, want locked", err)
		}
		if err := d.Unlock(context.Background(), auth.NewSecret("canary-another")); err == nil {
			t.Error("a vault that is being locked was opened with another passphrase")
		}
		asking.Wait()
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := vault.State(); got == auth.VaultUnlocked || asked.Load() != 1 {
			t.Errorf("a minute later the vault is %s, and %d were asked", got, asked.Load())
		}
		if err := d.Unlock(context.Background(), passphrase); err != nil {
			t.Fatal(err)
		}
		if g, _ := vault.Grant(id); g.RefreshToken.Reveal() != "canary-r3" {
			t.Errorf("generation %d: the rotation was lost", g.Generation)
		}
	})
}

// patient is a provider whose sign-in nobody finishes.
type patient struct{ *wire }

func (patient) SignIn(ctx context.Context, _ auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	tell(auth.SignInStep{Address: "https://login.example/authorize"})
	<-ctx.Done()
	return auth.Answer{}, ctx.Err()
}

func TestLockingGivesUpASignInAndStoresNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour, func(p *auth.Parts) { p.Wire = patient{p.Wire.(*wire)} })
		var asking sync.WaitGroup
		asking.Go(func() {
			_, err := d.Connect(context.Background(), auth.Connection{Provider: "northwind", ClientIdentifier: "tray"}, func(auth.SignInStep) {})
			if !locked(err) {
				t.Errorf("Connect: %v, want locked", err)
			}
		})
		synctest.Wait()
		if err := d.Lock(context.Background()); err != nil {
			t.Fatal(err)
		}
		asking.Wait()
		if err := d.Unlock(context.Background(), auth.Secret{}); err != nil {
			t.Fatal(err)
		}
		if c, err := vault.Contents(); err != nil || len(c.Accounts) != 0 {
			t.Errorf("%d accounts, %v", len(c.Accounts), err)
		}
	})
}

func TestNothingIsLockedAwayThatCouldNotBeSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			d.vault.Break(errors.New("no room"))
			return d.give.answer(), nil
		})
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrVault) {
			t.Fatalf("Token: %v, want a vault that can't be written", err)
		}
		if err := d.Lock(context.Background()); !errors.Is(err, auth.ErrVault) || d.vault.State() != auth.VaultUnlocked {
			t.Errorf("Lock: %v, the vault is %s: the new refresh token would be lost", err, d.vault.State())
		}
		if _, err := d.Token(context.Background(), id, usual); !locked(err) {
			t.Errorf("Token: %v, want locked all the same", err)
		}
		d.vault.Break(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if d.vault.State() != auth.VaultLocked {
			t.Error("it was not locked once there was room")
		}
		if err := d.Unlock(context.Background(), auth.Secret{}); err != nil {
			t.Fatal(err)
		}
		if g, _ := d.vault.Grant(id); g.RefreshToken.Reveal() != "canary-r2" {
			t.Errorf("generation %d: the rotation was lost", g.Generation)
		}
	})
}

func TestAVaultIsSealedAnewRecoveredAndRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		synctest.Wait()
		if s, err := d.Snapshot(ctx); err != nil || s.SealedBy != auth.SealedByKeyring {
			t.Errorf("sealed by %q, %v", s.SealedBy, err)
		}
		if err := errors.Join(d.PutRecovery(ctx, auth.NewSecret("canary-recovery")), d.Seal(ctx, auth.SealedByPassphrase, auth.NewSecret("canary-passphrase"))); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s, err := d.Snapshot(ctx); err != nil || s.SealedBy != auth.SealedByPassphrase {
			t.Errorf("sealed by %q, %v", s.SealedBy, err)
		}
		for _, err := range []error{d.Seal(ctx, auth.SealedByPassphrase, auth.Secret{}), d.Seal(ctx, "wax", auth.Secret{})} {
			if !errors.Is(err, auth.ErrUsage) {
				t.Errorf("Seal: %v, want it refused", err)
			}
		}
		if _, err := d.Mend(ctx, auth.Mending{Remedy: "glue"}); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("Mend: %v, want it refused", err)
		}

		d.vault.Backup("yesterday", time.Now())
		if err := d.Refresh(ctx, id); err != nil {
			t.Fatal(err)
		}
		d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
			if got := g.RefreshToken.Reveal(); got != "canary-r1" {
				t.Errorf("presented %s, want what the backup has", got)
			}
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient}
		})
		m, err := d.Mend(ctx, auth.Mending{Remedy: auth.RemedyRestore, Passphrase: auth.NewSecret("canary-passphrase")})
		if err != nil || len(m.Accounts) != 1 {
			t.Fatalf("Mend: %+v, %v", m, err)
		}
		synctest.Wait()
		s, err := d.Show(ctx, id)
		if err != nil || s.State != auth.StateInDoubt {
			t.Errorf("%v after a backup came back, %v; want in doubt", s.State, err)
		}
		var restored int
		for _, e := range s.History {
			if e.What == auth.EventRestored {
				restored++
			}
		}
		if restored != 1 {
			t.Errorf("noted %d times that it was restored", restored)
		}
	})
}
