package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// vaultView stands in for everything else while the vault can't be used: what is
// missing, and what to do.
type vaultView struct {
	state      auth.VaultState
	sealedBy   auth.SealedBy // "": unknown
	care       auth.Care
	now        func() time.Time
	sheet      *sheet
	remark     *prose
	passphrase *field
	unlock     *button
	remedies   *remediesView
	retry      *button
}

// vaultDeeds is what can be done for a vault that can't be used.
type vaultDeeds struct {
	unlock func(passphrase auth.Secret)
	again  func()
	mend   func(auth.Mending)
}

func newVaultView(k keys, icon []byte, now func() time.Time, do vaultDeeds) *vaultView {
	v := &vaultView{
		now: now, remark: newProse("", face{size: sizeText, ink: needs, align: fyne.TextAlignCenter}),
		passphrase: newSecretField(k, "Passphrase", "", nil),
	}
	open := func() {
		if !v.passphrase.whole.Visible() || v.passphrase.text() != "" {
			do.unlock(auth.NewSecret(v.passphrase.text()))
		}
	}
	v.passphrase.entry.OnSubmitted = func(string) { open() }
	v.unlock = newButton("Unlock", primaryRank, k, open)
	v.retry = newButton("Try again", plainRank, k, do.again)
	v.remedies = newRemediesView(k, func() { v.sheet.whole.Refresh() }, func(m auth.Mending) {
		m.Passphrase = auth.NewSecret(v.passphrase.text())
		do.mend(m)
	})
	v.sheet = newSheet(icon, "", "", v.passphrase.whole, middle(v.unlock), v.remark, v.remedies.whole,
		container.New(centred{}, v.remedies.do, v.retry), v.remedies.question.whole)
	return v
}

func (v *vaultView) object() fyne.CanvasObject { return v.sheet.whole }

func (v *vaultView) first() fyne.Focusable {
	switch {
	case v.passphrase.whole.Visible():
		return v.passphrase.entry
	case v.unlock.Visible():
		return v.unlock
	}
	return nil
}

// show says how the vault stands. What was typed stays until the vault opens.
func (v *vaultView) show(s auth.VaultState, by auth.SealedBy) {
	if s != v.state {
		v.care = auth.Care{}
		v.remedies.show(nil)
	}
	v.state = s
	if by != "" {
		v.sealedBy = by
	}
	v.paint()
}

// know takes what the agent found out about the vault.
func (v *vaultView) know(c auth.Care) {
	v.care = c
	if c.SealedBy != "" {
		v.sealedBy = c.SealedBy
	}
	v.remedies.show(remedies(v.state, c, v.now()))
	v.paint()
}

func (v *vaultView) paint() {
	e := words.Vault(v.state, words.Window)
	v.sheet.say(vaultTitle(v.state), v.below(e.Sentence)+v.next(e.Next))
	typed := v.takesPassphrase()
	visible(v.passphrase.whole, typed)
	v.passphrase.call("Passphrase")
	if v.state == auth.VaultKeyMissing || v.state == auth.VaultKeyringUnavailable && v.care.Recovery {
		v.passphrase.call("Recovery passphrase")
	}
	visible(v.unlock, v.state != auth.VaultDamaged && (typed || v.byKeyring()))
	visible(v.retry, v.state != auth.VaultLocked && v.state != auth.VaultKeyringLocked)
	v.sheet.whole.Refresh()
}

// below is the sentence that stands below the title, without what the title says.
func (v *vaultView) below(sentence string) string {
	switch v.state {
	case auth.VaultLocked:
		return ""
	case auth.VaultKeyringLocked:
		return "The vault’s key is in it. "
	case auth.VaultDamaged:
		return "It is left exactly as it is. "
	case auth.VaultReadOnly:
		return "It stays closed so that no refreshed token gets lost, and what is in it is safe. "
	}
	return sentence + " "
}

// next is what to do, where the way differs from the usual one.
func (v *vaultView) next(usual string) string {
	switch {
	case v.state == auth.VaultLocked && v.sealedBy == auth.SealedByKeyring:
		return "Your keyring opens it again."
	case v.state == auth.VaultDamaged && len(v.remedies.all) > 0:
		return "Choose how to go on; whatever you choose, the damaged file is kept."
	case v.state == auth.VaultKeyringLocked:
		return "“Unlock” asks your desktop to open it."
	}
	return usual
}

// byKeyring reports whether the keyring opens it again, without anything typed.
func (v *vaultView) byKeyring() bool {
	return v.state == auth.VaultKeyringLocked || v.state == auth.VaultLocked && v.sealedBy == auth.SealedByKeyring
}

// takesPassphrase reports whether a passphrase may help.
func (v *vaultView) takesPassphrase() bool {
	switch v.state {
	case auth.VaultLocked:
		return v.sealedBy != auth.SealedByKeyring
	case auth.VaultKeyWrong, auth.VaultKeyringUnavailable:
		return true
	case auth.VaultKeyMissing:
		return v.care.Recovery
	case auth.VaultDamaged:
		return v.sealedBy == auth.SealedByPassphrase && len(v.remedies.all) > 0
	case auth.VaultUnlocked, auth.VaultNone, auth.VaultKeyringLocked, auth.VaultReadOnly, auth.VaultTooNew, auth.VaultInUse:
	}
	return false
}

// complain says why it didn't open; nil takes it away.
func (v *vaultView) complain(e *auth.Error) {
	text := ""
	if e != nil && e.Kind != auth.KindCancelled {
		text = told(e)
	}
	v.remark.say(text)
	v.remedies.rest()
	v.unlock.enable()
	v.sheet.whole.Refresh()
}

// opened forgets the passphrase.
func (v *vaultView) opened() {
	v.passphrase.fill("")
	v.state, v.sealedBy = "", ""
	v.complain(nil)
}

// closed reports whether the vault can't be used. None yet is no obstacle: adding
// an account makes one.
func closed(s auth.VaultState) bool {
	return s != auth.VaultUnlocked && s != auth.VaultNone && s != ""
}

func vaultTitle(s auth.VaultState) string {
	switch s {
	case auth.VaultLocked:
		return "Your vault is locked"
	case auth.VaultKeyringLocked:
		return "Your keyring is locked"
	case auth.VaultKeyringUnavailable:
		return "There is no keyring to ask"
	case auth.VaultKeyMissing:
		return "The key of your vault is missing"
	case auth.VaultKeyWrong:
		return "This key doesn’t fit"
	case auth.VaultDamaged:
		return "The vault’s file is damaged"
	case auth.VaultReadOnly:
		return "The vault can’t be written to"
	case auth.VaultTooNew:
		return "This vault needs a newer Tokentray"
	case auth.VaultInUse:
		return "The vault is open elsewhere"
	case auth.VaultUnlocked, auth.VaultNone:
	}
	return "The vault can’t be used right now"
}
