package window

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// sealView is what opens the vault, and how to change that.
type sealView struct {
	keys                                                  keys
	by                                                    auth.SealedBy
	recovery                                              bool
	text, remark                                          *prose
	lock, passphrase, keyring, setRecovery, unsetRecovery *button
	first, second                                         *field
	keep                                                  *button
	panel                                                 *fyne.Container
	typed                                                 func(auth.Secret) // what the panel's passphrase is for
	changed                                               func()
	whole                                                 *fyne.Container
}

// sealDeeds is what can be done about what opens the vault.
type sealDeeds struct {
	lock     func()
	seal     func(by auth.SealedBy, passphrase auth.Secret)
	recovery func(passphrase auth.Secret) // zero takes it away
}

// leastPassphrase is the fewest characters of one: shorter ones can be tried out.
const leastPassphrase = 10

func newSealView(k keys, do sealDeeds, changed func()) *sealView {
	v := &sealView{keys: k, changed: changed, text: newProse("", face{size: sizeText, ink: ink}), remark: newProse("", face{size: sizeSmall, ink: needs})}
	v.lock = newButton("Lock now", plainRank, k, do.lock)
	v.passphrase = newButton("", plainRank, k, func() {
		v.ask("Passphrase", func(p auth.Secret) { do.seal(auth.SealedByPassphrase, p) })
	})
	v.keyring = newButton("Use the keyring instead", plainRank, k, func() { do.seal(auth.SealedByKeyring, auth.Secret{}) })
	v.setRecovery = newButton("", plainRank, k, func() { v.ask("Recovery passphrase", do.recovery) })
	v.unsetRecovery = newButton("Take the recovery passphrase away", plainRank, k, func() { do.recovery(auth.Secret{}) })
	v.first = newSecretField(k, "", "Nobody can open the vault without it, so keep it somewhere safe.", func(text string) error {
		if len([]rune(text)) < leastPassphrase {
			return errors.New("at least " + number(leastPassphrase) + " characters; a few words are easy to remember")
		}
		return nil
	})
	v.second = newSecretField(k, "The same once more", "", func(text string) error {
		if text != v.first.text() {
			return errors.New("the two are not the same")
		}
		return nil
	})
	v.keep = newButton("Keep it", primaryRank, k, v.submit)
	v.first.entry.OnSubmitted = func(string) { v.submit() }
	v.second.entry.OnSubmitted = func(string) { v.submit() }
	v.panel = container.New(column{12}, v.first.whole, v.second.whole, container.New(flow{gap: 8}, v.keep,
		newButton("Leave it as it is", plainRank, k, v.close)))
	v.panel.Hide()
	v.whole = container.New(column{12}, v.text, container.New(flow{gap: 8}, v.lock, v.passphrase, v.keyring, v.setRecovery, v.unsetRecovery), v.panel, v.remark)
	return v
}

// ask asks for a new passphrase, twice.
func (v *sealView) ask(label string, typed func(auth.Secret)) {
	v.typed = typed
	v.first.call("New " + lowerFirst(label))
	v.first.fill("")
	v.second.fill("")
	v.first.complain("")
	v.second.complain("")
	v.remark.say("")
	v.panel.Show()
	v.changed()
	v.keys.focus(v.first.entry)
}

func (v *sealView) submit() {
	fits := v.first.judge()
	if fits = v.second.judge() && fits; fits {
		v.keep.disable()
		v.typed(auth.NewSecret(v.first.text()))
	}
	v.changed()
}

// close forgets what was typed.
func (v *sealView) close() {
	v.first.fill("")
	v.second.fill("")
	v.keep.enable()
	v.panel.Hide()
	v.changed()
}

// show says what opens the vault.
func (v *sealView) show(by auth.SealedBy) {
	v.by = by
	text := "There is no vault yet; the first account makes one, and your desktop’s keyring opens it."
	switch by {
	case auth.SealedByKeyring:
		text = "Your desktop’s keyring opens the vault when you sign in to this computer."
		if v.recovery {
			text += " A recovery passphrase opens it where the keyring can’t."
		}
	case auth.SealedByPassphrase:
		text = "A passphrase opens the vault, each time Tokentray starts."
	}
	v.text.say(text)
	v.passphrase.say("Use a passphrase instead…")
	if by == auth.SealedByPassphrase {
		v.passphrase.say("Change the passphrase…")
	}
	v.setRecovery.say("Set a recovery passphrase…")
	if v.recovery {
		v.setRecovery.say("Change the recovery passphrase…")
	}
	visible(v.lock, by != "")
	visible(v.passphrase, by != "")
	visible(v.keyring, by == auth.SealedByPassphrase)
	visible(v.setRecovery, by == auth.SealedByKeyring)
	visible(v.unsetRecovery, by == auth.SealedByKeyring && v.recovery)
	v.changed()
}

// done says what came of a change.
func (v *sealView) done(err *auth.Error) {
	v.keep.enable()
	if err != nil {
		v.remark.say(told(err))
		v.changed()
		return
	}
	v.remark.say("")
	v.close()
}

// sealDeeds is what can be done about what opens the vault.
func (w *Window) sealDeeds() sealDeeds {
	return sealDeeds{
		lock: func() { w.changeSeal(func(ctx context.Context, d auth.Desk) error { return d.Lock(ctx) }) },
		seal: func(by auth.SealedBy, p auth.Secret) {
			w.changeSeal(func(ctx context.Context, d auth.Desk) error { return d.Seal(ctx, by, p) })
		},
		recovery: func(p auth.Secret) {
			w.changeSeal(func(ctx context.Context, d auth.Desk) error { return d.PutRecovery(ctx, p) })
		},
	}
}

// changeSeal does it and shows how the vault stands then.
func (w *Window) changeSeal(change func(context.Context, auth.Desk) error) {
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		err := problem(change(ctx, desk))
		return func() {
			w.settings.seal.done(err)
			w.learnSeal()
			w.pull()
		}
	})
}

// learnSeal asks what opens the vault.
func (w *Window) learnSeal() {
	desk := w.parts.Desk
	w.settings.seal.show(w.snapshot.SealedBy)
	w.errands.run(func(ctx context.Context) func() {
		c, err := desk.Care(ctx)
		if err != nil {
			return nil // the snapshot has the half of it
		}
		return func() {
			w.settings.seal.recovery = c.Recovery
			w.settings.seal.show(c.SealedBy)
		}
	})
}
