package storage_test

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

var newPassphrase = auth.NewSecret("canary-new-passphrase")

// moment is what a crash would leave.
type moment struct {
	file  []byte
	items map[string]auth.Secret
}

// moments records what a crash would leave around each commit of v and each call
// of its keyring.
func moments(t *testing.T, dir string, v *storage.Vault, d *drawer) func() []moment {
	t.Helper()
	var seen []moment
	note := func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		seen = append(seen, moment{content(t, dir), maps.Clone(d.items)})
	}
	d.hinder(func() error { note(); return nil })
	v.WrapCommit(func(commit func(*bolt.Tx) error) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			note()
			err := commit(tx)
			note()
			return err
		}
	})
	return func() []moment {
		note()
		d.hinder(nil)
		return seen
	}
}

func TestOneOfTwoWaysOpensAtEachStepOfSeal(t *testing.T) {
	byKeyring := func(v *storage.Vault) error { return v.Seal(auth.SealedByKeyring, auth.Secret{}) }
	byPassphrase := func(v *storage.Vault) error { return v.Seal(auth.SealedByPassphrase, newPassphrase) }
	for name, row := range map[string]struct {
		before, after auth.Secret // zero: by the keyring
		seal          func(*storage.Vault) error
	}{
		"keyring to passphrase":          {auth.Secret{}, newPassphrase, byPassphrase},
		"passphrase to keyring":          {passphrase, auth.Secret{}, byKeyring},
		"passphrase to another":          {passphrase, newPassphrase, byPassphrase},
		"keyring, with a recovery added": {auth.Secret{}, auth.Secret{}, func(v *storage.Vault) error { return v.PutRecovery(newPassphrase) }},
	} {
		t.Run(name, func(t *testing.T) {
			dir, d := t.TempDir(), newDrawer()
			v := filled(t, inDrawer(dir, d), row.before, 1)
			seen := moments(t, dir, v, d)
			must(t, row.seal(v))
			steps := seen()
			for i, m := range steps {
				way := openAfterCrash(t, m, row.before, row.after)
				if last := i == len(steps)-1; last && !way.Equal(row.after) || i == 0 && !way.Equal(row.before) {
					t.Errorf("step %d of %d opens in the wrong way", i, len(steps))
				}
			}
			if len(steps) < 3 {
				t.Errorf("got %d moments, want at least 3", len(steps))
			}
		})
	}
}

// openAfterCrash opens what a crash left in one of the ways, which it returns, and
// looks whether the keyring is in order then.
func openAfterCrash(t *testing.T, m moment, ways ...auth.Secret) auth.Secret {
	t.Helper()
	dir, d := t.TempDir(), &drawer{items: maps.Clone(m.items)}
	must(t, os.WriteFile(filepath.Join(dir, storage.FileName), m.file, 0o600))
	v := inDrawer(dir, d)
	slices.SortFunc(ways, func(a, b auth.Secret) int { return a.Len() - b.Len() }) // the keyring takes any passphrase
	for _, way := range ways {
		if v.Open(way) != nil {
			continue
		}
		wantSamples(t, v, 1)
		want := 0
		if way.IsZero() {
			want = 1
		}
		if items, _ := d.count(); items != want {
			t.Errorf("got %d keys in the keyring after Open, want %d", items, want)
		}
		must(t, v.Close())
		return way
	}
	t.Fatal("neither way opens the vault")
	return auth.Secret{}
}

