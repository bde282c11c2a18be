//go:build linux || darwin

package athand

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long the agent may take: it has the answer or it hasn't.
const patience = time.Second

// maxAnswer is the longest answer that is read; a longer token goes the long way.
const maxAnswer = 256 << 10

// Ask asks the agent that listens at socket, for a program of the given version.
// What it returns is the token in its form, without a newline; false: not at hand.
func Ask(socket, version string, q Question) (text []byte, ok bool) {
	frames, ok := q.frames(version)
	if !ok || !private(socket) {
		return nil, false
	}
	fd, ok := connect(socket)
	if !ok {
		return nil, false
	}
	defer func() { _ = syscall.Close(fd) }() // nothing is left to be said
	for rest := frames; len(rest) > 0; {
		n, err := syscall.Write(fd, rest)
		if err != nil {
			return nil, false
		}
		rest = rest[n:]
	}
	answers := answers{fd: fd}
	if theirs, ok := answers.next(); !ok || !bytes.Equal(theirs, greeting(version)) {
		return nil, false
	}
	answer, ok := answers.next()
	if !ok {
		return nil, false
	}
	return written(answer)
}

// answers reads the frames that come.
type answers struct {
	fd      int
	pending []byte // was read and not given out
}

// next is the next frame, without the newline at its end.
func (a *answers) next() (text []byte, ok bool) {
	const header = 4
	for len(a.pending) < header || len(a.pending) < header+int(binary.BigEndian.Uint32(a.pending)) {
		if len(a.pending) > maxAnswer || !a.more() {
			return nil, false
		}
	}
	end := header + int(binary.BigEndian.Uint32(a.pending))
	text, a.pending = a.pending[header:end], a.pending[end:]
	return bytes.TrimSuffix(text, []byte("\n")), true
}

// more reads what has come.
func (a *answers) more() bool {
	piece := make([]byte, 8<<10)
	n, err := syscall.Read(a.fd, piece)
	if err != nil || n <= 0 {
		return false
	}
	a.pending = append(a.pending, piece[:n]...)
	return true
}

// connect connects to the socket of a process of this user.
func connect(socket string) (fd int, ok bool) {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return 0, false
	}
	limit := syscall.NsecToTimeval(int64(patience))
	for _, way := range []int{syscall.SO_RCVTIMEO, syscall.SO_SNDTIMEO} {
		if err == nil {
			err = syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, way, &limit)
		}
	}
	if err == nil {
		err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: socket})
	}
	if err == nil {
		if user, failed := PeerUID(fd); failed == nil && int(user) == syscall.Geteuid() {
			return fd, true
		}
	}
	_ = syscall.Close(fd) // nothing was said yet
	return 0, false
}

// private reports whether the socket and its folder are this user's alone. A link
// is none: that is unusual enough for the long way.
func private(socket string) bool {
	var folder, itself syscall.Stat_t
	if syscall.Lstat(filepath.Dir(socket), &folder) != nil || syscall.Lstat(socket, &itself) != nil {
		return false
	}
	own := int(folder.Uid) == syscall.Geteuid() && int(itself.Uid) == syscall.Geteuid()
	return own && folder.Mode&syscall.S_IFMT == syscall.S_IFDIR && folder.Mode&0o077 == 0 && itself.Mode&syscall.S_IFMT == syscall.S_IFSOCK
}
