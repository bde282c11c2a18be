package athand

import "golang.org/x/sys/unix"

// PeerUID is the user at the other end of the socket fd: who connected or, at the
// caller's end, who listens.
func PeerUID(fd int) (uint32, error) {
	c, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return 0, err
	}
	return c.Uid, nil
}
