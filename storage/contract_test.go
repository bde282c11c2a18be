package storage_test

import (
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestVaultKeepsTheContract(t *testing.T) {
	t.Run("keyring", func(t *testing.T) {
		vaulttest.Run(t, vaulttest.Subject{New: func(t *testing.T) auth.Vault {
			return storage.NewVault(storage.Options{Dir: t.TempDir(), Keyring: newDrawer()})
		}})
	})
	t.Run("passphrase", func(t *testing.T) {
		vaulttest.Run(t, vaulttest.Subject{
			New:        func(t *testing.T) auth.Vault { return sealedIn(t.TempDir()) },
			Passphrase: passphrase,
		})
	})
}
