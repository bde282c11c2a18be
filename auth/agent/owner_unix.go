//go:build linux || darwin

package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"github.com/tokentray/tokentray/auth/agent/athand"
)

// checkFolder refuses a folder that others may write to or look into, and a
// link to one: whoever can replace the socket can pose as the agent.
func checkFolder(path string) error {
	link, err := os.Lstat(path)
	if err != nil {
		return refused(err, "look at the folder of the agent's socket")
	}
	folder, err := os.Stat(path)
	if err != nil {
		return refused(err, "look at the folder of the agent's socket")
	}
	if err := checkOwner(path, link, folder); err != nil {
		return err
	}
	switch {
	case !folder.IsDir():
		return trouble(nil, "%s is not a folder", path)
	case folder.Mode().Perm()&0o077 != 0:
		return trouble(nil, "the folder of the agent's socket is open to others: chmod 700 %s", path)
	}
	return nil
}

// checkSocket refuses whatever is not a socket of this user, links included.
func checkSocket(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return refused(err, "look at the agent's socket")
	}
	if err := checkOwner(path, info); err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return trouble(nil, "%s is not a socket", path)
	}
	return nil
}

func checkOwner(path string, infos ...fs.FileInfo) error {
	for _, info := range infos {
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return trouble(nil, "the owner of %s can't be told", path)
		}
		if int(stat.Uid) != os.Geteuid() {
			return trouble(ErrForeign, "%s belongs to another user (uid %d)", path, stat.Uid)
		}
	}
	return nil
}

// ownFile reports whether path is a regular file of this user.
func ownFile(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular() && checkOwner(path, info) == nil
}

// refused sorts the errors of the file system: nothing there means that no
// agent runs, and a closed door that it is somebody else's.
func refused(err error, doing string) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return trouble(fmt.Errorf("%w: %w", ErrNotRunning, err), "no agent runs (%v)", err)
	case errors.Is(err, fs.ErrPermission):
		return trouble(fmt.Errorf("%w: %w", ErrForeign, err), "%s: %v", doing, err)
	}
	return trouble(err, "%s: %v", doing, err)
}

// checkCaller is the agent's look at who connected.
func checkCaller(conn net.Conn) error { return checkPeer(conn) }

// checkPeer refuses a connection whose other end is another user's process.
func checkPeer(conn net.Conn) error {
	socket, ok := conn.(*net.UnixConn)
	if !ok {
		return trouble(nil, "the other end of a %T can't be told", conn)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return trouble(err, "look at the other end: %v", err)
	}
	var uid uint32
	var failed error
	if err := raw.Control(func(fd uintptr) { uid, failed = athand.PeerUID(int(fd)) }); err != nil {
		return trouble(err, "look at the other end: %v", err)
	}
	if failed != nil {
		return trouble(failed, "look at the other end: %v", failed)
	}
	if int(uid) != os.Geteuid() {
		return trouble(ErrForeign, "the other end is a process of another user (uid %d)", uid)
	}
	return nil
}
