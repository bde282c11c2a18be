package authtest_test

import (
	"errors"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestVaultKeepsTheContract(t *testing.T) {
	fresh := func(*testing.T) auth.Vault { return authtest.NewVault() }
	lose := func(_ *testing.T, v auth.Vault) { v.(*authtest.Vault).Bar(auth.VaultKeyMissing) }
	t.Run("no passphrase", func(t *testing.T) { vaulttest.Run(t, vaulttest.Subject{New: fresh, LoseKey: lose}) })
	t.Run("passphrase", func(t *testing.T) {
		vaulttest.Run(t, vaulttest.Subject{New: fresh, Passphrase: auth.NewSecret("canary-passphrase")})
	})
}

func TestVaultIsBarredAndBroken(t *testing.T) {
	v := authtest.NewVault()
	v.Bar(auth.VaultKeyringLocked)
	if err := v.Open(auth.Secret{}); !errors.Is(err, auth.ErrVault) || v.State() != auth.VaultKeyringLocked {
		t.Fatalf("got %v and %s, want the keyring locked", err, v.State())
	}
	v.Bar("")
	if err := errors.Join(v.Open(auth.Secret{}), v.Create(auth.NewSecret("canary-right"))); err != nil {
		t.Fatal(err)
	}
	a, c, g := vaulttest.Sample(1)
	full := errors.New("no room")
	v.Break(full)
	if err := v.Add(a, c, g); !errors.Is(err, full) || !errors.Is(err, auth.ErrVault) {
		t.Errorf("got %v, want a vault that can't be written", err)
	}
	v.Break(nil)
	if err := errors.Join(v.Add(a, c, g), v.Close()); err != nil {
		t.Fatal(err)
	}
	for passphrase, want := range map[string]auth.VaultState{
		"": auth.VaultLocked, "canary-wrong": auth.VaultKeyWrong,
	} {
		if err := v.Open(auth.NewSecret(passphrase)); err == nil || v.State() != want {
			t.Errorf("with %q: got %v and %s, want %s", passphrase, err, v.State(), want)
		}
	}
}
