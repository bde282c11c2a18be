package storage

import (
	"errors"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// lockShared takes the lock that bbolt takes (one byte at the largest offset),
// shared and without waiting; it goes with the file. False: somebody else holds it.
func lockShared(file *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, lockedByte())
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// unlock gives bbolt's lock free.
func unlock(file *os.File) error {
	return windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, lockedByte())
}

// lockedByte is where bbolt locks: at an offset that nothing is ever written to.
func lockedByte() *windows.Overlapped {
	return &windows.Overlapped{Offset: math.MaxUint32, OffsetHigh: math.MaxUint32}
}

// syncFolder has nothing to do: NTFS journals a rename, and a folder can't be flushed.
func syncFolder(string) error { return nil }

// errReadOnly is what a medium says that can only be read.
const errReadOnly = windows.ERROR_WRITE_PROTECT

// diskFull reports whether err says that there is no room.
func diskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
