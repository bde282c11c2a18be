//go:build linux || darwin

package desktop

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// settleTime is how long the kernel's messages have to be silent before they are
// acted upon: a network that comes brings a dozen at once.
const settleTime = 500 * time.Millisecond

// afterQuiet calls changed each time messages that matter came on socket and
// settleTime has passed since the last one, until ctx ends or socket fails.
func afterQuiet(ctx context.Context, socket *os.File, matter func(read []byte) bool, changed func()) error {
	buffer := make([]byte, 8<<10) // what is cut off matters
	var pending bool
	for {
		n, err := socket.Read(buffer)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded) && pending:
			pending = false
			changed()
			err = socket.SetReadDeadline(time.Time{})
		case overrun(err) || err == nil && matter(buffer[:n]):
			pending = true
			err = socket.SetReadDeadline(time.Now().Add(settleTime))
		}
		if err != nil {
			return err
		}
	}
}

// overrun reports whether messages were lost because too many came at once; that
// something changed is all that they would have said.
func overrun(err error) bool { return errors.Is(err, syscall.ENOBUFS) }
