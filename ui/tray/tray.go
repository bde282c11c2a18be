package tray

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// ErrNoTray means that there is no tray here, or none any more; the error that
// wraps it says why. Everything else goes on without it.
var ErrNoTray = errors.New("no tray")

// lull is how long the menu stays as it is at least, when many accounts change at
// once. One that is open stays as it is until it is closed, so that no line moves away
// under the pointer; the icon and its tooltip follow.
const lull = 250 * time.Millisecond

// endTime bounds the end of the tray.
const endTime = time.Second

// Parts are what the tray shows, and what choosing from it does. The functions
// are called from goroutines of Run's, at the same time as each other.
type Parts struct {
	Desk  auth.Desk
	Icons Icons
	Now   func() time.Time // in the person's time zone
	// Reach reports why the desktop can't be reached, without waiting for it or
	// starting one; nil: it needs no asking.
	Reach func(ctx context.Context) error

	// Copy puts the account's token on the clipboard. Where it fails the window
	// is opened at the account: it says why.
	Copy   func(ctx context.Context, id auth.AccountID) error
	Open   func(id auth.AccountID) // opens the window; "": at no account in particular
	SignIn func(id auth.AccountID) // begins a sign-in
	Quit   func()                  // a person wants everything to end; Run goes on until ctx ends
}

// Icons are pictures of 64 × 64 as PNG, on Windows ICO.
type Icons struct{ Plain, NeedsYou, Dimmed []byte }

// of is the picture of a look.
func (i Icons) of(l look) []byte {
	switch l {
	case needsYou:
		return i.NeedsYou
	case dimmed:
		return i.Dimmed
	case plain:
	}
	return i.Plain
}

// Run shows the tray until ctx ends, and returns nil then. It takes the icon off
// before it returns. The error wraps ErrNoTray where there is no tray here or its
// bus went away; Run may be called again then. One Run at a time.
//
// With a bus and nobody on it who shows icons, Run waits: the icon appears when
// somebody comes.
func Run(ctx context.Context, p Parts) error {
	if p.Reach != nil {
		if err := p.Reach(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrNoTray, err)
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	changes, err := p.Desk.Watch(ctx)
	if err != nil {
		return fmt.Errorf("watch the accounts: %w", err)
	}
	s := &showing{parts: p, changes: changes, clicks: make(chan entry, 16), copied: map[auth.AccountID]int{}}
	first, err := s.look(ctx)
	if err != nil {
		return err
	}
	host, err := newHost(ctx, p.Icons, s.click, first)
	if err != nil {
		return err
	}
	defer s.errands.Wait() // after stop
	defer stop()
	defer host.end()
	return s.run(ctx, host, first)
}

// showing is a tray while it is shown. Its fields belong to the goroutine of Run.
type showing struct {
	parts   Parts
	changes <-chan struct{}
	clicks  chan entry
	copied  map[auth.AccountID]int
	errands sync.WaitGroup // copies under way
}

// click is called from any goroutine; a click that comes while sixteen others wait is lost.
func (s *showing) click(e entry) {
	select {
	case s.clicks <- e:
	default:
	}
}

// run shows what changed, and does what is clicked.
func (s *showing) run(ctx context.Context, host *host, shown view) error {
	changes := s.changes // nil during a lull
	var rested, held <-chan time.Time
	for {
		again := false
		select {
		case <-ctx.Done():
			return nil
		case <-host.gone():
			return fmt.Errorf("%w: the session bus went away", ErrNoTray)
		case e := <-s.clicks:
			s.do(ctx, e)
			if held == nil {
				continue
			}
		case <-host.reopened():
			again = true
		case <-held:
		case <-rested:
			changes, rested = s.changes, nil
			continue
		case _, open := <-changes:
			if !open {
				<-ctx.Done() // the Keeper ends first; the icon stays until everything does
				return nil
			}
		}
		now, err := s.look(ctx)
		if err != nil {
			return err
		}
		held = nil
		if !again && !slices.Equal(now.entries, shown.entries) && host.isOpen() {
			now.entries, held = shown.entries, time.After(lull)
		}
		if !now.equal(shown) {
			host.show(now)
			shown, changes, rested = now, nil, time.After(lull)
		}
	}
}

// look is what is to be shown now.
func (s *showing) look(ctx context.Context) (view, error) {
	snapshot, err := s.parts.Desk.Snapshot(ctx)
	var e *auth.Error
	switch {
	case errors.As(err, &e) && e.Kind == auth.KindVault:
		snapshot.Vault = e.Vault // something to show, too, with what opens it
	case err != nil:
		return view{}, fmt.Errorf("look at the accounts: %w", err)
	}
	return viewOf(snapshot, s.copied, s.parts.Now()), nil
}

// do carries out what was clicked. What may take long runs beside.
func (s *showing) do(ctx context.Context, e entry) {
	switch e.deed {
	case separator, pauses:
	case signIn:
		s.beside(func() { s.parts.SignIn(e.account) })
	case copyToken:
		s.copied[e.account]++
		s.ask(e, func() error { return s.parts.Copy(ctx, e.account) })
	case pause:
		s.ask(e, func() error { return s.parts.Desk.Pause(ctx, "", e.pause.End(s.parts.Now())) })
	case resume:
		s.ask(e, func() error { return s.parts.Desk.Resume(ctx, "") })
	case lock:
		s.ask(e, func() error { return s.parts.Desk.Lock(ctx) })
	case unlock:
		s.ask(e, func() error { return s.parts.Desk.Unlock(ctx, auth.Secret{}) })
	case open:
		s.beside(func() { s.parts.Open(e.account) })
	case quit:
		s.beside(s.parts.Quit)
	}
}

// ask runs what may fail; the window, which opens then, says why.
func (s *showing) ask(e entry, what func() error) {
	s.beside(func() {
		if err := what(); err != nil && !errors.Is(err, auth.ErrCancelled) && !errors.Is(err, context.Canceled) {
			s.parts.Open(e.account)
		}
	})
}

// beside runs what may take long; Run waits for it.
func (s *showing) beside(f func()) {
	s.errands.Add(1)
	go func() {
		defer s.errands.Done()
		f()
	}()
}
