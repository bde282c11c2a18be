package auth_test

import (
	"context"
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
