package desktop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// What Copy's errors wrap.
var (
	// ErrNoClipboard means that there is no clipboard to put a secret on.
	ErrNoClipboard = errors.New("no clipboard")
	// ErrNoDisplay is the ErrNoClipboard of a session without a display.
	ErrNoDisplay = fmt.Errorf("%w: no display", ErrNoClipboard)
	// ErrOldWaylandCopy is the ErrNoClipboard of a Wayland session without a
	// wl-copy that can keep a secret: older ones write it to a file.
	ErrOldWaylandCopy = fmt.Errorf("%w: no wl-copy that knows --sensitive", ErrNoClipboard)
	// ErrTooLong means that the text is longer than maxCopied.
	ErrTooLong = errors.New("too long for the clipboard")
)

const (
	// DefaultKeep is how long a secret stays on the clipboard: time to change to
	// another program and paste twice.
	DefaultKeep = 45 * time.Second

	// maxCopied is what one X11 request holds beside its head: 65535 words of
	// four bytes (X11 protocol, "request format"). Longer texts would have to be
	// handed over in pieces; tokens are shorter.
	maxCopied = 255 << 10

	// copyTime bounds putting a text on the clipboard; it takes a millisecond.
	copyTime = 3 * time.Second

	// clearTime bounds taking it off again at the end: a desktop that hangs
	// keeps nobody from quitting.
	clearTime = time.Second
)

// Board puts text on the clipboard of a session so that clipboard histories are
// asked to leave it alone, and returns once that was seen to have worked, or ctx
// has ended. SystemBoard is the real one.
type Board func(ctx context.Context, text auth.Secret, session Session) (Offer, error)

// Offer is a text on a clipboard.
type Offer interface {
	// Gone is closed when something else took its place; nil where the platform
	// doesn't tell.
	Gone() <-chan struct{}
	// Withdraw takes the text off, unless something else is there by now, and
	// frees what the offer holds. It is called once.
	Withdraw()
}

// Clipboard holds at most one secret on a clipboard, for a while. It is safe for
// concurrent use. After a kill -9 nobody is left to clear it: under X11 the text
// goes with the process, elsewhere it stays.
type Clipboard struct {
	put   Board
	clock auth.Clock
	keep  func() time.Duration

	copying sync.Mutex // held while the clipboard is changed: one after the other

	mu      sync.Mutex // guards what follows
	current *stay
	closed  bool
}

// stay is an offer for as long as it stays. Its goroutine belongs to the Clipboard.
type stay struct {
	offer Offer
	end   chan struct{} // closed to end it early
	over  chan struct{} // closed when it has ended
}

// NewClipboard returns a Clipboard that clears what it put on board after what keep
// says at that moment: 0 means DefaultKeep, a negative time that it stays.
func NewClipboard(board Board, clock auth.Clock, keep func() time.Duration) *Clipboard {
	return &Clipboard{put: board, clock: clock, keep: keep}
}

// Copy puts text on the session's clipboard and returns when it is there. What
// was copied before is withdrawn first, so that a copy that fails leaves nothing
// behind that could be taken for it. The error wraps ErrNoClipboard, ErrTooLong,
// or says what the desktop said; it never holds the text.
func (c *Clipboard) Copy(ctx context.Context, text auth.Secret, session Session) error {
	switch {
	case text.IsZero():
		return errors.New("copy to the clipboard: there is nothing to copy")
	case text.Len() > maxCopied:
		return fmt.Errorf("copy to the clipboard: %w", ErrTooLong)
	case strings.ContainsRune(text.Reveal(), 0):
		return errors.New("copy to the clipboard: a NUL in it would cut it short") // as Windows does
	}
	c.copying.Lock()
	defer c.copying.Unlock()
	c.clear()
	ctx, stop := context.WithTimeout(ctx, copyTime)
	defer stop()
	offer, err := c.put(ctx, text, session)
	if err != nil {
		return fmt.Errorf("copy to the clipboard: %w", err)
	}
	s := &stay{offer: offer, end: make(chan struct{}), over: make(chan struct{})}
	go c.watch(s)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		close(s.end)
		return fmt.Errorf("copy to the clipboard: %w: Tokentray is ending", ErrNoClipboard)
	}
	c.current = s
	return nil
}

// Clear withdraws what was copied, if it is still there.
func (c *Clipboard) Clear() {
	c.copying.Lock()
	defer c.copying.Unlock()
	c.clear()
}

// Close is Clear, for ever. It waits a second at most for a desktop that hangs.
func (c *Clipboard) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	cleared := make(chan struct{})
	go func() { defer close(cleared); c.Clear() }()
	limit := time.NewTimer(clearTime)
	defer limit.Stop()
	select {
	case <-cleared:
		return nil
	case <-limit.C:
		return errors.New("clear the clipboard: the desktop doesn't answer")
	}
}

// clear ends the current stay and waits until it has ended. Called with copying held.
func (c *Clipboard) clear() {
	c.mu.Lock()
	s := c.current
	c.current = nil
	c.mu.Unlock()
	if s != nil {
		close(s.end)
		<-s.over
	}
}

// expiry pokes when what is copied now has to go; never where it stays.
func (c *Clipboard) expiry() (poke <-chan time.Time, stop func()) {
	keep := cmp.Or(c.keep(), DefaultKeep)
	if keep < 0 {
		return nil, func() {}
	}
	return c.clock.After(keep)
}

// watch withdraws s when its time has come, or it is ended, or it is gone anyway.
// Each stay has a timer of its own, so that none cuts a later one short.
func (c *Clipboard) watch(s *stay) {
	defer close(s.over)
	expired, stop := c.expiry()
	defer stop()
	select {
	case <-expired:
	case <-s.end:
	case <-s.offer.Gone():
	}
	s.offer.Withdraw()
}
