package storage_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

// inDrawer returns the vault of dir with its key in d, which is not waited for long.
func inDrawer(dir string, d storage.Keyring) *storage.Vault {
	return storage.NewVault(storage.Options{
		Dir: dir, Keyring: d, KeyringPatience: 200 * time.Millisecond, PassphraseCost: cheap,
	})
}

// closedInDrawer makes a vault with one account and closes it.
func closedInDrawer(t *testing.T) (dir string, d *drawer) {
	t.Helper()
	dir, d = t.TempDir(), newDrawer()
	must(t, filled(t, inDrawer(dir, d), auth.Secret{}, 1).Close())
	return dir, d
}

func TestKeyMissingIsNotMadeAgain(t *testing.T) {
	dir, d := closedInDrawer(t)
	was := content(t, dir)
	item, key := d.only()
	must(t, d.Delete(item))
	v := inDrawer(dir, d)
	wantOpen(t, v, auth.Secret{}, auth.VaultKeyMissing)
	if err := v.Create(auth.Secret{}); err == nil {
		t.Error("a vault was made over one that lacks its key")
	}
	wantUnchanged(t, dir, was)
	if items, _ := d.count(); items != 0 {
		t.Errorf("got %d keys, want none made", items)
	}
	d.put(item, key)
	wantOpen(t, v, auth.Secret{}, auth.VaultUnlocked)
	wantSamples(t, v, 1)
	must(t, v.Close())
}

func TestKeyWrong(t *testing.T) {
	short := base64.StdEncoding.EncodeToString(make([]byte, 31))
	other := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for name, value := range map[string]string{"31 bytes": short, "another key": other, "junk": "canary-%%", "nothing": ""} {
		t.Run(name, func(t *testing.T) {
			dir, d := closedInDrawer(t)
			was := content(t, dir)
			item, key := d.only()
			d.put(item, auth.NewSecret(value))
			v := inDrawer(dir, d)
			wantOpen(t, v, auth.Secret{}, auth.VaultKeyWrong)
			wantUnchanged(t, dir, was)
			d.put(item, key)
			wantOpen(t, v, auth.Secret{}, auth.VaultUnlocked)
			must(t, v.Close())
		})
	}
}

func TestKeyringThatCanNotBeUsedNow(t *testing.T) {
	for name, row := range map[string]struct {
		err  error
		want auth.VaultState
	}{
		"locked":      {storage.ErrKeyringLocked, auth.VaultKeyringLocked},
		"unavailable": {errNone, auth.VaultKeyringUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			dir, d := closedInDrawer(t)
			v := inDrawer(dir, d)
			d.hinder(func() error { return row.err })
			wantOpen(t, v, auth.Secret{}, row.want)
			wantOpen(t, v, passphrase, row.want) // it never becomes a vault with a passphrase
			d.hinder(nil)
			wantOpen(t, v, auth.Secret{}, auth.VaultUnlocked)
			wantSamples(t, v, 1)
			must(t, v.Close())
		})
	}
}

func TestKeyringThatHangs(t *testing.T) {
	dir, d := closedInDrawer(t)
	release := make(chan struct{})
	d.hinder(func() error { <-release; return nil })
	v := inDrawer(dir, d)
	_, before := d.count()
	for range 5 {
		wantOpen(t, v, auth.Secret{}, auth.VaultKeyringLocked)
	}
	if _, calls := d.count(); calls != before+1 {
		t.Errorf("got %d calls piled up, want 1", calls-before)
	}
	d.hinder(nil)
	close(release)
	wantOpen(t, v, auth.Secret{}, auth.VaultUnlocked)
	must(t, v.Close())
}

func TestStateDoesNotWaitForTheKeyring(t *testing.T) {
	dir, d := closedInDrawer(t)
	asked, release := make(chan struct{}), make(chan struct{})
	d.hinder(func() error { close(asked); <-release; return nil })
	v := storage.NewVault(storage.Options{Dir: dir, Keyring: d})
	opened := make(chan error, 1)
	go func() { opened <- v.Open(auth.Secret{}) }()
	<-asked
	if got := v.State(); got != auth.VaultLocked {
		t.Errorf("got state %s, want %s", got, auth.VaultLocked)
	}
	if _, err := v.Contents(); err == nil {
		t.Error("a vault that is being opened has contents")
	}
	close(release)
	must(t, <-opened)
	must(t, v.Close())
}

func TestCreateWithoutKeyringLeavesNoVault(t *testing.T) {
	for name, d := range map[string]*drawer{
		"locked":           {before: func() error { return storage.ErrKeyringLocked }},
		"unavailable":      {before: func() error { return errNone }},
		"prompt dismissed": {lose: true},
	} {
		t.Run(name, func(t *testing.T) {
			d.items = map[string]auth.Secret{}
			dir := t.TempDir()
			v := inDrawer(dir, d)
			must(t, v.Open(auth.Secret{}))
			if err := v.Create(auth.Secret{}); err == nil {
				t.Fatal("a vault was made whose key nobody keeps")
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
				t.Errorf("got %v (%v) left in the folder, want nothing", left, err)
			}
			if got := v.State(); got != auth.VaultNone {
				t.Errorf("got state %s, want %s", got, auth.VaultNone)
			}
			must(t, v.Create(passphrase)) // what the person is offered then
			must(t, v.Close())
		})
	}
}

func TestCreateThatFailsLeavesNoKey(t *testing.T) {
	dir, d := t.TempDir(), newDrawer()
	v := inDrawer(dir, d)
	must(t, v.Open(auth.Secret{}))
	blocked := filepath.Join(dir, storage.FileName+".new", "in the way")
	must(t, os.MkdirAll(blocked, 0o700))
	if err := v.Create(auth.Secret{}); err == nil {
		t.Fatal("a vault was made though its file could not be written")
	}
	if items, _ := d.count(); items != 0 {
		t.Errorf("got %d keys left, want 0", items)
	}
}

func TestTwoVaultsOnOneKeyring(t *testing.T) {
	d := newDrawer()
	one, two := t.TempDir(), t.TempDir()
	must(t, filled(t, inDrawer(one, d), auth.Secret{}, 1).Close())
	must(t, filled(t, inDrawer(two, d), auth.Secret{}, 2).Close())
	if items, _ := d.count(); items != 2 {
		t.Errorf("got %d keys, want 2", items)
	}
	for dir, sample := range map[string]int{one: 1, two: 2} {
		v := inDrawer(dir, d)
		wantOpen(t, v, auth.Secret{}, auth.VaultUnlocked)
		wantSamples(t, v, sample)
		must(t, v.Close())
	}
}

func TestKeyOfAnotherVaultIsWrong(t *testing.T) {
	one, d := closedInDrawer(t)
	item, _ := d.only()
	must(t, filled(t, inDrawer(t.TempDir(), d), auth.Secret{}, 2).Close())
	for other, key := range d.items {
		if other != item {
			d.put(item, key)
		}
	}
	wantOpen(t, inDrawer(one, d), auth.Secret{}, auth.VaultKeyWrong)
}
