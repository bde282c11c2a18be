package agent

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Hold is the right to be the agent: exactly one process has it per lock file,
// until it releases it or dies.
type Hold struct {
	// Untold is why it could not be written beside the lock where the agent listens,
	// as on a full disk; nil: it was. Only callers whose socket would be in another
	// folder miss it.
	Untold error

	addr    Address
	version string
	lock    *flock.Flock
}

// glanceTime is how long Take insists. Ensure takes the lock for microseconds
// to see whether it is free, and an agent that starts then must not give up.
const glanceTime = 100 * time.Millisecond

// Take takes the lock at addr for this process and says beside it, where that can be
// written, where the agent will listen. The version is the program's, such as "1.4.0";
// callers are told it. The cause of the error is ErrRunning where another process has
// the lock.
func Take(addr Address, version string) (*Hold, error) {
	if err := os.MkdirAll(filepath.Dir(addr.Lock), 0o700); err != nil {
		return nil, trouble(err, "make the folder of the agent's lock: %v", err)
	}
	h := &Hold{addr: addr, version: version, lock: flock.New(addr.Lock)}
	if err := h.take(); err != nil {
		return nil, err
	}
	h.Untold = addr.writeNotice(notice{
		Socket: addr.Socket, Process: os.Getpid(), Version: version, Started: time.Now().UTC().Round(0),
	})
	return h, nil
}

func (h *Hold) take() error {
	ctx, cancel := context.WithTimeout(context.Background(), glanceTime)
	defer cancel()
	held, err := h.lock.TryLockContext(ctx, glanceTime/20)
	switch {
	case held:
		return nil
	case ctx.Err() != nil:
		n := h.addr.readNotice()
		return trouble(ErrRunning, "another agent runs already (process %d, version %q)", n.Process, n.Version)
	}
	return trouble(err, "take the agent's lock: %v", err)
}

// Release gives the lock up. It belongs after the end of Serve and after
// everything else that only the agent may do: from here on another may.
func (h *Hold) Release() error {
	if !h.lock.Locked() {
		return nil
	}
	_ = os.Remove(h.addr.noticePath()) // a leftover does no harm: callers try what it says and find nobody
	if err := h.lock.Unlock(); err != nil {
		return trouble(err, "give up the agent's lock: %v", err)
	}
	return nil
}

// free reports whether nobody holds the lock at addr.
func (a Address) free() (bool, error) {
	lock := flock.New(a.Lock)
	held, err := lock.TryLock()
	if err != nil {
		return false, trouble(err, "look at the agent's lock: %v", err)
	}
	if !held {
		return false, nil
	}
	if err := lock.Unlock(); err != nil {
		return false, trouble(err, "look at the agent's lock: %v", err)
	}
	return true, nil
}
