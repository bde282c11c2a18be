//go:build linux || darwin

package agent

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxSocketPath is the longest path of a socket, in bytes: macOS has room for
// 104 and the NUL, and a longer one gets an EINVAL that nobody understands.
const maxSocketPath = 103

// listen makes the socket at path, in a folder that it makes too, for this user
// alone. Only the holder of the agent's lock may call it.
func listen(path string) (net.Listener, error) {
	if err := checkLength(path); err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, trouble(err, "make the folder of the agent's socket: %v", err)
	}
	if err := checkFolder(folder); err != nil {
		return nil, err
	}
	if err := clearStale(path); err != nil {
		return nil, err
	}
	listener, err := listenPrivately(path)
	if err != nil {
		return nil, trouble(err, "listen at %s: %v", path, err)
	}
	return listener, nil
}

// listenPrivately makes a socket of mode 0600 without a moment in which it is
// open to others. The umask is the process's: it is 0077 and no tighter, so that
// a folder that another goroutine happens to make meanwhile can still be used.
func listenPrivately(path string) (net.Listener, error) {
	before := syscall.Umask(0o077)
	listener, err := net.Listen("unix", path)
	syscall.Umask(before)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = listener.Close() // what failed before is what matters
		return nil, err
	}
	return listener, nil
}

// clearStale removes the socket of an agent that was killed, and nothing else.
// Somebody who still answers there has another lock file.
func clearStale(path string) error {
	err := checkSocket(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		_ = conn.Close()
	}
	if !errors.Is(err, unix.ECONNREFUSED) {
		return trouble(ErrRunning, "another agent listens at %s", path)
	}
	if err := os.Remove(path); err != nil {
		return trouble(err, "remove the socket that a killed agent left: %v", err)
	}
	return nil
}

// dialSocket connects to the agent at path after a look at who owns what.
func dialSocket(ctx context.Context, path string) (net.Conn, error) {
	if err := checkLength(path); err != nil {
		return nil, err
	}
	for _, err := range []error{checkFolder(filepath.Dir(path)), checkSocket(path)} {
		if err != nil {
			return nil, err
		}
	}
	conn, err := connect(ctx, path)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, interrupted(ctx, err, "connect to the agent")
	case errors.Is(err, unix.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil, trouble(ErrNotRunning, "no agent listens at %s", path)
	default:
		return nil, refused(err, "connect to the agent")
	}
	if err := checkPeer(conn); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// connect waits its turn where the kernel's queue of callers is full.
func connect(ctx context.Context, path string) (net.Conn, error) {
	for nap := firstNap; ; nap = longer(nap) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
		if !errors.Is(err, unix.EAGAIN) || !rest(ctx, nap) {
			return conn, err
		}
	}
}

func checkLength(path string) error {
	if len(path) > maxSocketPath {
		return trouble(nil, "the path of the agent's socket has %d bytes, and %d is the limit: %s", len(path), maxSocketPath, path)
	}
	return nil
}
