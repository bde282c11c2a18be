package window

import (
	"context"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// shut turns to what stands in for everything else while the vault can't be used,
// and asks what can be done for it.
func (w *Window) shut(s auth.VaultState, by auth.SealedBy) {
	known := w.screen == w.vault && w.vault.state == s
	w.vault.show(s, by)
	w.turnTo(w.vault)
	if known {
		return
	}
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		c, err := desk.Care(ctx)
		if err != nil {
			return nil // the screen does without
		}
		return func() {
			if w.screen == w.vault && w.vault.state == s {
				w.vault.know(c)
			}
		}
	})
}

// unlock opens the vault, and makes one where there is none; without a passphrase
// the keyring opens it.
func (w *Window) unlock(passphrase auth.Secret) {
	desk := w.parts.Desk
	w.vault.complain(nil)
	w.vault.unlock.disable()
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Unlock(ctx, passphrase))
		return func() {
			if err != nil {
				w.vault.complain(err)
				w.window.Canvas().Focus(w.vault.first())
				return
			}
			w.vault.opened()
			w.pull()
		}
	})
}

// mend carries out what a person chose for the vault.
func (w *Window) mend(m auth.Mending) {
	desk := w.parts.Desk
	w.vault.remark.say("")
	w.errands.run(func(ctx context.Context) func() {
		done, err := desk.Mend(ctx, m)
		return func() {
			if err != nil {
				w.vault.complain(problem(err))
				return
			}
			w.vault.opened()
			w.notify(words.Mended(done, m.Remedy).Sentence)
			w.pull()
		}
	})
}
