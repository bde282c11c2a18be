package window

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// heed has the window come forward whenever somebody asks for it, until ctx ends or
// the agent goes.
func (w *Window) heed(ctx context.Context) error {
	if w.parts.Summoned == nil {
		return nil
	}
	wishes, err := w.parts.Summoned(ctx)
	if err != nil {
		return err
	}
	w.parts.Go(func() {
		for wish := range wishes {
			w.errands.back(ctx, func() { w.summoned(wish) })
		}
	})
	return nil
}

// summoned comes forward. A sign-in that is asked for begins at once: the click was
// made on the tray's menu or on a notification.
func (w *Window) summoned(wish auth.Summons) {
	if wish.Leave {
		w.window.Close()
		return
	}
	w.Open()
	switch {
	case wish.Account == "":
	case wish.SignIn:
		w.SignIn(wish.Account)
	default:
		w.Select(wish.Account)
	}
}
