package storage

import (
	"errors"
	"os"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// use has do at the file, which is opened where it isn't, and made where there is
// none. Called with filing held.
func (j *journal) use(do func(*file) error) error {
	if err := j.open(); err != nil {
		return err
	}
	err := guarded(func() error { return do(j.db) })
	if errors.Is(err, errPanic) { // it changed below us
		j.db.leave(err)
		j.db = nil
		return errors.Join(err, j.setAside())
	}
	return err
}

var errShut = errors.New("the journal is closed")

// open opens the file. One that is damaged is moved aside, and a new one begun.
func (j *journal) open() (err error) {
	switch {
	case j.db != nil:
		return nil
	case j.shut:
		return errShut
	}
	if _, err := os.Lstat(j.path); err == nil {
		j.db, err = openFile(j.path)
		var e *auth.Error
		if err == nil || !errors.As(err, &e) || e.Vault != auth.VaultDamaged {
			return err
		}
		if err := j.setAside(); err != nil {
			return err
		}
	}
	draft, err := newDraft(j.draft())
	if err != nil {
		return err
	}
	if err := draft.finish(j.draft(), nil); err != nil {
		return err
	}
	if err := os.Rename(j.draft(), j.path); err != nil {
		return err
	}
	j.db, err = openBolt(j.path, os.O_RDWR)
	return err
}

func (j *journal) draft() string { return j.path + ".new" }

// setAside moves a damaged file aside. One is kept, for whoever wants to look: it
// is only a history.
func (j *journal) setAside() error { return os.Rename(j.path, j.path+".damaged") }

// begin lets the file be opened.
func (j *journal) begin() {
	j.filing.Lock()
	defer j.filing.Unlock()
	j.shut = false
}

// end closes the file.
func (j *journal) end() {
	j.filing.Lock()
	defer j.filing.Unlock()
	j.shut = true
	j.close()
}

func (j *journal) close() {
	if j.db != nil {
		j.db.leave(nil)
		j.db = nil
	}
}

// tidy drops what nobody may see any more: the events of accounts that are gone,
// and those that are too old.
func (j *journal) tidy(v *Vault) {
	if _, err := os.Lstat(j.path); err != nil {
		return // there is no history
	}
	tx, s, err := v.lend()
	if err != nil {
		return
	}
	kept := map[auth.AccountID]bool{}
	err = guarded(func() error {
		for id := range keysOf(tx, accountBucket) {
			kept[auth.AccountID(id)] = true
		}
		return nil
	})
	if errors.Join(err, tx.Rollback()) != nil {
		return
	}
	j.filing.Lock()
	defer j.filing.Unlock()
	oldest := j.clock.Wall().Add(-auth.HistoryTime)
	_ = j.use(func(db *file) error { // the next start tries again
		return db.Update(func(tx *bolt.Tx) error { return s.sweep(tx, kept, oldest) })
	})
}

// shrink gives room free where the file has grown too large: bbolt's never get
// smaller by themselves. Called with filing held.
func (j *journal) shrink() {
	if info, err := os.Lstat(j.path); err != nil || info.Size() <= j.limit {
		return
	}
	err := j.use(func(db *file) error {
		db.NoSync = true // the copy is flushed
		defer func() { db.NoSync = false }()
		draft, err := newDraft(j.draft())
		if err != nil {
			return err
		}
		err = halve(db)
		if err == nil {
			err = bolt.Compact(draft.DB, db.DB, draftChange)
		}
		return draft.finish(j.draft(), err)
	})
	if err != nil {
		return
	}
	j.close() // Windows replaces no file that is open
	_ = os.Rename(j.draft(), j.path)
}
