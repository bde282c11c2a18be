package storage_test

import (
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestVaultKeepsTheContract(t *testing.T) {
	drawers := map[auth.Vault]*drawer{}
	fresh := func(t *testing.T) auth.Vault {
		d := newDrawer()
		v := inDrawer(t.TempDir(), d)
		drawers[v] = d
		return v
	}
	t.Run("keyring", func(t *testing.T) {
		vaulttest.Run(t, vaulttest.Subject{New: fresh, LoseKey: func(t *testing.T, v auth.Vault) {
			item, _ := drawers[v].only()
			must(t, drawers[v].Delete(item))
		}})
	})
	t.Run("passphrase", func(t *testing.T) {
		vaulttest.Run(t, vaulttest.Subject{New: fresh, Passphrase: passphrase})
	})
}
