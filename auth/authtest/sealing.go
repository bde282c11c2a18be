package authtest

import (
	"fmt"
	"unicode/utf8"

	"github.com/tokentray/tokentray/auth"
)

// Lock is auth.Vault's.
func (v *Vault) Lock() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == auth.VaultUnlocked {
		v.state = auth.VaultLocked
	}
	return nil
}

// Seal is auth.Vault's. A keyring that is barred keeps no key.
func (v *Vault) Seal(by auth.SealedBy, passphrase auth.Secret) error {
	return v.write(func() error {
		switch {
		case by == auth.SealedByPassphrase && tooShort(passphrase):
			return errShort()
		case by == auth.SealedByPassphrase:
			v.passphrase, v.recovery = passphrase, auth.Secret{}
		case by != auth.SealedByKeyring:
			return &auth.Error{Kind: auth.KindUsage, Detail: fmt.Sprintf("a vault can't be sealed by %q", by)}
		case v.barred != "":
			return &auth.Error{Kind: auth.KindVault, Vault: v.barred, Detail: "the keyring can't keep the key"}
		default:
			v.passphrase = auth.Secret{}
		}
		return nil
	})
}

// PutRecovery is auth.Vault's.
func (v *Vault) PutRecovery(passphrase auth.Secret) error {
	return v.write(func() error {
		switch {
		case passphrase.IsZero():
		case !v.passphrase.IsZero():
			return &auth.Error{Kind: auth.KindUsage, Detail: "the vault is sealed with a passphrase already"}
		case tooShort(passphrase):
			return errShort()
		}
		v.recovery = passphrase
		return nil
	})
}

// recovers reports whether passphrase opens a vault whose key can't be had.
func (v *Vault) recovers(passphrase auth.Secret) bool {
	return v.exists && !v.recovery.IsZero() && v.recovery.Equal(passphrase)
}

// wrong is what a wrong recovery passphrase ends with: the state goes on saying
// what is the matter with the key.
func wrong() error {
	return &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong, Detail: "the passphrase doesn't fit"}
}

func tooShort(passphrase auth.Secret) bool {
	return utf8.RuneCountInString(passphrase.Reveal()) < auth.MinPassphrase
}

func errShort() error {
	return &auth.Error{Kind: auth.KindUsage, Detail: fmt.Sprintf("a passphrase needs at least %d characters", auth.MinPassphrase)}
}
