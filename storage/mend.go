package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Mend carries out a remedy; see auth.Vault. Where it fails nothing has changed,
// and a vault that was open is open again. The passphrase is not needed for one
// that is open.
//
// What takes the vault's place was written under another name, flushed, and read
// back whole before; what stood there is moved aside and stays.
func (v *Vault) Mend(m auth.Mending) (auth.Mended, error) {
	v.turn.Lock()
	defer v.turn.Unlock()
	v.upkeep.end()
	v.upkeep.work.Lock()
	defer v.upkeep.work.Unlock()
	key, wasOpen := v.yield()
	mended, err := v.remedy(m, &key, wasOpen)
	if err != nil {
		if wasOpen {
			err = errors.Join(err, v.takeUp(key))
		}
		return auth.Mended{}, err
	}
	if m.Remedy == auth.RemedyStartOver {
		v.stands(auth.VaultNone)
		return mended, nil
	}
	return mended, v.takeUp(key)
}

// remedy tells the remedies apart. What key was, or turned out to be, is in key.
func (v *Vault) remedy(m auth.Mending, key *vaultKey, known bool) (auth.Mended, error) {
	if err := v.free(); err != nil {
		return auth.Mended{}, err
	}
	now := v.upkeep.clock.Wall()
	switch m.Remedy {
	case auth.RemedyRestore, auth.RemedySalvage:
		r := rescue{vault: v, passphrase: m.Passphrase, key: key, known: known, now: now}
		if m.Remedy == auth.RemedyRestore {
			return r.restore(m.Backup)
		}
		return r.salvage()
	case auth.RemedyStartOver:
		return v.startOver(now)
	}
	return auth.Mended{}, refusal("%q is no remedy", m.Remedy)
}

// yield closes the file and returns the key where the vault is open.
func (v *Vault) yield() (key vaultKey, wasOpen bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.db == nil {
		return key, false
	}
	key = v.sealer.key
	v.db.leave(nil)
	v.db, v.sealer = nil, sealer{}
	v.stands(auth.VaultLocked)
	return key, true
}

// takeUp opens the file with the key at hand.
func (v *Vault) takeUp(key vaultKey) error {
	db, h, err := openVault(v.path)
	if err == nil && !h.proves(key) {
		db.leave(nil)
		err = trouble(auth.VaultKeyWrong, "another vault stands in its place", nil)
	}
	if err != nil {
		_ = v.closedBy(err) // notes the state
		return err
	}
	return v.use(db, h, key)
}

// free makes sure that no other program has the vault's file open.
func (v *Vault) free() error {
	info, err := os.Lstat(v.path)
	if err != nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // what isn't there nobody holds; anything else shows when it is moved
	}
	f, err := os.Open(v.path)
	if err != nil {
		return nil //nolint:nilerr // as above
	}
	defer f.Close()
	return awaitLock(f)
}

// startOver moves the vault, its backups and its journal aside. The vault goes
// first: until its backups have followed, a start finds damage and not an empty place.
func (v *Vault) startOver(now time.Time) (m auth.Mended, err error) {
	if _, err := os.Lstat(v.path); err == nil {
		m.SetAside = asideName(v.path, now)
	}
	for _, name := range []string{fileName, backupFolder, journalName} {
		path := filepath.Join(v.dir, name)
		err := os.Rename(path, filepath.Join(v.dir, asideName(path, now)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return m, fmt.Errorf("moving %s aside: %w", name, err)
		}
	}
	for _, name := range []string{ballastName, mendingName, triesName} {
		if err := os.Remove(filepath.Join(v.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return m, fmt.Errorf("starting over: %w", err)
		}
	}
	return m, syncFolder(v.dir)
}

// missing is what it means that there is no file at path: where something stands
// beside it that only a vault leaves, it was there and is lost.
func missing(path string) error {
	dir := filepath.Dir(path)
	left := len(backupsIn(dir)) > 0
	for _, name := range []string{ballastName, journalName, mendingName} {
		_, err := os.Lstat(filepath.Join(dir, name))
		left = left || err == nil
	}
	if left {
		return trouble(auth.VaultDamaged, "the vault's file is gone", fs.ErrNotExist)
	}
	return trouble(auth.VaultNone, "there is no vault yet", nil)
}
