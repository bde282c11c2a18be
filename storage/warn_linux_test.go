package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

const mountinfo = `24 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
31 24 0:26 / /home/you/far\040away rw,nosuid - fuse.sshfs you@example.com: rw
32 24 0:27 / /home/you/usb rw,nosuid - fuse.ntfs-3g /dev/sdb1 rw
33 24 0:28 / /home/you/far rw - fuse.rclone remote: rw
`

func TestFileSystemsInUserSpaceAreToldApart(t *testing.T) {
	for dir, want := range map[string]string{
		"/home/you/far away":      "fuse.sshfs",
		"/home/you/far away/data": "fuse.sshfs",
		"/home/you/farther":       "ext4",
		"/home/you/far/data":      "fuse.rclone",
		"/home/you/usb/data":      "fuse.ntfs-3g",
		"/":                       "ext4",
	} {
		if got := storage.MountedAs(mountinfo, dir); got != want {
			t.Errorf("%s: got %q, want %q", dir, got, want)
		}
	}
	for kind, want := range map[int64]bool{
		unix.NFS_SUPER_MAGIC: true, unix.CIFS_SUPER_MAGIC: true, unix.SMB2_SUPER_MAGIC: true,
		unix.EXT4_SUPER_MAGIC: false, unix.BTRFS_SUPER_MAGIC: false, unix.TMPFS_MAGIC: false, unix.FUSE_SUPER_MAGIC: false,
	} {
		if got := slices.Contains(storage.NetworkMagic, kind); got != want {
			t.Errorf("%#x: got %v, want %v", kind, got, want)
		}
	}
}

// On a disk that can't be written the vault is refused in words, and nothing that
// is tried then crashes or makes another.
func TestReadOnlyFileSystem(t *testing.T) {
	dir := vaulttest.SmallDisk(t)
	v := filled(t, sealedIn(dir), passphrase, 1)
	must(t, v.Close())
	emptyFolder := filepath.Join(dir, "empty")
	must(t, os.Mkdir(emptyFolder, 0o700))
	remount := func(flags uintptr) { must(t, unix.Mount("tmpfs", dir, "tmpfs", unix.MS_REMOUNT|flags, "size=1m")) }
	remount(unix.MS_RDONLY)
	defer remount(0)
	was := content(t, dir)
	wantOpen(t, v, passphrase, auth.VaultReadOnly)
	for _, remedy := range []auth.Remedy{auth.RemedyRestore, auth.RemedySalvage, auth.RemedyStartOver} {
		_, err := v.Mend(auth.Mending{Remedy: remedy, Passphrase: passphrase})
		var e *auth.Error
		if !errors.Is(err, unix.EROFS) || errors.As(err, &e) && e.Vault != auth.VaultReadOnly || v.State() != auth.VaultReadOnly {
			t.Errorf("%s: got %v in state %s, want a file system that is read-only", remedy, err, v.State())
		}
	}
	if c := care(t, v); len(c.Backups) != 1 || c.SealedBy != auth.SealedByPassphrase || c.Kept != 0 {
		t.Errorf("got %+v, want what can be read, and nothing to mend", c)
	}
	wantUnchanged(t, dir, was)
	fresh := storage.NewVault(storage.Options{Dir: filepath.Join(dir, "none"), Keyring: noKeyring{}, PassphraseCost: cheap})
	wantOpen(t, fresh, passphrase, auth.VaultNone)
	var e *auth.Error
	if err := fresh.Create(passphrase); !errors.As(err, &e) || e.Vault != auth.VaultNone || fresh.State() != auth.VaultNone {
		t.Errorf("got %v in state %s, want that none can be made", err, fresh.State())
	}
	bare := storage.NewVault(storage.Options{Dir: emptyFolder, Keyring: noKeyring{}, PassphraseCost: cheap})
	wantOpen(t, bare, passphrase, auth.VaultNone)
	if err := bare.Create(passphrase); !errors.As(err, &e) || e.Vault != auth.VaultReadOnly || bare.State() != auth.VaultNone {
		t.Errorf("got %v in state %s, want none, because nothing can be written", err, bare.State())
	}
}
