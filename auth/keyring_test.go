package auth_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// The agent may be there before the person has unlocked the keyring.
func TestAKeyringThatIsUnlockedLaterIsNoticedWithoutAnybodyAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		newDesk(t, vault, time.Hour).connect(t, "work")
		if err := vault.Close(); err != nil {
			t.Fatal(err)
		}
		vault.Bar(auth.VaultKeyringLocked)
		k := auth.NewKeeper(auth.Parts{
			Vault: vault, Wire: &wire{}, Catalogue: shelf(northwind), Clock: auth.SystemClock(), Log: slog.New(slog.DiscardHandler),
		})
		if err := k.Open(context.Background(), auth.Secret{}); err == nil {
			t.Fatal("a locked keyring was opened")
		}
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { k.Run(ctx) })
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := vault.State(); got != auth.VaultKeyringLocked {
			t.Errorf("state %v while the keyring is locked", got)
		}
		vault.Bar("")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := vault.State(); got != auth.VaultUnlocked {
			t.Errorf("state %v after it was unlocked", got)
		}
		stop()
		running.Wait()
	})
}
