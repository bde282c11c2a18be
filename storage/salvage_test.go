package storage_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestSalvagePrefersTheNewestGeneration(t *testing.T) {
	dir := kept(t, 3)
	tamper(t, dir, func(tx *bolt.Tx) error {
		grant := take(tx, "grants", "a2")
		grant[len(grant)-1] ^= 1
		return errors.Join(tx.Bucket([]byte("grants")).Put([]byte("a2"), grant), tx.DeleteBucket([]byte("clients")))
	})
	spoilt := content(t, dir)
	v, _ := clocked(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedySalvage, Passphrase: passphrase})
	must(t, err)
	defer func() { must(t, v.Close()) }()
	if len(m.Accounts) != 3 || m.Lost != 0 {
		t.Errorf("got %+v, want all three", m)
	}
	wantAside(t, dir, m, spoilt)
	for i := 1; i <= 3; i++ {
		a, _, _ := vaulttest.Sample(i)
		g, err := v.Grant(a.ID)
		must(t, err)
		if doubted := a.ID == "a2"; g.Attempt.Open() != doubted || (!doubted && g.Generation != 8) {
			t.Errorf("%s: got generation %d with attempt %+v, want the file's own, but for a2", a.ID, g.Generation, g.Attempt)
		}
	}
}

func TestSalvageWithoutABackup(t *testing.T) {
	dir := kept(t, 3)
	must(t, os.RemoveAll(backupPath(dir, "")))
	page := os.Getpagesize()
	spoil(t, dir, func(file []byte) []byte { clear(file[:page]); return file }) // one meta page: the newest may be gone
	v, _ := clocked(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedySalvage, Passphrase: passphrase})
	must(t, err)
	defer func() { must(t, v.Close()) }()
	if len(m.Accounts) != 3 || m.Lost != 0 {
		t.Errorf("got %+v, want all three", m)
	}
	for _, id := range m.Accounts {
		if g, err := v.Grant(id); err != nil || g.Generation != 8 || !g.Attempt.Open() {
			t.Errorf("%s: got generation %d, attempt %+v (%v), want the newest, in doubt", id, g.Generation, g.Attempt, err)
		}
	}
}

func TestSalvageKeepsAnAccountWhoseGrantIsLost(t *testing.T) {
	dir := closedSealed(t)
	must(t, os.RemoveAll(backupPath(dir, "")))
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Remove("a3")) // with a copy of the file: no older records are left in it
	must(t, v.Close())
	must(t, os.RemoveAll(backupPath(dir, "")))
	spoil(t, dir, func(file []byte) []byte {
		for _, from := range indexes(file, recordOf(t, dir, "grants", "a1")) {
			file[from] ^= 1
		}
		return file
	})
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	contents, err := v.Contents()
	must(t, err)
	if !slices.Equal(contents.Unreadable, []auth.AccountID{"a1"}) {
		t.Fatalf("got unreadable %v, want a1", contents.Unreadable)
	}
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedySalvage})
	must(t, err)
	defer func() { must(t, v.Close()) }()
	g, err := v.Grant("a1")
	must(t, err)
	if !slices.Equal(m.Accounts, []auth.AccountID{"a1", "a2"}) || m.Lost != 0 || !g.RefreshToken.IsZero() || g.Generation != 0 {
		t.Errorf("got %+v and grant %+v, want both accounts, one without tokens", m, g)
	}
}

// recordOf is what a closed vault has in a bucket for id.
func recordOf(t *testing.T, dir, bucket, id string) (sealed []byte) {
	t.Helper()
	tamper(t, dir, func(tx *bolt.Tx) error { sealed = take(tx, bucket, id); return nil })
	return sealed
}

func indexes(in, what []byte) (at []int) {
	for from := 0; ; {
		i := bytes.Index(in[from:], what)
		if i < 0 {
			return at
		}
		at = append(at, from+i)
		from += i + 1
	}
}

// A page that overflows into the next one, where the file ends: what stands before the
// cut is found, although the newest state's tree leads there and can't read it.
func TestWhatStandsBeforeACutIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	db, err := bolt.Open(path, 0o600, &bolt.Options{PageSize: 4096})
	must(t, err)
	records := func(values ...string) {
		must(t, db.Update(func(tx *bolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("accounts"))
			for i, value := range values {
				err = errors.Join(err, b.Put([]byte{'a', byte('1' + i)}, []byte(value)))
			}
			return err
		}))
	}
	for range 4 { // leaves free pages before the long one, for the tree that leads there
		records("small", "small")
	}
	first, second := strings.Repeat("1", 12_000), strings.Repeat("2", 12_000)
	records(first, second)
	must(t, db.Close())
	file, err := os.ReadFile(path)
	must(t, err)
	at := bytes.Index(file, []byte(second))
	must(t, os.Truncate(path, int64(at+2000)))
	if got, err := storage.Sighted(path); err != nil || !slices.Contains(got, first) {
		t.Errorf("found %d values (%v), and not the first", len(got), err)
	}
}

func TestSalvageOfNothingIsRefused(t *testing.T) {
	dir := kept(t, 2)
	must(t, os.RemoveAll(backupPath(dir, "")))
	spoilt := spoil(t, dir, empty)
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	for _, remedy := range []auth.Remedy{auth.RemedySalvage, auth.RemedyRestore, "burn"} {
		if _, err := v.Mend(auth.Mending{Remedy: remedy, Passphrase: passphrase}); err == nil || v.State() != auth.VaultDamaged {
			t.Errorf("%s: got %v in state %s, want that it can't be done", remedy, err, v.State())
		}
	}
	wantUnchanged(t, dir, spoilt)
}

func TestCareCountsWhatCanBeSalvaged(t *testing.T) {
	dir, drawer := t.TempDir(), newDrawer()
	v := storage.NewVault(storage.Options{Dir: dir, Keyring: drawer})
	must(t, filled(t, v, auth.Secret{}, 1, 2, 3).Close())
	must(t, os.RemoveAll(backupPath(dir, "")))
	tamper(t, dir, func(tx *bolt.Tx) error { return tx.Bucket([]byte("clients")).Delete([]byte("c2")) })
	page := os.Getpagesize()
	spoil(t, dir, func(file []byte) []byte { clear(file[page : 2*page]); return file })
	// Older pages still have the client: only what can be found nowhere is lost.
	wantOpen(t, v, auth.Secret{}, auth.VaultDamaged)
	c := care(t, v)
	if c.SealedBy != auth.SealedByKeyring || c.Kept != 3 || c.Salvageable != 3 {
		t.Errorf("got %+v, want all three of a vault with its key in the keyring", c)
	}
}
