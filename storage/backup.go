package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/places"
)

const (
	backupFolder = "backups"
	backupBegins = "vault-"
	backupEnds   = ".db"
	backupTime   = asideTime
	backupDraft  = "draft"
	// keptBackups: one that turns out to be bad has four before it.
	keptBackups = 5
)

// backUp makes a backup: a copy of the vault as it is at one moment, flushed, read
// back and unsealed record by record, and only then given its name. Called with
// the upkeep's work held. Nobody waits: who writes goes on meanwhile.
func (v *Vault) backUp() error {
	tx, s, err := v.lend()
	if err != nil {
		return err
	}
	name, err := v.keepCopy(tx, s, backupDraft)
	if err != nil {
		return err
	}
	v.upkeep.renewed(name)
	for i, old := range newestFirst(backupsIn(v.dir), v.upkeep.clock.Wall()) {
		if i >= keptBackups {
			_ = os.Remove(filepath.Join(v.dir, backupFolder, old.Name)) // one too many does no harm
		}
	}
	return nil
}

// copyBeforeUpgrade makes a backup of an older vault as it was.
func (v *Vault) copyBeforeUpgrade(db *file, s sealer) error {
	tx, err := db.Begin(false)
	if err == nil {
		_, err = v.keepCopy(tx, s, backupDraft+"-of-older")
	}
	return err
}

// keepCopy makes a backup by way of the draft of that name, and returns its own. It
// ends tx as soon as that is copied.
func (v *Vault) keepCopy(tx *bolt.Tx, s sealer, draftName string) (name string, err error) {
	folder := filepath.Join(v.dir, backupFolder)
	draft := filepath.Join(folder, draftName)
	err = places.MakeFolder(folder, os.Lstat)
	if err == nil {
		err = copyTo(draft, tx)
	}
	if err := errors.Join(err, tx.Rollback()); err != nil {
		return "", err
	}
	if err := verify(draft, s); err != nil {
		return "", errors.Join(fmt.Errorf("reading a backup back: %w", err), os.Remove(draft))
	}
	name = backupName(folder, v.upkeep.clock.Wall())
	if err := os.Rename(draft, filepath.Join(folder, name)); err != nil {
		return "", errors.Join(err, os.Remove(draft))
	}
	return name, syncFolder(folder)
}

var errNoRoom = errors.New("the disk is too full for a backup")

// backupName is a name that no backup in folder has.
func backupName(folder string, now time.Time) string {
	for {
		name := backupBegins + now.UTC().Format(backupTime) + backupEnds
		if _, err := os.Lstat(filepath.Join(folder, name)); err != nil {
			return name
		}
		now = now.Add(time.Millisecond)
	}
}

// lend gives a look at the vault as it is now to somebody who ends the transaction
// soon and takes no lock meanwhile: closing the file waits for that. It begins while
// nobody else is at the file, because one that faults then would never be let go.
// While the ballast is given up there is no room to spare for a copy.
func (v *Vault) lend() (tx *bolt.Tx, s sealer, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.db == nil:
		return nil, s, v.unusable()
	case !v.ballast.laid:
		return nil, s, errNoRoom
	}
	err = guarded(func() (err error) { tx, err = v.db.Begin(false); return err })
	if errors.Is(err, errPanic) {
		err = errors.Join(err, v.reopen(err))
	}
	return tx, v.sealer, err
}

// backupsIn lists the backups of the vault in dir, with what their names say.
func backupsIn(dir string) (backups []auth.Backup) {
	entries, _ := os.ReadDir(filepath.Join(dir, backupFolder)) // none where there is no folder
	for _, e := range entries {
		text, begins := strings.CutPrefix(e.Name(), backupBegins)
		text, ends := strings.CutSuffix(text, backupEnds)
		at, err := time.Parse(backupTime, text)
		if begins && ends && err == nil && e.Type().IsRegular() {
			backups = append(backups, auth.Backup{Name: e.Name(), At: at})
		}
	}
	return backups
}

// newestFirst orders backups. One from days to come was made while the clock was
// wrong: nobody knows how old it is, so it comes last, and goes first.
func newestFirst(backups []auth.Backup, now time.Time) []auth.Backup {
	astray := func(b auth.Backup) int {
		if b.At.After(now.Add(backupDay)) {
			return 1
		}
		return 0
	}
	slices.SortFunc(backups, func(a, b auth.Backup) int {
		if d := astray(a) - astray(b); d != 0 {
			return d
		}
		return b.At.Compare(a.At)
	})
	return backups
}

// newestBackup returns the path of the newest; "" where there is none.
func (v *Vault) newestBackup() (path string, at time.Time) {
	backups := newestFirst(backupsIn(v.dir), v.upkeep.clock.Wall())
	if len(backups) == 0 {
		return "", time.Time{}
	}
	return filepath.Join(v.dir, backupFolder, backups[0].Name), backups[0].At
}

// dayOld reports whether the newest backup is a day old.
func (u *upkeep) dayOld() bool {
	path, at := u.vault.newestBackup()
	return path != "" && u.clock.Wall().Sub(at) >= backupDay
}

// behind reports whether the newest backup lacks an account or client of the vault
// as they are now, or has one that was removed. An empty vault needs none.
func (u *upkeep) behind() bool {
	tx, s, err := u.vault.lend()
	if err != nil {
		return false // whoever reads next sees why
	}
	var now, then [sha256.Size]byte
	empty := false
	err = guarded(func() error {
		id, _ := bucketOf(tx, accountBucket).Cursor().First()
		now, empty = structureOf(tx), id == nil
		return nil
	})
	err = errors.Join(err, tx.Rollback())
	path, _ := u.vault.newestBackup()
	if err != nil || path == "" {
		return err == nil && !empty
	}
	return readOnly(path, func(tx *bolt.Tx) error { then = structureOf(tx); return nil }, s) != nil || now != then
}

// structureOf is a sum over all that changes only when a person changes it.
func structureOf(tx *bolt.Tx) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, part := range [][]byte{headerKey, keyCheckKey} {
		h.Write(tx.Bucket(headerBucket).Get(part))
	}
	for _, name := range []string{clientBucket, accountBucket} {
		_ = bucketOf(tx, name).ForEach(func(id, stored []byte) error { // fails only where its func does
			for _, part := range [][]byte{[]byte(name), id, stored} {
				h.Write(binary.AppendUvarint(nil, uint64(len(part))))
				h.Write(part)
			}
			return nil
		})
	}
	h.Sum(sum[:0])
	return sum
}

// countAccounts tells how many accounts a backup has, without its key.
func countAccounts(path string) (n int) {
	f, err := siftFile(path)
	if err != nil {
		return 0
	}
	for _, at := range f.sightings {
		if at.live && at.bucket == accountBucket {
			n++
		}
	}
	return n
}

// restructure carries out a plan that changes an account or a client, and has a
// backup made of it soon.
func (v *Vault) restructure(p plan) error {
	err := v.change(p)
	if err == nil {
		v.upkeep.changed()
	}
	return err
}
