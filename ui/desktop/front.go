package desktop

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// windowTime is how long a window may take from its start until it listens. On a
// slow machine without a graphics card it takes a second or two.
const windowTime = 15 * time.Second

// FrontParts are what a Front works with.
type FrontParts struct {
	Desk   auth.Desk
	Tokens auth.Handing
	// Put puts text on the clipboard of a session and clears it after a while.
	Put func(ctx context.Context, text auth.Secret, s auth.Session) error
	// Clear takes what Put put on a clipboard off it.
	Clear func()
	// Write writes a token in the form called form; "" is the bare token.
	Write func(form string, t auth.Token, d auth.Details) (auth.Secret, error)
	// Start starts the window's process on the desktop of s. What it returns is
	// sent the end of that process.
	Start func(s auth.Session) (ended <-chan error, err error)
}

// Front is the agent's auth.Front: a Desk, a clipboard and a window, of which there
// is one at most. It is safe for concurrent use.
type Front struct {
	auth.Desk
	parts FrontParts

	starting sync.Mutex // held while a window is started

	mu      sync.Mutex        // guards what follows
	window  chan auth.Summons // of the window that listens; nil: none does
	waiting *auth.Summons     // for the window that is about to listen
	arrived chan struct{}     // closed when it does
	left    chan struct{}     // closed when the window that listens is gone
}

// NewFront returns a Front without a window.
func NewFront(parts FrontParts) *Front {
	return &Front{Desk: parts.Desk, parts: parts, arrived: make(chan struct{})}
}

// Copy is auth.Front's.
func (f *Front) Copy(ctx context.Context, id auth.AccountID, form string, s auth.Session) (*auth.Error, error) {
	token, err := f.parts.Tokens.Hand(ctx, id, auth.Usual)
	if err != nil {
		return nil, err
	}
	details, err := f.Show(ctx, id)
	if err != nil {
		return nil, err
	}
	text, err := f.parts.Write(form, token, details)
	if err != nil {
		return nil, &auth.Error{Kind: auth.KindUsage, Account: details.Name, Detail: err.Error(), Cause: err}
	}
	if err := f.parts.Put(ctx, text, s); err != nil {
		return nil, &auth.Error{Kind: auth.KindDesktop, Account: details.Name, Detail: whyNotCopied(err), Cause: err}
	}
	f.parts.Tokens.Copied(id)
	return token.Trouble, nil
}

// AtHand is auth.Front's. A form that the token can't be written in isn't simple either.
func (f *Front) AtHand(_ context.Context, name, form string, validity time.Duration) (auth.Secret, error) {
	token, details, simple := f.parts.Tokens.Stored(name, validity)
	if !simple {
		return auth.Secret{}, nil
	}
	text, err := f.parts.Write(form, token, details)
	if err != nil {
		return auth.Secret{}, nil //nolint:nilerr // whoever asks the long way is told
	}
	return text, nil
}

// Lock is auth.Front's: a token that was copied goes with the key.
func (f *Front) Lock(ctx context.Context) error {
	f.parts.Clear()
	return f.Desk.Lock(ctx)
}

// Open is auth.Front's. It returns when a window has taken the summons.
func (f *Front) Open(ctx context.Context, what auth.Summons, s auth.Session) error {
	f.starting.Lock()
	defer f.starting.Unlock()
	if left, there := f.summon(what); there {
		go f.openAgain(ctx, left, what, s) // ends within goneTime
		return nil
	}
	if s.Display == "" && s.WaylandDisplay == "" {
		return noWindow("there is no display", nil)
	}
	arrived := f.await(what)
	ended, err := f.parts.Start(s)
	if err != nil {
		return noWindow("the window does not start", err)
	}
	limit := time.NewTimer(windowTime)
	defer limit.Stop()
	select {
	case <-arrived:
		return nil
	case err := <-ended:
		if err == nil {
			return nil // it was closed again at once
		}
		return noWindow("the window ended at once", err)
	case <-limit.C:
		return noWindow("the window did not open in time", nil)
	case <-ctx.Done():
		return &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
	}
}

func noWindow(detail string, cause error) error {
	if cause != nil {
		detail += ": " + cause.Error()
	}
	return &auth.Error{Kind: auth.KindDesktop, Detail: detail, Cause: cause}
}

// goneTime is how soon after a summons a window has to be gone for the summons not to
// have reached it: it was closing, or killed, and nobody knew yet. A person who closes
// a window that has just come forward takes longer.
const goneTime = 500 * time.Millisecond

// openAgain opens another window where the one that was told what turns out to be gone.
func (f *Front) openAgain(ctx context.Context, left <-chan struct{}, what auth.Summons, s auth.Session) {
	limit := time.NewTimer(goneTime)
	defer limit.Stop()
	select {
	case <-left:
		_ = f.Open(context.WithoutCancel(ctx), what, s) // nobody waits any more
	case <-limit.C:
	}
}

// summon tells the window, if one listens; left is closed when it is gone.
func (f *Front) summon(what auth.Summons) (left <-chan struct{}, there bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.window == nil {
		return nil, false
	}
	replace(f.window, what)
	return f.left, true
}

// replace leaves what in c, which has room for one, instead of what was not seen yet.
// Called with mu held by everybody who sends.
func replace(c chan auth.Summons, what auth.Summons) {
	select {
	case <-c:
	default:
	}
	c <- what
}

// await keeps what for the window that will listen.
func (f *Front) await(what auth.Summons) (arrived <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = &what
	return f.arrived
}

// Summoned is auth.Front's. A window that listens later replaces the one before.
func (f *Front) Summoned(ctx context.Context) (<-chan auth.Summons, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.window != nil {
		close(f.window)
	}
	mine, left := make(chan auth.Summons, 1), make(chan struct{})
	f.window, f.left = mine, left
	if f.waiting != nil {
		mine <- *f.waiting
		f.waiting = nil
	}
	close(f.arrived)
	f.arrived = make(chan struct{})
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		close(left)
		if f.window == mine {
			f.window = nil
			close(mine)
		}
	})
	return mine, nil
}

// Leave has the window close, if there is one, and waits a moment until it did: a
// person wants everything to end.
func (f *Front) Leave() {
	left, there := f.summon(auth.Summons{Leave: true})
	if !there {
		return
	}
	limit := time.NewTimer(leaveTime)
	defer limit.Stop()
	select {
	case <-left:
	case <-limit.C:
	}
}

// leaveTime is what a window gets to close; a healthy one takes some 100 ms.
const leaveTime = 2 * time.Second

// ErrNoWindow means that the window's program is not installed.
var ErrNoWindow = errors.New("the window's program, tokentray-window, is not installed beside this one")
