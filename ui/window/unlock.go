package window

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// unlock opens the vault, and makes one where there is none.
func (w *Window) unlock(passphrase auth.Secret) {
	desk := w.parts.Desk
	w.vault.complain(nil)
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Unlock(ctx, passphrase))
		return func() {
			if err != nil {
				w.vault.complain(err)
				w.window.Canvas().Focus(w.vault.passphrase.entry)
				return
			}
			w.vault.opened()
			w.pull()
		}
	})
}

// shut turns to what stands in for everything else while the vault can't be used.
func (w *Window) shut(s auth.VaultState) {
	w.vault.show(s)
	w.turnTo(w.vault)
}
