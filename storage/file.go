package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/places"
)

const (
	fileName = "vault.db"
	fileMode = 0o600

	// lockPatience is how long an agent that is just ending has to let go of its vault.
	lockPatience = 2 * time.Second
	lockRetry    = 50 * time.Millisecond
)

// trouble is an error that says how the vault stands because of it.
func trouble(state auth.VaultState, detail string, cause error) *auth.Error {
	return &auth.Error{Kind: auth.KindVault, Vault: state, Detail: detail, Cause: cause}
}

// openFile opens the vault at path as it is: it never makes one, and nothing in
// a file that is not a whole vault is touched. The error is a trouble; its state
// is VaultNone where there is no file.
func openFile(path string) (*file, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, missing(path)
	case err != nil:
		return nil, trouble(auth.VaultDamaged, "the vault's file can't be reached", err)
	case !info.Mode().IsRegular():
		return nil, trouble(auth.VaultDamaged, "the vault is not an ordinary file", nil)
	}
	owning := places.OwnOnly(path, info, fileMode)
	if owning != nil && !mayNotWrite(owning) {
		return nil, trouble(auth.VaultDamaged, "the vault's file is not ours", owning)
	}
	if err := examineFile(path); err != nil {
		return nil, err
	}
	db, err := openBolt(path, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if owning != nil { // it may be written, and others can't be kept out
		db.leave(nil)
		return nil, trouble(auth.VaultDamaged, "the vault's file is not ours", owning)
	}
	if err := guarded(db.check); err != nil {
		db.leave(err)
		return nil, trouble(auth.VaultDamaged, "the vault's file is damaged", err)
	}
	return db, nil
}

// examineFile looks through the file while nobody writes to it.
func examineFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return trouble(auth.VaultDamaged, "the vault's file can't be read", err)
	}
	defer f.Close()
	if err := awaitLock(f); err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		err = examine(f, info.Size())
	}
	if err != nil {
		return trouble(auth.VaultDamaged, "the vault's file is damaged", err)
	}
	return nil
}

// awaitLock waits until nobody writes to f; the error is a trouble.
func awaitLock(f *os.File) error {
	limit, retry := time.NewTimer(lockPatience), time.NewTicker(lockRetry)
	defer limit.Stop()
	defer retry.Stop()
	for {
		free, err := lockShared(f)
		switch {
		case err != nil:
			return trouble(auth.VaultDamaged, "the vault's file can't be locked", err)
		case free:
			return nil
		}
		select {
		case <-retry.C:
		case <-limit.C:
			return trouble(auth.VaultInUse, "another program holds the vault", nil)
		}
	}
}

// file is bbolt with the file below it.
type file struct {
	*bolt.DB
	below *os.File

	// beginning is held while a reader's transaction begins. A fault in there leaves
	// bbolt's own lock held for ever, where the next one would wait for it.
	beginning sync.Mutex
	astray    bool // it happened
}

// View is bbolt's, for which nobody waits in vain after a fault.
func (f *file) View(read func(*bolt.Tx) error) error {
	tx, err := f.beginRead()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return read(tx)
}

func (f *file) beginRead() (*bolt.Tx, error) {
	f.beginning.Lock()
	defer f.beginning.Unlock()
	if f.astray {
		return nil, errPanic
	}
	f.astray = true // unless it returns
	tx, err := f.Begin(false)
	f.astray = false
	return tx, err
}

// openBolt opens, or with os.O_CREATE in flag makes, the file at path.
func openBolt(path string, flag int) (*file, error) {
	f := &file{}
	options := &bolt.Options{
		Timeout: lockPatience, FreelistType: bolt.FreelistMapType, NoStatistics: true,
		OpenFile: func(name string, _ int, mode os.FileMode) (opened *os.File, err error) {
			f.below, err = os.OpenFile(name, flag, mode)
			return f.below, err
		},
	}
	err := guarded(func() (err error) {
		f.DB, err = bolt.Open(path, fileMode, options)
		return err
	})
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, trouble(auth.VaultInUse, "another program holds the vault", err)
	case mayNotWrite(err):
		return nil, shutOut(path, err)
	case errors.Is(err, errPanic):
		f.leave(err)
	}
	return nil, trouble(auth.VaultDamaged, "the vault's file can't be opened", err)
}

// leave closes a file that something is wrong with. After a panic bbolt may hold
// its own locks for ever, and Close would wait for them: then only the file below
// is given free and closed, and what was mapped stays mapped.
func (f *file) leave(because error) {
	switch {
	case !errors.Is(because, errPanic):
		_ = f.Close() // nothing that matters is under way
	case f.below != nil:
		_ = errors.Join(unlock(f.below), f.below.Close()) // as above
	}
}

// check has bbolt compare its own lists. Check runs in a goroutine that nobody
// could guard, which is why openFile examines the file beforehand.
func (f *file) check() error {
	return f.View(func(tx *bolt.Tx) error {
		var errs []error
		for err := range tx.Check() {
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}

// guarded runs do and turns a panic of bbolt's, and a fault in the file it has
// mapped, into an error.
func guarded(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return do()
}

// errPanic is what guarded makes of a panic.
var errPanic = errors.New("the vault's file led bbolt astray")
