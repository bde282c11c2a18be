package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
)

// Parts is what a Window is made of: the Desk, and the effects that it has on the
// desktop. All but Desk may be left out in a test that doesn't reach them.
type Parts struct {
	// Desk is whom the window asks. Its errors are *auth.Error.
	Desk auth.Desk
	// Copy has the agent put the account's token on the clipboard; the token never comes here.
	Copy func(ctx context.Context, id auth.AccountID) error
	// CopyAs is Copy in one of Forms; nil: there is one form alone.
	CopyAs func(ctx context.Context, id auth.AccountID, form string) error
	// Forms are those in which the token of an account can be copied, in the order in
	// which they are offered; of an account that isn't known yet, d is the zero Details. nil: none.
	Forms func(d auth.Details) []Form
	// CopyText puts an address or a provider's words on the clipboard, never a
	// secret; nil: the toolkit's way, which ends with the window.
	CopyText func(ctx context.Context, text string) error
	// Open opens an address in the person's browser. It is called after a click only.
	Open func(address string) error
	// Restart starts the agent that is gone and returns the way to it; nil: it can't be done from here.
	Restart func(ctx context.Context) (auth.Desk, error)
	// Summoned tells when somebody asks for the window; nil: nobody can.
	Summoned func(ctx context.Context) (<-chan auth.Summons, error)
	// AtLogin starts Tokentray with the desktop; without On it is not offered.
	AtLogin AtLogin
	// Version is which Tokentray this is, for support.
	Version string
	// Icon is the product's icon (PNG: the toolkit draws the SVG's strokes wrong); nil for none.
	Icon []byte
	// Minimised reports whether the window is reduced to an icon, so that nothing in
	// it can be seen. It is asked on the UI thread, once per tick; nil: it never is.
	Minimised func() bool

	// Now is the time in the person's time zone; nil: time.Now.
	Now func() time.Time
	// Do runs f on the UI thread, later; nil: fyne.Do.
	Do func(f func())
	// Go runs f off the UI thread; nil: a goroutine.
	Go func(f func())
	// After calls f, on whatever thread, when d has passed; stop gives it up; nil: time.AfterFunc.
	After func(d time.Duration, f func()) (stop func())
}

// Form is a form in which a token can be copied.
type Form struct {
	ID    string // what CopyAs is given
	Label string // as a person reads it, e.g. "curl command"
}

// whole fills in what was left out.
func (p Parts) whole() Parts {
	if p.Minimised == nil {
		p.Minimised = func() bool { return false }
	}
	if p.Forms == nil {
		p.Forms = func(auth.Details) []Form { return nil }
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Do == nil {
		p.Do = fyne.Do
	}
	if p.Go == nil {
		p.Go = func(f func()) { go f() }
	}
	if p.After == nil {
		p.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	return p
}
