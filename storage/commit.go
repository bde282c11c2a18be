package storage

import (
	"bytes"
	"errors"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// edit is one record that changes: to is what will stand there, sealed, or nil
// where it goes; was is what stood there when the edit was planned.
type edit struct {
	bucket  string
	id      string
	was, to []byte
}

// plan reads what is stored and returns what is to change; an error means that
// nothing does.
type plan func(*bolt.Tx) ([]edit, error)

// change carries out a plan in one transaction that is on disk when it returns.
//
// That a commit failed doesn't say that it isn't on disk: its last page may have
// been written before the flush failed. So the file is opened again, what stands
// there is compared with what stood there before, and the same edits are made
// once more, with the ballast thrown away where the disk is full. Only then the
// failure is reported, as a trouble with VaultUnlocked; what is stored may be the
// old or the new then, never a mixture, and Grant tells which.
func (v *Vault) change(p plan) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.db == nil {
		return v.unusable()
	}
	edits, refused, failed := v.apply(p)
	switch {
	case refused != nil:
		return refused
	case failed != nil && len(edits) == 0: // it didn't come to a commit
		return v.failed(failed)
	case failed != nil:
		return v.repeat(edits, failed)
	}
	v.ballast.lay()
	return nil
}

// apply runs one transaction: refused is the plan's word, failed is the disk's.
func (v *Vault) apply(p plan) (edits []edit, refused, failed error) {
	failed = guarded(func() error {
		tx, err := v.db.Begin(true)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after a commit it only says that it came too late
		if edits, refused = p(tx); refused != nil || len(edits) == 0 {
			return nil
		}
		for _, e := range edits {
			if err := e.carryOut(tx); err != nil {
				return err
			}
		}
		return v.commit(tx)
	})
	return edits, refused, failed
}

// repeat is the second go at a commit that failed with cause.
func (v *Vault) repeat(edits []edit, cause error) error {
	if diskFull(cause) {
		v.ballast.throw()
	}
	if err := v.reopen(cause); err != nil {
		return err
	}
	_, refused, failed := v.apply(func(tx *bolt.Tx) ([]edit, error) {
		for _, e := range edits {
			if now := bucketOf(tx, e.bucket).Get([]byte(e.id)); !bytes.Equal(now, e.was) && !bytes.Equal(now, e.to) {
				return nil, auth.ErrGenerationMoved
			}
		}
		return edits, nil
	})
	if failed != nil {
		return v.failed(errors.Join(cause, failed))
	}
	return refused
}

// failed opens the file once more after a commit that came to nothing, so that
// what is read from here on is what the file says and not what bbolt remembers.
func (v *Vault) failed(because error) error {
	if err := v.reopen(because); err != nil {
		return err
	}
	return trouble(auth.VaultUnlocked, "the vault can't be written", because)
}

// reopen closes the file, because of what it did, and opens it with the key at
// hand. Where that fails the vault is closed and its state says why. Called with
// mu held.
func (v *Vault) reopen(because error) error {
	key, id := v.sealer.key, v.sealer.vault
	v.db.leave(because)
	v.db, v.sealer = nil, sealer{}
	db, h, err := openVault(v.path)
	if err == nil && (h.Vault != id || !h.proves(key)) {
		db.leave(nil)
		err = trouble(auth.VaultKeyWrong, "another vault stands in its place", nil)
	}
	if err != nil {
		_ = v.closedBy(err) // notes the state
		return err
	}
	v.db, v.sealer = db, sealer{schema: h.Schema, vault: h.Vault, key: key}
	return nil
}

// carryOut puts e into tx.
func (e edit) carryOut(tx *bolt.Tx) error {
	bucket := bucketOf(tx, e.bucket)
	if e.to == nil {
		return bucket.Delete([]byte(e.id))
	}
	return bucket.Put([]byte(e.id), e.to)
}
