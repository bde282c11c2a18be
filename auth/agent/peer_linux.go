package agent

import "golang.org/x/sys/unix"

// peerUID is the user who connected or, at the caller's end, who listens.
func peerUID(fd int) (uint32, error) {
	c, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return 0, err
	}
	return c.Uid, nil
}
