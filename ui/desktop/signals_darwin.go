package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// watchAddresses calls changed after addresses or routes came or went, as the
// kernel tells (route(4)).
func watchAddresses(ctx context.Context, changed func()) error {
	fd, err := unix.Socket(unix.AF_ROUTE, unix.SOCK_RAW, unix.AF_UNSPEC)
	if err != nil {
		return fmt.Errorf("listen to the kernel: %w", err)
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		return errors.Join(fmt.Errorf("listen to the kernel: %w", err), unix.Close(fd))
	}
	socket := os.NewFile(uintptr(fd), "route")
	defer context.AfterFunc(ctx, func() { _ = socket.Close() })() // ends the reading below
	defer socket.Close()
	return afterQuiet(ctx, socket, func([]byte) bool { return true }, changed)
}
