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

// change carries out a plan in a transaction that is on disk when it returns, and
// that it shares with the plans that came while another was under way. Each plan
// sees what those before it did, and one that is refused changes nothing for the
// others.
//
// That a commit failed doesn't say that it isn't on disk: its last page may have
// been written before the flush failed. So the file is opened again, what stands
// there is compared with what stood there before, and the same edits are made
// once more, with the ballast thrown away where the disk is full. Only then the
// failure is reported, as a trouble with VaultUnlocked; what is stored may be the
// old or the new then, never a mixture, and Grant tells which.
func (v *Vault) change(p plan) error { return v.line.do(p, v.together) }

// together carries out a group of plans.
func (v *Vault) together(group []*request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	edits, failed := v.apply(group)
	switch {
	case failed == nil:
		v.ballast.lay()
	case len(group) == 1:
		group[0].err = v.again(edits, failed)
	default:
		v.apart(group, edits, failed)
	}
}

// apply runs one transaction. Each request has its plan's verdict then; failed is
// the disk's. A vault that isn't open refuses them all.
func (v *Vault) apply(group []*request) (edits []edit, failed error) {
	if v.db == nil {
		verdict(group, v.unusable())
		return nil, nil
	}
	failed = guarded(func() error {
		tx, err := v.db.Begin(true)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after a commit it only says that it came too late
		for _, r := range group {
			var planned []edit
			if planned, r.err = r.plan(tx); r.err != nil {
				continue
			}
			for _, e := range planned {
				if err := e.carryOut(tx); err != nil {
					return err
				}
			}
			edits = append(edits, planned...)
		}
		if len(edits) == 0 {
			return nil
		}
		return v.commit(tx)
	})
	return edits, failed
}

// verdict is err for everyone in group whose plan wasn't refused anyway.
func verdict(group []*request, err error) {
	for _, r := range group {
		if r.err == nil {
			r.err = err
		}
	}
}

// again is what follows when the commit of one plan failed with cause.
func (v *Vault) again(edits []edit, cause error) error {
	if len(edits) == 0 { // it didn't come to a commit
		return v.failed(cause)
	}
	if err := v.regain(cause); err != nil {
		return err
	}
	return v.repeat(edits, cause)
}

// apart is what follows when the commit of several plans failed with cause. A
// transaction is on disk whole or not at all: where it is, the same is written
// once more for all of them, and where it isn't they go one by one, so that what
// can't be written doesn't take the others with it.
func (v *Vault) apart(group []*request, edits []edit, cause error) {
	if err := v.regain(cause); err != nil {
		verdict(group, err)
		return
	}
	if last := lastOf(edits); len(edits) > 0 && v.stand(last) {
		if err := v.repeat(last, cause); err != nil {
			verdict(group, err)
		}
		return
	}
	for _, r := range group {
		one := []*request{r}
		if edits, failed := v.apply(one); failed != nil {
			r.err = v.again(edits, failed)
		}
	}
}

// regain prepares the second go at a commit that failed with cause.
func (v *Vault) regain(cause error) error {
	if diskFull(cause) {
		v.ballast.throw()
	}
	return v.reopen(cause)
}

// repeat is the second go at a commit that failed with cause.
func (v *Vault) repeat(edits []edit, cause error) error {
	r := &request{plan: func(tx *bolt.Tx) ([]edit, error) {
		for _, e := range edits {
			if now := bucketOf(tx, e.bucket).Get([]byte(e.id)); !bytes.Equal(now, e.was) && !bytes.Equal(now, e.to) {
				return nil, auth.ErrGenerationMoved
			}
		}
		return edits, nil
	}}
	if _, failed := v.apply([]*request{r}); failed != nil {
		return v.failed(errors.Join(cause, failed))
	}
	return r.err
}

// lastOf leaves of the edits of one record only the last.
func lastOf(edits []edit) []edit {
	at := map[[2]string]int{}
	var last []edit
	for _, e := range edits {
		place := [2]string{e.bucket, e.id}
		if i, before := at[place]; before {
			last[i].to = e.to
			continue
		}
		at[place] = len(last)
		last = append(last, e)
	}
	return last
}

// stand reports whether edits are what the file says now.
func (v *Vault) stand(edits []edit) bool {
	all := true
	err := guarded(func() error {
		return v.db.View(func(tx *bolt.Tx) error {
			for _, e := range edits {
				all = all && bytes.Equal(bucketOf(tx, e.bucket).Get([]byte(e.id)), e.to)
			}
			return nil
		})
	})
	return all && err == nil
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
	v.db, v.header, v.sealer = db, h.header, sealer{schema: h.Schema, vault: h.Vault, key: key}
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
