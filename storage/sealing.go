package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// Seal changes what opens the vault; see auth.Vault. The records keep their key:
// what changes is where that is kept, which the header says. So one transaction
// decides, and before and after it one of the two ways opens the vault:
//
//   - to a passphrase: the key is sealed with it and that is tried; the header
//     says so; then the key leaves the keyring.
//   - to the keyring: the header notes that a key may be there; the key is put
//     there and read back; the header says so.
//
// A key that was left behind in the keyring, by a crash or a keyring that couldn't
// be used, goes at the next Open. Whoever has an older copy of the file still
// opens that as it was sealed then. A recovery passphrase goes with the keyring's key.
func (v *Vault) Seal(by auth.SealedBy, passphrase auth.Secret) error {
	v.turn.Lock()
	defer v.turn.Unlock()
	h, key, err := v.opened()
	switch {
	case err != nil:
		return err
	case by == auth.SealedByPassphrase:
		return v.sealWithPassphrase(h, key, passphrase)
	case by == auth.SealedByKeyring:
		return v.sealWithKeyring(h, key)
	}
	return refusal("a vault can't be sealed by %q", by)
}

func (v *Vault) sealWithPassphrase(h header, key vaultKey, passphrase auth.Secret) error {
	wrapped, err := v.wrapped(h, passphrasePlace, key, passphrase)
	if err != nil {
		return err
	}
	h.Stray = h.Stray || h.Source == fromKeyring
	h.Source, h.Passphrase, h.Recovery = fromPassphrase, &wrapped, nil
	if err := v.putHeader(h); err != nil {
		return err
	}
	v.settle(nil)
	return nil
}

func (v *Vault) sealWithKeyring(h header, key vaultKey) error {
	if h.Source == fromKeyring {
		return v.keys.keep(h.Vault, key)
	}
	h.Stray = true
	if err := v.putHeader(h); err != nil {
		return err
	}
	if err := v.keys.keep(h.Vault, key); err != nil {
		v.settle(nil)
		return err
	}
	h.Source, h.Passphrase, h.Stray = fromKeyring, nil, false
	if err := v.putHeader(h); err != nil {
		v.settle(nil) // looks at what the header says now
		return err
	}
	return nil
}

// PutRecovery has a passphrase open the vault where its key can't be had from the
// keyring; see auth.Vault. A vault that is sealed with a passphrase has no other.
func (v *Vault) PutRecovery(passphrase auth.Secret) error {
	v.turn.Lock()
	defer v.turn.Unlock()
	h, key, err := v.opened()
	switch {
	case err != nil:
		return err
	case passphrase.IsZero() && h.Recovery == nil:
		return nil
	case passphrase.IsZero():
		h.Recovery = nil
		return v.putHeader(h)
	case h.Source == fromPassphrase:
		return refusal("the vault is sealed with a passphrase already")
	}
	wrapped, err := v.wrapped(h, recoveryPlace, key, passphrase)
	if err != nil {
		return err
	}
	h.Recovery = &wrapped
	return v.putHeader(h)
}

// opened is the header and the key of the open vault.
func (v *Vault) opened() (header, vaultKey, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.db == nil {
		return header{}, vaultKey{}, v.unusable()
	}
	return v.header, v.sealer.key, nil
}

// wrapped seals key with a passphrase that is long enough, and tries whether it
// opens: from here on nothing else may.
func (v *Vault) wrapped(h header, at place, key vaultKey, passphrase auth.Secret) (wrap, error) {
	if err := longEnough(passphrase); err != nil {
		return wrap{}, err
	}
	w, err := wrapKey(at, h.Vault, key, passphrase, v.passphraseCost())
	if err != nil {
		return wrap{}, fmt.Errorf("sealing the vault's key: %w", err)
	}
	if back, err := w.unwrap(at, h.Vault, passphrase); err != nil || back != key {
		return wrap{}, fmt.Errorf("sealing the vault's key: it doesn't open again: %w", errors.Join(errSeal, err))
	}
	return w, nil
}

// longEnough refuses a passphrase that is soon guessed.
func longEnough(passphrase auth.Secret) error {
	if utf8.RuneCountInString(passphrase.Reveal()) < auth.MinPassphrase {
		return refusal("a passphrase needs at least %d characters", auth.MinPassphrase)
	}
	return nil
}

// putHeader replaces the open vault's header, and reads it back.
func (v *Vault) putHeader(h header) error {
	defer v.upkeep.forgetting()()
	if err := v.change(func(tx *bolt.Tx) ([]edit, error) { return h.edits(tx, v.sealer.key) }); err != nil {
		return err
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.db == nil {
		return v.unusable()
	}
	back, err := readHeader(v.db)
	if err != nil || !bytes.Equal(back.text, text) || !back.proves(v.sealer.key) {
		return trouble(auth.VaultUnlocked, "the vault's header was not kept", err)
	}
	v.header = back.header
	return nil
}

// settle puts the keyring in order after the vault was opened or sealed: a key that
// was missing there, as because says, is kept again, and one that has no business
// there any more goes. Where the keyring can't be used now, the next Open tries again.
func (v *Vault) settle(because error) {
	h, key, err := v.opened()
	switch {
	case err != nil:
	case h.Source == fromKeyring && errors.Is(because, ErrNoItem):
		_ = v.keys.keep(h.Vault, key) // as above
	case h.Stray && v.keys.forget(h.Vault) == nil:
		h.Stray = false
		_ = v.putHeader(h) // as above
	}
}
