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

// forgetting is called before something is taken out of the vault, or is sealed
// otherwise, and what it returns afterwards: what the file's free pages have of it
// goes, and what the backups have.
func (u *upkeep) forgetting() (done func()) {
	u.work.Lock()
	u.renew()
	return func() {
		u.vault.compact()
		u.want(0)
		u.nudge()
		u.work.Unlock()
	}
}

// renew has a fresh backup made at once and every other one dropped then, because
// they hold what is about to be forgotten. The mark keeps that in mind across a
// crash: it is on disk before whatever is forgotten goes. A disk that is too full
// for it keeps nobody from forgetting.
func (u *upkeep) renew() {
	if len(backupsIn(u.vault.dir)) == 0 {
		return
	}
	u.mu.Lock()
	u.renewing = true
	u.mu.Unlock()
	if writeSynced(u.forgetMark(), nil) == nil {
		_ = syncFolder(filepath.Dir(u.forgetMark())) // as above
	}
}

// forgetMark stands among the backups while older ones are to go.
func (u *upkeep) forgetMark() string { return filepath.Join(u.vault.dir, backupFolder, forgetName) }

// renewed drops every backup but the one of that name, where they are to be
// replaced by it.
func (u *upkeep) renewed(name string) {
	u.mu.Lock()
	renewing := u.renewing
	u.mu.Unlock()
	if _, err := os.Lstat(u.forgetMark()); err != nil && !renewing {
		return
	}
	folder := filepath.Dir(u.forgetMark())
	for _, b := range backupsIn(u.vault.dir) {
		if b.Name == name {
			continue
		}
		if err := os.Remove(filepath.Join(folder, b.Name)); err != nil {
			return // the mark stays, and they go after the next backup
		}
	}
	u.mu.Lock()
	u.renewing = false
	u.mu.Unlock()
	if syncFolder(folder) == nil {
		_ = os.Remove(u.forgetMark()) // else they are replaced once more
	}
}

// forgetName is a mark without content.
const forgetName = "replace"
