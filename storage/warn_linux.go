package storage

import (
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// networkMagic are the file systems that another machine, or a virtual machine's
// host, answers for (statfs(2), linux/magic.h).
var networkMagic = []int64{
	unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.AFS_SUPER_MAGIC,
	unix.AFS_FS_MAGIC, unix.CODA_SUPER_MAGIC, unix.NCP_SUPER_MAGIC, unix.V9FS_MAGIC, unix.CEPH_SUPER_MAGIC,
	0x0BD00BD0, // Lustre
	0x47504653, // GPFS
	0x786F4256, // vboxsf
}

// networkPrograms are file systems in user space that bring files from elsewhere.
var networkPrograms = []string{
	"fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.glusterfs", "fuse.ceph", "fuse.gvfsd-fuse",
	"fuse.vmhgfs-fuse", "fuse.curlftpfs", "fuse.mergerfs-nfs", "fuse.google-drive-ocamlfuse", "fuse.onedriver", "fuse.pcloud", "virtiofs",
}

// onNetwork reports whether dir is on another machine, as far as its kernel tells.
func onNetwork(dir string) bool {
	var stat unix.Statfs_t
	if unix.Statfs(dir, &stat) != nil {
		return false
	}
	kind := int64(uint32(stat.Type)) //nolint:unconvert // its type differs between architectures
	if kind != unix.FUSE_SUPER_MAGIC {
		return slices.Contains(networkMagic, kind)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	return err == nil && slices.Contains(networkPrograms, mountedAs(string(mounts), dir))
}

// mountedAs is the type of the file system that dir is in, by the lines of
// mountinfo (proc_pid_mountinfo(5)); "" where none fits.
func mountedAs(mountinfo, dir string) (kind string) {
	longest := 0
	for line := range strings.Lines(mountinfo) {
		before, after, found := strings.Cut(line, " - ")
		fields, about := strings.Fields(before), strings.Fields(after)
		if !found || len(fields) < 5 || len(about) == 0 {
			continue
		}
		point := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(fields[4])
		inside := dir == point || strings.HasPrefix(dir, strings.TrimSuffix(point, "/")+"/")
		if inside && len(point) >= longest { // of two on one point the later is seen
			longest, kind = len(point), about[0]
		}
	}
	return kind
}
