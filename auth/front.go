package auth

import (
	"context"
	"time"
)

// Session says where a caller's desktop is: what the agent, which may have been
// started elsewhere, needs to reach it. Empty fields are not there.
type Session struct {
	Display        string // DISPLAY, of an X server
	Authority      string // XAUTHORITY, the file with its cookie
	WaylandDisplay string // WAYLAND_DISPLAY, of a Wayland compositor
	RuntimeDir     string // XDG_RUNTIME_DIR, where the compositor's socket is
	Bus            string // DBUS_SESSION_BUS_ADDRESS
	Activation     string // XDG_ACTIVATION_TOKEN, with which a window may take the focus
}

// Summons is somebody's wish to see the window.
type Summons struct {
	Account AccountID // shown; "" leaves the choice to the window
	SignIn  bool      // and its sign-in is offered
	Leave   bool      // everything ends, and the window closes: nobody else is told
}

// Front is what the agent serves: the Desk, with what needs a person's desktop.
type Front interface {
	Desk
	// Copy puts a token, good for the usual time, on the clipboard of the caller's
	// session, in the form called form ("" is the bare token). It is cleared after
	// a while. The token's Trouble is returned where it has one; the token itself
	// is not. Errors are those of Token, and KindDesktop.
	Copy(ctx context.Context, id AccountID, form string, s Session) (*Error, error)
	// AtHand writes, in the form called form, the token of the account called name,
	// where one is stored that is good for validity (negative: the usual time) and
	// nothing else has to be done. The zero Secret means that it isn't so simple: Find
	// and Token say why, and may wait for the provider, which this doesn't.
	AtHand(ctx context.Context, name, form string, validity time.Duration) (Secret, error)
	// Open brings the window forward, or starts it on the caller's desktop. The
	// error is of KindDesktop where no window can open.
	Open(ctx context.Context, what Summons, s Session) error
	// Summoned is for the window: what Open was asked since it last looked. The
	// channel is closed when ctx ends or the agent goes.
	Summoned(ctx context.Context) (<-chan Summons, error)
}
