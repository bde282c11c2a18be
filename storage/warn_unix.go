//go:build unix

package storage

import (
	"io/fs"
	"os"
	"syscall"
)

// othersMay reports whether anyone but the owner may do anything with a file.
func othersMay(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }

// othersOwn reports whether what is at path belongs to another user.
func othersOwn(path string) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return false
	}
	stat, known := info.Sys().(*syscall.Stat_t)
	return known && int(stat.Uid) != os.Geteuid()
}
