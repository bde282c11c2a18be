package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// vaultView stands in for everything else while the vault can't be used: what is
// missing, and what to do.
type vaultView struct {
	state      auth.VaultState
	sheet      *sheet
	remark     *prose
	passphrase *field
	secret     *fyne.Container
	again      *fyne.Container
	retry      *button
}

func newVaultView(k keys, icon []byte, onUnlock func(auth.Secret), onAgain func()) *vaultView {
	v := &vaultView{
		remark:     newProse("", face{size: sizeText, ink: needs, align: fyne.TextAlignCenter}),
		passphrase: newSecretField(k, "Passphrase", "", nil),
	}
	open := func() {
		if v.passphrase.text() != "" {
			onUnlock(auth.NewSecret(v.passphrase.text()))
		}
	}
	v.passphrase.entry.OnSubmitted = func(string) { open() }
	v.secret = container.New(column{14}, v.passphrase.whole, middle(newButton("Unlock", primaryRank, k, open)))
	v.retry = newButton("Try again", plainRank, k, onAgain)
	v.again = middle(v.retry)
	v.sheet = newSheet(icon, "", "", v.secret, v.remark, v.again)
	return v
}

func (v *vaultView) object() fyne.CanvasObject { return v.sheet.whole }

func (v *vaultView) first() fyne.Focusable {
	if v.secret.Visible() {
		return v.passphrase.entry
	}
	return nil
}

// show says how the vault stands. What was typed stays until the vault opens.
func (v *vaultView) show(s auth.VaultState) {
	v.state = s
	e := words.Vault(s, words.Window)
	v.sheet.say(vaultTitle(s), e.Sentence+" "+e.Next)
	visible(v.secret, takesPassphrase(s))
	visible(v.again, s != auth.VaultLocked)
	v.sheet.whole.Refresh()
}

// complain says why it didn't open; nil takes it away.
func (v *vaultView) complain(e *auth.Error) {
	text := ""
	if e != nil {
		text = told(e)
	}
	v.remark.say(text)
	v.sheet.whole.Refresh()
}

// opened forgets the passphrase.
func (v *vaultView) opened() {
	v.passphrase.fill("")
	v.complain(nil)
}

// closed reports whether the vault can't be used. None yet is no obstacle: adding
// an account makes one.
func closed(s auth.VaultState) bool {
	return s != auth.VaultUnlocked && s != auth.VaultNone && s != ""
}

// takesPassphrase reports whether a passphrase may help.
func takesPassphrase(s auth.VaultState) bool {
	switch s {
	case auth.VaultLocked, auth.VaultKeyWrong, auth.VaultKeyringUnavailable:
		return true
	case auth.VaultUnlocked, auth.VaultNone, auth.VaultKeyringLocked, auth.VaultKeyMissing,
		auth.VaultDamaged, auth.VaultTooNew, auth.VaultInUse:
	}
	return false
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
	case auth.VaultTooNew:
		return "This vault needs a newer Tokentray"
	case auth.VaultInUse:
		return "The vault is open elsewhere"
	case auth.VaultUnlocked, auth.VaultNone:
	}
	return "The vault can’t be used right now"
}
