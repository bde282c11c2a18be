package storage

import (
	"crypto/rand"
	"os"
	"time"
)

const (
	ballastName = "ballast"
	// ballastSize is room for the pages of several rotations: a commit rewrites
	// some 5 to 20 pages of 4 to 16 KiB.
	ballastSize = 256 << 10
	// ballastPause keeps a disk that has just filled up from being filled again
	// by its own reserve.
	ballastPause = time.Minute
)

// ballast is a file that only takes room: on a full disk it is thrown away, so
// that one more rotated refresh token can be saved. Guarded by the vault's mu.
type ballast struct {
	path   string
	laid   bool
	thrown time.Time
}

// lay makes the file where there is room, and soon again where there isn't. It is
// random, so that no file system stores it as a hole. A reserve that can't be
// had is no reason to refuse the vault.
func (b *ballast) lay() {
	if b.laid || time.Since(b.thrown) < ballastPause {
		return
	}
	if info, err := os.Lstat(b.path); err == nil && info.Mode().IsRegular() && info.Size() == ballastSize {
		b.laid = true
		return
	}
	filler := make([]byte, ballastSize)
	rand.Read(filler)
	if err := writeSynced(b.path, filler); err != nil {
		_ = os.Remove(b.path) // half a reserve is none
		b.thrown = time.Now()
		return
	}
	b.laid = true
}

// throw gives the room free.
func (b *ballast) throw() {
	b.laid, b.thrown = false, time.Now()
	_ = os.Remove(b.path) // where there is none there is nothing to give
}

func writeSynced(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
