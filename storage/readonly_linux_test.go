package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// remountReadOnly makes the file system below dir one that can't be written to.
func remountReadOnly(t *testing.T, dir string) {
	t.Helper()
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatalf("remounting %s: %v", dir, err)
	}
	t.Cleanup(func() { writable(t, dir) })
}

func writable(t *testing.T, dir string) {
	t.Helper()
	must(t, unix.Mount("", dir, "", unix.MS_REMOUNT, ""))
}

func TestVaultThatMayNotBeWritten(t *testing.T) {
	dir := vaulttest.SmallDisk(t)
	must(t, filled(t, sealedIn(dir), passphrase, 1).Close())
	was := content(t, dir)
	remountReadOnly(t, dir)
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultReadOnly)
	if err := v.Open(passphrase); !errors.Is(err, unix.EROFS) {
		t.Errorf("got %v, want that it is because its file system is read-only", err)
	}
	if err := v.Create(passphrase); err == nil {
		t.Error("a vault was made over one that can't be written")
	}
	wantUnchanged(t, dir, was)
	writable(t, dir)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	wantSamples(t, v, 1)
	must(t, v.Close())
}

// A mode that can't be set right there makes the file nobody else's.
func TestVaultThatMayNotBeWrittenNorClosedToOthers(t *testing.T) {
	dir := vaulttest.SmallDisk(t)
	must(t, filled(t, sealedIn(dir), passphrase, 1).Close())
	must(t, os.Chmod(filepath.Join(dir, storage.FileName), 0o644))
	remountReadOnly(t, dir)
	wantOpen(t, sealedIn(dir), passphrase, auth.VaultReadOnly)
}

// The disk can be written, and the file can't.
func TestFileThatMayNotBeWritten(t *testing.T) {
	dir := t.TempDir()
	must(t, filled(t, sealedIn(dir), passphrase, 1).Close())
	f, err := os.Open(filepath.Join(dir, storage.FileName))
	must(t, err)
	defer f.Close()
	flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err != nil {
		t.Skipf("the file system knows no such flags: %v", err)
	}
	const immutable = 0x10 // FS_IMMUTABLE_FL of linux/fs.h
	set := func(flags int) error { return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags) }
	if err := set(flags | immutable); err != nil {
		t.Skipf("may not make a file immutable: %v", err)
	}
	defer func() { must(t, set(flags)) }()
	was := content(t, dir)
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultReadOnly)
	wantUnchanged(t, dir, was)
	must(t, set(flags))
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	wantSamples(t, v, 1)
	must(t, v.Close())
}

// A folder that nothing can be made in has no ballast and counts no tries; the
// vault in it works all the same.
func TestFolderThatMayNotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Log("root may write anywhere: this shows only that nothing is needed beside the vault")
	}
	dir := t.TempDir()
	must(t, filled(t, sealedIn(dir), passphrase, 1).Close())
	must(t, os.Remove(filepath.Join(dir, storage.BallastName)))
	must(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { must(t, os.Chmod(dir, 0o700)) })
	v := sealedIn(dir)
	wantOpen(t, v, auth.NewSecret("canary-wrong"), auth.VaultKeyWrong)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	a, _, g := vaulttest.Sample(1)
	next := g
	next.Generation++
	must(t, v.PutGrant(a.ID, g.Generation, next))
	must(t, v.Close())
}
