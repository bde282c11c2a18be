package desktop_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/ui/desktop"
)

const keep = 45 * time.Second

// board is a clipboard that anybody may write to.
type board struct {
	mu    sync.Mutex
	texts []string // what was there, one after the other; the last one is there now
	gone  []chan struct{}
	err   error
}

func (b *board) put(_ context.Context, text auth.Secret, _ desktop.Session) (desktop.Offer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return nil, b.err
	}
	return &offer{board: b, mine: b.set(text.Reveal())}, nil
}

// set makes text the content and tells whoever had the one before. Called with mu held.
func (b *board) set(text string) int {
	if n := len(b.gone); n > 0 && b.gone[n-1] != nil {
		close(b.gone[n-1])
	}
	b.texts, b.gone = append(b.texts, text), append(b.gone, make(chan struct{}))
	return len(b.texts) - 1
}

func (b *board) other(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set(text)
}

func (b *board) holds() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.texts) == 0 {
		return ""
	}
	return b.texts[len(b.texts)-1]
}

type offer struct {
	board *board
	mine  int
}

func (o *offer) Gone() <-chan struct{} {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	return o.board.gone[o.mine]
}

func (o *offer) Withdraw() {
	o.board.mu.Lock()
	defer o.board.mu.Unlock()
	if o.mine == len(o.board.texts)-1 {
		o.board.set("")
	}
}

func newClipboard(t *testing.T) (*desktop.Clipboard, *board, *authtest.Clock) {
	t.Helper()
	return keeping(t, 0) // what is usual
}

// keeping returns a Clipboard of a person who wants copies to stay for as long.
func keeping(t *testing.T, as time.Duration) (*desktop.Clipboard, *board, *authtest.Clock) {
	t.Helper()
	b, clock := &board{}, authtest.NewClock(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	c := desktop.NewClipboard(b.put, clock, func() time.Duration { return as })
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, b, clock
}

func put(t *testing.T, c *desktop.Clipboard, text string, s desktop.Session) {
	t.Helper()
	if err := c.Copy(t.Context(), auth.NewSecret(text), s); err != nil {
		t.Fatal(err)
	}
}

// becomes waits until the clipboard holds want. Contents are never printed.
func becomes(t *testing.T, what string, holds func() string, want string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); holds() != want; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: the clipboard holds %d bytes, want another text, of %d", what, len(holds()), len(want))
		}
	}
}

func TestACopyIsClearedWhenItsTimeHasCome(t *testing.T) {
	c, b, clock := newClipboard(t)
	put(t, c, "canary-1", desktop.Session{})
	clock.Await(1)
	clock.Advance(keep - time.Second)
	becomes(t, "a second before", b.holds, "canary-1")
	clock.Advance(time.Second)
	becomes(t, "then", b.holds, "")
}

func TestALaterCopyHasItsWholeTime(t *testing.T) {
	c, b, clock := newClipboard(t)
	put(t, c, "canary-1", desktop.Session{})
	clock.Await(1)
	clock.Advance(keep - time.Second)
	put(t, c, "canary-2", desktop.Session{})
	clock.Await(1)
	clock.Advance(keep - time.Second)
	becomes(t, "long after the first one's time", b.holds, "canary-2")
	clock.Advance(time.Second)
	becomes(t, "after its own", b.holds, "")
}

func TestAPersonSaysHowLongACopyStays(t *testing.T) {
	c, b, clock := keeping(t, 10*time.Second)
	put(t, c, "canary-1", desktop.Session{})
	clock.Await(1)
	clock.Advance(10 * time.Second)
	becomes(t, "after ten seconds", b.holds, "")

	c, b, clock = keeping(t, -1)
	put(t, c, "canary-2", desktop.Session{})
	clock.Advance(24 * time.Hour)
	becomes(t, "a day later", b.holds, "canary-2")
	c.Clear()
	becomes(t, "until it is cleared", b.holds, "")
}

func TestWhatOthersCopiedIsLeftAlone(t *testing.T) {
	c, b, clock := newClipboard(t)
	put(t, c, "canary-1", desktop.Session{})
	clock.Await(1)
	b.other("a shopping list")
	clock.Advance(2 * keep)
	c.Clear()
	becomes(t, "after the time and a Clear", b.holds, "a shopping list")
}

func TestACopyThatFailsLeavesNoOtherToken(t *testing.T) {
	c, b, _ := newClipboard(t)
	put(t, c, "canary-1", desktop.Session{})
	b.err = desktop.ErrNoDisplay
	err := c.Copy(t.Context(), auth.NewSecret("canary-2"), desktop.Session{})
	if !errors.Is(err, desktop.ErrNoClipboard) {
		t.Errorf("got %v, want no clipboard", err)
	}
	becomes(t, "after the failure", b.holds, "")
}

func TestCloseClearsForEver(t *testing.T) {
	c, b, _ := newClipboard(t)
	put(t, c, "canary-1", desktop.Session{})
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	becomes(t, "closed", b.holds, "")
	if err := c.Copy(t.Context(), auth.NewSecret("canary-2"), desktop.Session{}); !errors.Is(err, desktop.ErrNoClipboard) {
		t.Errorf("got %v after Close, want no clipboard", err)
	}
	becomes(t, "closed for ever", b.holds, "")
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	c, b, _ := newClipboard(t)
	for what, text := range map[string]string{
		"nothing": "", "more than a request holds": strings.Repeat("x", 256<<10), "a NUL": "canary-\x00x",
	} {
		if err := c.Copy(t.Context(), auth.NewSecret(text), desktop.Session{}); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: refused is %t", what, err != nil)
		}
	}
	becomes(t, "nothing was copied", b.holds, "")
}

func TestManyCopiesAtOnce(t *testing.T) {
	c, b, _ := newClipboard(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := c.Copy(t.Context(), auth.NewSecret("canary-many"), desktop.Session{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	becomes(t, "the last one", b.holds, "canary-many")
	c.Clear()
	becomes(t, "cleared", b.holds, "")
}