func TestSealThatFailsLeavesItAsItWas(t *testing.T) {
	fails := func(err error) func(*storage.Vault, *drawer) {
		return func(_ *storage.Vault, d *drawer) { d.hinder(func() error { return err }) }
	}
	full := func(v *storage.Vault, _ *drawer) { failing(v, false, false) }
	for name, row := range map[string]struct {
		before auth.Secret
		hinder func(*storage.Vault, *drawer)
		want   auth.VaultState // of the error
	}{
		"locked keyring":   {passphrase, fails(storage.ErrKeyringLocked), auth.VaultKeyringLocked},
		"no keyring":       {passphrase, fails(errNone), auth.VaultKeyringUnavailable},
		"dismissed prompt": {passphrase, func(_ *storage.Vault, d *drawer) { d.lose = true }, auth.VaultKeyringLocked},
		"full disk":        {passphrase, full, auth.VaultUnlocked},
		"full disk, the key set": {passphrase, func(v *storage.Vault, d *drawer) {
			d.hinder(func() error { d.hinder(nil); failing(v, false, false); return nil })
		}, auth.VaultUnlocked},
		"full disk, the other": {auth.Secret{}, full, auth.VaultUnlocked},
	} {
		t.Run(name, func(t *testing.T) {
			dir, d := t.TempDir(), newDrawer()
			v := filled(t, inDrawer(dir, d), row.before, 1)
			row.hinder(v, d)
			err := v.Seal(auth.SealedByKeyring, auth.Secret{})
			if row.before.IsZero() {
				err = v.Seal(auth.SealedByPassphrase, newPassphrase)
			}
			var e *auth.Error
			if !errors.As(err, &e) || e.Vault != row.want || v.State() != auth.VaultUnlocked {
				t.Errorf("got %v in state %s, want a trouble with %s of an open vault", err, v.State(), row.want)
			}
			d.hinder(nil)
			d.lose = false
			must(t, v.Close())
			way := openAfterCrash(t, moment{content(t, dir), d.items}, row.before)
			if !way.Equal(row.before) {
				t.Error("it opens in another way")
			}
		})
	}
}

func TestKeyThatStaysBehindGoesLater(t *testing.T) {
	dir, d := t.TempDir(), newDrawer()
	v := filled(t, inDrawer(dir, d), auth.Secret{}, 1)
	d.hinder(func() error { return storage.ErrKeyringLocked })
	must(t, v.Seal(auth.SealedByPassphrase, newPassphrase))
	for range 2 {
		must(t, v.Lock())
		wantOpen(t, v, newPassphrase, auth.VaultUnlocked)
		if items, _ := d.count(); items != 1 {
			t.Errorf("got %d keys, want the one that could not be removed", items)
		}
	}
	d.hinder(nil)
	must(t, v.Lock())
	wantOpen(t, v, newPassphrase, auth.VaultUnlocked)
	if items, _ := d.count(); items != 0 {
		t.Errorf("got %d keys, want none", items)
	}
	_, before := d.count()
	must(t, v.Lock())
	wantOpen(t, v, newPassphrase, auth.VaultUnlocked)
	if _, calls := d.count(); calls != before {
		t.Error("the keyring is still asked")
	}
}

func TestRecoveryWhereTheKeyringDoesNotAnswer(t *testing.T) {
	for name, row := range map[string]struct {
		hinder func(d *drawer)
		want   auth.VaultState
	}{
		"locked":      {func(d *drawer) { d.hinder(func() error { return storage.ErrKeyringLocked }) }, auth.VaultKeyringLocked},
		"unavailable": {func(d *drawer) { d.hinder(func() error { return errNone }) }, auth.VaultKeyringUnavailable},
		"wrong key": {func(d *drawer) {
			item, _ := d.only()
			d.put(item, auth.NewSecret("canary-junk"))
		}, auth.VaultKeyWrong},
	} {
		t.Run(name, func(t *testing.T) {
			dir, d := t.TempDir(), newDrawer()
			v := filled(t, inDrawer(dir, d), auth.Secret{}, 1)
			must(t, v.PutRecovery(newPassphrase))
			_, key := d.only()
			row.hinder(d)
			must(t, v.Lock())
			wantOpen(t, v, auth.Secret{}, row.want)
			var e *auth.Error
			if err := v.Open(passphrase); !errors.As(err, &e) || e.Vault != auth.VaultKeyWrong || v.State() != row.want {
				t.Errorf("got %v in state %s, want that the passphrase is wrong and %s", err, v.State(), row.want)
			}
			wantOpen(t, v, newPassphrase, auth.VaultUnlocked)
			wantSamples(t, v, 1)
			if _, now := d.only(); name != "wrong key" && !now.Equal(key) || name == "wrong key" && now.Equal(key) {
				t.Error("what the keyring had was replaced")
			}
		})
	}
}

func TestFileIsUnchangedByAFailedCommitOfTheHeader(t *testing.T) {
	dir, d := t.TempDir(), newDrawer()
	v := filled(t, inDrawer(dir, d), auth.Secret{}, 1)
	failing(v, false, true) // the second go says that it failed and didn't
	err := v.Seal(auth.SealedByPassphrase, newPassphrase)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("got %v, want the failure", err)
	}
	must(t, v.Lock()) // nobody knows which way it is sealed, and both open it
	if way := openAfterCrash(t, moment{content(t, dir), d.items}, newPassphrase); !way.Equal(newPassphrase) {
		t.Error("it opens in another way than what stands there")
	}
}
