//go:build unix

package places

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// OwnOnly refuses what belongs to another user and takes away what other users
// were permitted.
func OwnOnly(path string, info fs.FileInfo, mode fs.FileMode) error {
	stat, known := info.Sys().(*syscall.Stat_t)
	if known && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d", path, stat.Uid)
	}
	if info.Mode().Perm() == mode {
		return nil
	}
	return os.Chmod(path, mode)
}
