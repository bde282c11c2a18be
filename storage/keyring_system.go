package storage

import (
	"errors"

	"github.com/zalando/go-keyring"

	"github.com/tokentray/tokentray/auth"
)

// SystemKeyring is the keyring of this machine: the Secret Service, the macOS
// Keychain or the Windows Credential Manager. Items are named by the service
// io.github.tokentray.Tokentray and the vault's ID.
//
// Any program that runs as the same user can read it while it is unlocked.
func SystemKeyring() Keyring { return &systemKeyring{} }

// systemKeyring is used by one goroutine at a time.
type systemKeyring struct{ gate gate }

func (s *systemKeyring) Get(item string) (auth.Secret, error) {
	var value string
	err := s.pass(func() (err error) { value, err = keyring.Get(appID, item); return err })
	return auth.NewSecret(value), err
}

func (s *systemKeyring) Set(item string, value auth.Secret) error {
	return s.pass(func() error { return keyring.Set(appID, item, value.Reveal()) })
}

func (s *systemKeyring) Delete(item string) error {
	return s.pass(func() error { return keyring.Delete(appID, item) })
}

// pass lets do at the keyring where the gate is open, and translates its error.
func (s *systemKeyring) pass(do func() error) error {
	if err := s.gate.open(); err != nil {
		return err
	}
	err := do()
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNoItem
	case err != nil && saysLocked(err):
		return errors.Join(ErrKeyringLocked, err)
	}
	return err
}
