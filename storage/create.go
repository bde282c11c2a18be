package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// Create makes a vault where there is none; see auth.Vault. Where it fails there
// is still none, and the state stays VaultNone, whatever the error's Vault says
// of the keyring or the disk: a passphrase may be offered where it is the keyring.
func (v *Vault) Create(passphrase auth.Secret) error {
	v.turn.Lock()
	defer v.turn.Unlock()
	if state := v.State(); state != auth.VaultNone {
		return trouble(state, "a vault is made only where there is none", nil)
	}
	if _, err := os.Lstat(v.path); !errors.Is(err, fs.ErrNotExist) {
		return trouble(auth.VaultInUse, "somebody made a vault meanwhile", err)
	}
	source := fromKeyring
	if !passphrase.IsZero() {
		source = fromPassphrase
		if err := longEnough(passphrase); err != nil {
			return err
		}
	}
	h, key := newHeader(source, time.Now().UTC().Round(0)), newVaultKey()
	if source == fromKeyring {
		if err := v.keys.keep(h.Vault, key); err != nil {
			return err
		}
	} else {
		wrapped, err := wrapKey(passphrasePlace, h.Vault, key, passphrase, v.passphraseCost())
		if err != nil {
			return fmt.Errorf("making a vault: %w", err)
		}
		h.Passphrase = &wrapped
	}
	return v.begin(h, key)
}

// begin writes the file of a new vault and opens it.
func (v *Vault) begin(h header, key vaultKey) error {
	if err := v.write(h, key); err != nil {
		if h.Source == fromKeyring {
			_ = v.keys.forget(h.Vault) // a key that opens nothing may stay behind
		}
		state := auth.VaultNone
		if mayNotWrite(err) {
			state = auth.VaultReadOnly // the next step is to change that
		}
		return trouble(state, "making the vault's file", err)
	}
	db, stored, err := openVault(v.path)
	if err == nil && !stored.proves(key) {
		err = trouble(auth.VaultKeyWrong, "somebody made another vault meanwhile", nil)
		db.leave(err)
	}
	if err != nil {
		_ = v.closedBy(err) // notes the state
		return err
	}
	return v.use(db, stored, key)
}

// write makes the file under another name, because bbolt's first pages are not
// safe from a power cut, and gives it its own when it is whole and on disk.
func (v *Vault) write(h header, key vaultKey) error {
	draft := v.path + ".new"
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // what a crash left
	}
	db, err := openBolt(draft, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	err = guarded(func() error {
		return db.Update(func(tx *bolt.Tx) error {
			for _, bucket := range recordBuckets {
				if _, err := tx.CreateBucket([]byte(bucket)); err != nil {
					return err
				}
			}
			return h.store(tx, key)
		})
	})
	if err = errors.Join(err, db.Sync(), db.Close()); err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	if err := publish(draft, v.path); err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	return syncFolder(v.dir)
}

// publish renames draft to path and never replaces what may stand there: a link
// fails then, a rename would not.
func publish(draft, path string) error {
	err := os.Link(draft, path)
	switch {
	case err == nil:
		return os.Remove(draft)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// A file system without links: the look before has to do.
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, fs.ErrExist)
	}
	return os.Rename(draft, path)
}
