package storage

import "golang.org/x/sys/unix"

// onNetwork reports whether dir is on a file system that isn't this machine's.
func onNetwork(dir string) bool {
	var stat unix.Statfs_t
	return unix.Statfs(dir, &stat) == nil && stat.Flags&unix.MNT_LOCAL == 0
}
