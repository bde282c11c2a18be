package storage_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

// Who gives a vault another passphrase doesn't want the old one to open anything.
func TestNewPassphraseLeavesNothingOfTheOldOne(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	must(t, filled(t, v, passphrase, 1, 2).Close())
	var header struct {
		Passphrase struct{ Salt string }
	}
	must(t, json.Unmarshal(editHeader(t, dir, nil), &header))
	salt := []byte(header.Passphrase.Salt)
	if got := traces(t, dir, salt); len(got) != 2 {
		t.Fatalf("got the salt in %v, want it in the vault and its backup", got)
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	clock.Advance(time.Hour)
	fresh := auth.NewSecret("canary-another-passphrase")
	must(t, v.Seal(auth.SealedByPassphrase, fresh))
	must(t, v.Close())
	if got := traces(t, dir, salt); len(got) != 0 {
		t.Errorf("got the old passphrase's salt in %v", got)
	}
	spoil(t, dir, empty)
	wantOpen(t, v, fresh, auth.VaultDamaged)
	_, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Passphrase: fresh})
	must(t, err)
	wantSamples(t, v, 1, 2)
	must(t, v.Close())
}

// A backup of a time when the vault was sealed otherwise opens as the vault does now.
func TestOlderBackupIsRestoredUnderThePresentSeal(t *testing.T) {
	dir := t.TempDir()
	v, _ := clocked(dir)
	must(t, filled(t, v, passphrase, 1).Close())
	older := care(t, v).Backups[0].Name
	kept, err := os.ReadFile(backupPath(dir, older))
	must(t, err)
	fresh := auth.NewSecret("canary-another-passphrase")
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Seal(auth.SealedByPassphrase, fresh))
	must(t, v.Close())
	must(t, os.WriteFile(backupPath(dir, older), kept, 0o600))
	_, err = v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Backup: older, Passphrase: fresh})
	must(t, err)
	must(t, v.Close())
	wantOpen(t, v, fresh, auth.VaultUnlocked)
	wantSamples(t, v, 1)
	must(t, v.Close())
}

func TestOlderVaultIsBackedUpBeforeItsUpgrade(t *testing.T) {
	fixture, err := os.ReadFile("testdata/schema1.db")
	must(t, err)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, storage.FileName), fixture, 0o600))
	v, _ := clocked(dir)
	wantOpen(t, v, fixturePassphrase, auth.VaultUnlocked)
	must(t, v.Close())
	backups := care(t, v).Backups
	oldest := backups[len(backups)-1]
	_, err = v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Backup: oldest.Name, Passphrase: fixturePassphrase})
	must(t, err)
	defer func() { must(t, v.Close()) }()
	got, err := v.Contents()
	must(t, err)
	if len(got.Accounts) != oldest.Accounts || len(got.Accounts) == 0 || len(got.Unreadable) != 0 {
		t.Errorf("got %d accounts, %v unreadable, want the %d that were there before the upgrade", len(got.Accounts), got.Unreadable, oldest.Accounts)
	}
}

func TestRecoveryPassphraseRestores(t *testing.T) {
	dir, drawer := t.TempDir(), newDrawer()
	open := func(k storage.Keyring) *storage.Vault {
		return storage.NewVault(storage.Options{Dir: dir, Keyring: k, PassphraseCost: cheap})
	}
	v := filled(t, open(drawer), auth.Secret{}, 1, 2)
	must(t, v.PutRecovery(passphrase))
	if c := care(t, v); c.SealedBy != auth.SealedByKeyring || !c.Recovery {
		t.Errorf("got %+v, want a keyring's vault that a passphrase opens, too", c)
	}
	must(t, v.Close())
	spoil(t, dir, func(file []byte) []byte { return slices.Clone(file[:len(file)/4]) })
	w := open(newDrawer()) // another machine's keyring, or one that was emptied
	wantOpen(t, w, auth.Secret{}, auth.VaultDamaged)
	if c := care(t, w); !c.Recovery && c.SealedBy != "" {
		t.Errorf("got %+v, want that recovery is offered where the header is left", c)
	}
	_, err := w.Mend(auth.Mending{Remedy: auth.RemedySalvage, Passphrase: passphrase})
	must(t, err)
	wantSamples(t, w, 1, 2)
	must(t, w.Close())
}
