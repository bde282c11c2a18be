package storage

import (
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// othersMay is never so: see places.OwnOnly.
func othersMay(fs.FileInfo) bool { return false }

// othersOwn can't be told from a name or a mode; the folder's access list decides.
func othersOwn(string) bool { return false }

// onNetwork reports whether dir is on another machine: \\server\share, or a drive
// that stands for one.
func onNetwork(dir string) bool {
	volume := filepath.VolumeName(dir)
	if strings.HasPrefix(volume, `\\`) {
		return true
	}
	root, err := windows.UTF16PtrFromString(volume + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}
