//go:build unix

package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

func TestWhatOthersCouldReadIsClosedToThemAndSaid(t *testing.T) {
	for name, open := range map[string]func(dir string) error{
		"the file":   func(dir string) error { return os.Chmod(filepath.Join(dir, storage.FileName), 0o644) },
		"the folder": func(dir string) error { return os.Chmod(dir, 0o755) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			must(t, os.Chmod(dir, 0o700))
			v := filled(t, sealedIn(dir), passphrase, 1)
			if got := care(t, v).Warnings; slices.Contains(got, auth.WarnModeRepaired) {
				t.Errorf("got %v before anything was wrong", got)
			}
			must(t, v.Close())
			must(t, open(dir))
			wantOpen(t, v, passphrase, auth.VaultUnlocked)
			file, err := os.Stat(filepath.Join(dir, storage.FileName))
			must(t, err)
			folder, err := os.Stat(dir)
			must(t, err)
			if file.Mode().Perm() != 0o600 || folder.Mode().Perm() != 0o700 {
				t.Errorf("got modes %s and %s, want that others can do nothing", file.Mode(), folder.Mode())
			}
			if got := care(t, v).Warnings; !slices.Contains(got, auth.WarnModeRepaired) {
				t.Errorf("got warnings %v, want that it was repaired", got)
			}
		})
	}
}

// A link in the vault's place is refused: whoever put it there may have meant the
// file behind it, but a vault that is replaced by renaming would leave that behind.
func TestLinkIsRefusedAndMendedWithoutTouchingWhatItLeadsTo(t *testing.T) {
	source := kept(t, 2)
	dir := t.TempDir()
	target := filepath.Join(source, storage.FileName)
	was := content(t, source)
	must(t, os.Symlink(target, filepath.Join(dir, storage.FileName)))
	must(t, os.CopyFS(backupPath(dir, ""), os.DirFS(backupPath(source, ""))))
	must(t, os.Chmod(target, 0o644))
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Passphrase: passphrase})
	must(t, err)
	must(t, v.Close())
	info, err := os.Lstat(filepath.Join(dir, m.SetAside))
	must(t, err)
	if info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("got %s set aside, want the link itself", info.Mode())
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("got %v (%v), want that nothing was done to it", info, err)
	}
	wantUnchanged(t, source, was)
}

// What can't even be read is not said to be whole.
func TestOnlyWhatCanBeReadIsReadOnly(t *testing.T) {
	dir := kept(t, 1)
	loop := filepath.Join(dir, "loop")
	must(t, os.Symlink(loop, loop))
	for path, want := range map[string]auth.VaultState{
		filepath.Join(dir, storage.FileName): auth.VaultReadOnly,
		filepath.Join(dir, "to be made"):     auth.VaultReadOnly,
		loop:                                 auth.VaultDamaged,
	} {
		if got := storage.ShutOut(path, os.ErrPermission); got != want {
			t.Errorf("%s: got %s, want %s", filepath.Base(path), got, want)
		}
	}
}

func TestVaultOfAnotherUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a file away")
	}
	dir := t.TempDir()
	v := filled(t, sealedIn(dir), passphrase, 1)
	must(t, v.Close())
	must(t, os.Chown(dir, 12345, 12345))
	wantOpen(t, v, passphrase, auth.VaultUnlocked) // the folder alone is no reason
	if got := care(t, v).Warnings; !slices.Contains(got, auth.WarnOwner) {
		t.Errorf("got warnings %v, want another's folder", got)
	}
	must(t, v.Close())
	must(t, os.Chown(filepath.Join(dir, storage.FileName), 12345, 12345))
	var e *auth.Error
	if err := v.Open(passphrase); !errors.As(err, &e) || e.Detail != "the vault's file is not ours" {
		t.Errorf("got %v, want that it is refused, in words", err)
	}
	if got := care(t, v).Warnings; !slices.Contains(got, auth.WarnOwner) {
		t.Errorf("got warnings %v, want another's file", got)
	}
}
