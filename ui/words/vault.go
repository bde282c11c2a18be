package words

import "github.com/tokentray/tokentray/auth"

// Vault says how the vault stands.
func Vault(s auth.VaultState, who Audience) Explanation {
	if s == auth.VaultUnlocked {
		return Explanation{Sentence: "The vault is open.", Next: "There is nothing to do."}
	}
	return Explain(&auth.Error{Kind: auth.KindVault, Vault: s}, who)
}

// vault explains why the vault can't be used.
func (t telling) vault() (sentence, next string) {
	switch t.Error.Vault {
	case auth.VaultNone:
		return "There is no vault yet, so nothing can be kept" + t.detail() + ".",
			t.pick("Add an account, and Tokentray makes one.", "Connect an account, and Tokentray makes one; where there is no keyring, tokentray seal --passphrase makes one that a passphrase opens.")
	case auth.VaultLocked:
		return "The vault is locked.",
			t.pick("Enter the passphrase to open it.", "Run tokentray unlock; where there is no terminal to ask on, tokentray unlock --passphrase-file FILE.")
	case auth.VaultKeyringLocked:
		return "Your keyring is locked, and the vault’s key is in it.",
			"Unlock the keyring (signing in to the desktop usually does), then try again."
	case auth.VaultKeyringUnavailable:
		return "No keyring answers here, so the vault’s key is out of reach.",
			t.pick("Start your desktop’s keyring and try again; a new vault can be sealed with a passphrase instead.",
				"Start your desktop’s keyring and try again, or have a passphrase open a new vault: tokentray seal --passphrase asks for one, "+
					"tokentray unlock --passphrase-file FILE reads it.")
	case auth.VaultKeyMissing:
		return "The keyring has no key for this vault, so what is inside can’t be read; the file stays as it is.",
			t.pick("Bring back the keyring the vault was made with, enter the recovery passphrase if you set one, or choose a remedy below.",
				"Bring back the keyring the vault was made with, or run tokentray unlock with the recovery passphrase, if you set one; tokentray doctor shows the remedies.")
	case auth.VaultKeyWrong:
		return "This passphrase, or the key in the keyring, doesn’t fit the vault" + t.detail() + "; the file stays as it is.",
			"Check the passphrase, or bring back the keyring the vault was made with, and try again."
	case auth.VaultDamaged:
		return "The vault’s file is damaged; it is left exactly as it is" + t.detail() + ".",
			t.pick("Choose what to do below: a backup can take its place, or what can still be read is kept.",
				"Run tokentray doctor to see what can be done: a backup can take its place, or what can still be read is kept.")
	case auth.VaultReadOnly:
		return "The vault may not be written here; it stays closed so that no refreshed token gets lost, and what is in it is safe.",
			"Check that its disk has room and isn’t mounted read-only, and that its folder and its file belong to you and may be written; then try again."
	case auth.VaultTooNew:
		return "A newer Tokentray wrote this vault, so this one leaves it alone.",
			"Update Tokentray and try again."
	case auth.VaultInUse:
		return "Another program has the vault open.",
			"Close the other Tokentray and try again."
	case auth.VaultUnlocked:
	}
	return "The vault can’t be used right now" + t.detail() + ".",
		"Check that the disk has room and that the vault’s folder may be written to, then try again."
}
