package storage

import (
	"errors"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

const (
	compactName = fileName + ".compact"
	// alwaysCompact: below this a copy takes some milliseconds, so that what was
	// removed is overwritten every time. A larger file is copied only where most of
	// it is free; until then what was removed stays in its free pages, sealed.
	alwaysCompact = 4 << 20
	compactFrom   = 0.75
)

// Remove forgets an account; see auth.Vault. What is left of its records in the
// file goes, where the file isn't large; the backups that have them are replaced
// by a fresh one, in the background. A medium may still keep what was overwritten.
func (v *Vault) Remove(id auth.AccountID) error {
	defer v.upkeep.forgetting()()
	if err := v.remove(id); err != nil {
		return err
	}
	v.upkeep.journal.forget(id)
	return nil
}

// compact has a copy without free pages take the file's place. Where that fails
// the file stays as it is, which is no reason to refuse what was asked for. Called
// with the upkeep's work held.
func (v *Vault) compact() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.db == nil || !worthCompacting(v.path) {
		return
	}
	draft := filepath.Join(v.dir, compactName)
	err := guarded(func() error {
		return v.db.View(func(tx *bolt.Tx) error { return copyTo(draft, tx) })
	})
	if errors.Is(err, errPanic) {
		_ = v.reopen(err) // notes the state
	}
	if err != nil {
		return
	}
	if examineFile(draft) != nil {
		_ = os.Remove(draft) // it would be in the way of nothing
		return
	}
	// Windows replaces no file that is open.
	if v.db.Close() == nil && os.Rename(draft, v.path) == nil {
		_ = syncFolder(v.dir) // the old file is whole, too, and lacks only this
	}
	_ = v.reopen(nil) // notes the state
}

// worthCompacting reports whether the file at path is small, or mostly free.
func worthCompacting(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false
	}
	if info.Size() < alwaysCompact {
		return true
	}
	m, metas := newestMeta(file, info.Size())
	w := walk{file: file, meta: m, seen: map[uint64]bool{}}
	return metas == bothMetas && w.freelist(m.freelist) == nil && float64(len(w.seen)) >= compactFrom*float64(m.high)
}
