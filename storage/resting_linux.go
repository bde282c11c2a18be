package storage

import (
	bolt "go.etcd.io/bbolt"
	"golang.org/x/sys/unix"
)

// letGo tells the system that the pages of the mapped file that were read are not
// needed: they count as this process's memory, and come again when they are read. An
// error of it is none of the vault's.
func (v *Vault) letGo() {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.db == nil {
		return
	}
	_ = guarded(func() error {
		return v.db.View(func(tx *bolt.Tx) error { // while somebody reads, the file is not mapped anew elsewhere
			_, _, failed := unix.Syscall(unix.SYS_MADVISE, v.db.Info().Data, uintptr(tx.Size()), unix.MADV_DONTNEED)
			if failed != 0 {
				return failed
			}
			return nil
		})
	})
}
