package storage_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// tamper changes a closed vault's file without its key.
func tamper(t *testing.T, dir string, change func(*bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(dir, storage.FileName), 0o600, &bolt.Options{Timeout: time.Second})
	must(t, err)
	must(t, errors.Join(db.Update(change), db.Close()))
}

// take is a copy of what stands in a bucket.
func take(tx *bolt.Tx, bucket, id string) []byte {
	return bytes.Clone(tx.Bucket([]byte(bucket)).Get([]byte(id)))
}

func TestMovedRecordsAreRefused(t *testing.T) {
	put := func(tx *bolt.Tx, bucket, id string, value []byte) error {
		return tx.Bucket([]byte(bucket)).Put([]byte(id), value)
	}
	for name, change := range map[string]func(*bolt.Tx) error{
		"a grant of another account": func(tx *bolt.Tx) error { return put(tx, "grants", "a1", take(tx, "grants", "a2")) },
		"another account's record":   func(tx *bolt.Tx) error { return put(tx, "accounts", "a1", take(tx, "accounts", "a2")) },
		"an account as its grant": func(tx *bolt.Tx) error {
			return put(tx, "grants", "a1", append(make([]byte, 8), take(tx, "accounts", "a1")...))
		},
		"another generation": func(tx *bolt.Tx) error {
			grant := take(tx, "grants", "a1")
			grant[7]++
			return put(tx, "grants", "a1", grant)
		},
		"another client":   func(tx *bolt.Tx) error { return put(tx, "clients", "c1", take(tx, "clients", "c2")) },
		"no grant":         func(tx *bolt.Tx) error { return tx.Bucket([]byte("grants")).Delete([]byte("a1")) },
		"no client":        func(tx *bolt.Tx) error { return tx.Bucket([]byte("clients")).Delete([]byte("c1")) },
		"no account":       func(tx *bolt.Tx) error { return tx.Bucket([]byte("accounts")).Delete([]byte("a1")) },
		"a stump of grant": func(tx *bolt.Tx) error { return put(tx, "grants", "a1", []byte("abc")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := closedSealed(t)
			tamper(t, dir, change)
			v := sealedIn(dir)
			wantOpen(t, v, passphrase, auth.VaultUnlocked)
			defer func() { must(t, v.Close()) }()
			got, err := v.Contents()
			must(t, err)
			if !slices.Equal(got.Unreadable, []auth.AccountID{"a1"}) || len(got.Accounts) != 2 {
				t.Errorf("got unreadable %v and %d accounts, want a1 and the two others", got.Unreadable, len(got.Accounts))
			}
		})
	}
}

func TestUnreadableGrantIsNeverReplaced(t *testing.T) {
	dir := closedSealed(t)
	tamper(t, dir, func(tx *bolt.Tx) error {
		grant := take(tx, "grants", "a1")
		grant[len(grant)-1] ^= 1
		return tx.Bucket([]byte("grants")).Put([]byte("a1"), grant)
	})
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	defer func() { must(t, v.Close()) }()
	was := content(t, dir)
	_, _, g := vaulttest.Sample(1)
	for _, generation := range []auth.Generation{0, g.Generation} {
		if err := v.PutGrant("a1", generation, g); !errors.Is(err, auth.ErrVault) {
			t.Errorf("got %v, want a damaged record", err)
		}
	}
	if _, err := v.Grant("a1"); !errors.Is(err, auth.ErrVault) {
		t.Errorf("got %v, want a damaged record", err)
	}
	wantUnchanged(t, dir, was)
	must(t, v.Remove("a1")) // a person's word
	wantSamples(t, v, 2, 3)
}
