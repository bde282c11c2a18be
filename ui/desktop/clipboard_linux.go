package desktop

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// SystemBoard puts text on the session's clipboard: by wl-copy under Wayland, as
// the owner of CLIPBOARD under X11. PRIMARY, what a middle click pastes, is left
// alone. The error wraps ErrNoClipboard where there is none.
//
// Under Wayland the X server that comes with it is not tried: most compositors
// pass on only what a focused X window copies, so success could not be told.
func SystemBoard(ctx context.Context, text auth.Secret, session Session) (Offer, error) {
	switch {
	case session.WaylandDisplay != "":
		return offerWayland(ctx, text, session)
	case session.Display != "":
		return offerX11(ctx, text, session.Display)
	}
	return nil, ErrNoDisplay
}
