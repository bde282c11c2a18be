package storage_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// failing has the next commits of v end with an error, after or before they were
// carried out, as carried says for each.
func failing(v *storage.Vault, carried ...bool) {
	v.WrapCommit(func(commit func(*bolt.Tx) error) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			if len(carried) == 0 {
				return commit(tx)
			}
			now := carried[0]
			carried = carried[1:]
			if !now {
				return errors.Join(io.ErrUnexpectedEOF, tx.Rollback())
			}
			return errors.Join(io.ErrUnexpectedEOF, commit(tx))
		}
	})
}

func TestCommitThatFailsOnceIsMadeAgain(t *testing.T) {
	for name, carried := range map[string]bool{"before it was on disk": false, "after it was on disk": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := filled(t, sealedIn(dir), passphrase, 1)
			failing(v, carried)
			a, _, g := vaulttest.Sample(1)
			next := g
			next.Generation++
			must(t, v.PutGrant(a.ID, g.Generation, next))
			if err := v.PutGrant(a.ID, g.Generation, next); !errors.Is(err, auth.ErrGenerationMoved) {
				t.Errorf("got %v, want that it is made only once", err)
			}
			must(t, v.Close())
			wantOpen(t, v, passphrase, auth.VaultUnlocked)
			if got, err := v.Grant(a.ID); err != nil || !reflect.DeepEqual(got, next) {
				t.Errorf("got grant %+v (%v), want %+v", got, err, next)
			}
		})
	}
}

func TestCommitThatFailsTwiceIsReported(t *testing.T) {
	for name, row := range map[string]struct {
		carried []bool
		saved   bool
	}{
		"never on disk":         {[]bool{false, false}, false},
		"the first was on disk": {[]bool{true, false}, true},
	} {
		t.Run(name, func(t *testing.T) {
			v := filled(t, sealedIn(t.TempDir()), passphrase, 1)
			failing(v, row.carried...)
			a, _, g := vaulttest.Sample(1)
			next, want := g, g
			next.Generation++
			if row.saved {
				want = next
			}
			err := v.PutGrant(a.ID, g.Generation, next)
			if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, auth.ErrVault) || v.State() != auth.VaultUnlocked {
				t.Fatalf("got %v in state %s, want the failure of an unlocked vault", err, v.State())
			}
			if got, err := v.Grant(a.ID); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got grant %+v (%v), want %+v", got, err, want)
			}
			next.Generation++
			must(t, v.PutGrant(a.ID, want.Generation, next))
		})
	}
}

func TestCommitThatFailsWhileTheFileGoes(t *testing.T) {
	dir := t.TempDir()
	v := filled(t, sealedIn(dir), passphrase, 1)
	failing(v, false)
	path := filepath.Join(dir, storage.FileName)
	must(t, os.Rename(path, path+".away"))
	a, _, g := vaulttest.Sample(1)
	if err := v.PutGrant(a.ID, g.Generation, g); !errors.Is(err, auth.ErrVault) {
		t.Errorf("got %v, want a vault that can't be used", err)
	}
	if got := v.State(); got != auth.VaultDamaged {
		t.Errorf("got state %s, want %s", got, auth.VaultDamaged)
	}
	must(t, os.Rename(path+".away", path))
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	wantSamples(t, v, 1)
}

func TestFileThatIsCutOffWhileItIsOpen(t *testing.T) {
	for name, use := range map[string]func(v *storage.Vault) error{
		"reading": func(v *storage.Vault) error { _, err := v.Contents(); return err },
		"reading by many": func(v *storage.Vault) error {
			const many = 16
			answers := make(chan error, many)
			for range many {
				go func() { _, err := v.Contents(); answers <- err }()
			}
			var first error
			for range many {
				if err := <-answers; first == nil {
					first = err
				}
			}
			return first
		},
		"writing": func(v *storage.Vault) error {
			_, _, g := vaulttest.Sample(1)
			return v.PutGrant("a1", g.Generation, g)
		},
	} {
		for _, left := range []int{0, 2} { // pages
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				v := filled(t, sealedIn(dir), passphrase, 1)
				path, whole := filepath.Join(dir, storage.FileName), content(t, dir)
				must(t, os.Truncate(path, int64(left*os.Getpagesize())))
				if err := use(v); !errors.Is(err, auth.ErrVault) || v.State() != auth.VaultDamaged {
					t.Fatalf("got %v in state %s, want a damaged vault", err, v.State())
				}
				must(t, os.WriteFile(path, whole, 0o600))
				wantOpen(t, v, passphrase, auth.VaultUnlocked)
				wantSamples(t, v, 1)
			})
		}
	}
}
