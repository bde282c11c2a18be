package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/places"
)

// look closes the vault's folder to other users before it is opened, and notes
// whether that, or the same of its file, had to be done.
func (u *upkeep) look() {
	file := closeToOthers(u.vault.path, os.Lstat, fileMode)
	folder := closeToOthers(u.vault.dir, os.Stat, places.FolderMode)
	if file || folder {
		u.mu.Lock()
		u.warnings[auth.WarnModeRepaired] = true
		u.mu.Unlock()
	}
}

// closeToOthers reports whether others were permitted something, and aren't any more.
func closeToOthers(path string, stat func(string) (fs.FileInfo, error), mode fs.FileMode) bool {
	info, err := stat(path)
	if err != nil || info.Mode()&fs.ModeSymlink != 0 || !othersMay(info) {
		return false
	}
	return places.OwnOnly(path, info, mode) == nil
}

// mayNotWrite reports whether err says that something may not be written, by its
// permissions or because of where it is.
func mayNotWrite(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, errReadOnly)
}

// shutOut is the trouble of a file that may not be written, for err. One that is
// not there yet is to be made in a folder of which the same is true. One that can't
// even be read may be anything, and is as good as damaged.
func shutOut(path string, err error) *auth.Error {
	f, unread := os.Open(path)
	switch {
	case unread == nil:
		_ = f.Close() // nothing was done with it
	case !errors.Is(unread, fs.ErrNotExist):
		return trouble(auth.VaultDamaged, "the vault's file can't be read", errors.Join(err, unread))
	}
	return trouble(auth.VaultReadOnly, "the vault may not be written here", err)
}

// placeWarnings are what can be seen of a vault's place.
func placeWarnings(dir, path string) (found []auth.VaultWarning) {
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		real = dir
	}
	if onNetwork(real) {
		found = append(found, auth.WarnNetworkFileSystem)
	}
	if inSyncedFolder(dir) || inSyncedFolder(real) {
		found = append(found, auth.WarnSyncedFolder)
	}
	if othersOwn(dir) || othersOwn(path) {
		found = append(found, auth.WarnOwner)
	}
	return found
}

// syncedFolders are the names of folders that a program copies to other machines.
// A name with a star stands for all that begin so.
var syncedFolders = []string{
	"OneDrive", "OneDrive - *", "Dropbox", "Dropbox (*", "Google Drive", "GoogleDrive", "GoogleDrive-*", "My Drive",
	"Nextcloud", "ownCloud", "iCloudDrive", "iCloud Drive", "CloudStorage", "Mobile Documents", "com~apple~CloudDocs", "pCloudDrive",
	"Syncthing", "MEGA",
}

// syncMarks are files that such programs leave in their folders, also in those
// that have another name.
var syncMarks = []string{
	".dropbox", ".dropbox.cache", ".stfolder", ".nextcloudsync.log", ".owncloudsync.log", ".sync_*.db", "._sync_*.db",
	".tmp.drivedownload", ".tmp.driveupload", ".849C9593-D756-4E56-8D6E-42412F2A707B", // the last is OneDrive's
}

// inSyncedFolder reports whether dir is in a folder that is synced, as far as names
// and marks tell.
func inSyncedFolder(dir string) bool {
	for {
		name := filepath.Base(dir)
		if slices.ContainsFunc(syncedFolders, func(known string) bool { return namedLike(name, known) }) || hasSyncMark(dir) {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

func namedLike(name, known string) bool {
	begin, open := strings.CutSuffix(known, "*")
	if !open {
		return strings.EqualFold(name, known)
	}
	return len(name) >= len(begin) && strings.EqualFold(name[:len(begin)], begin)
}

// hasSyncMark looks for a mark in dir. A home with a ".dropbox" of settings is not
// synced: there the mark is a folder.
func hasSyncMark(dir string) bool {
	for _, mark := range syncMarks {
		if !strings.Contains(mark, "*") {
			info, err := os.Lstat(filepath.Join(dir, mark))
			if err == nil && (mark != ".dropbox" || info.Mode().IsRegular()) {
				return true
			}
			continue
		}
		if found, err := filepath.Glob(filepath.Join(globQuoted(dir), mark)); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

// globQuoted has Glob take dir as it is written. (On Windows there is no way to
// quote, and no name with the other signs.)
func globQuoted(dir string) string {
	if filepath.Separator == '\\' {
		return dir
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}
