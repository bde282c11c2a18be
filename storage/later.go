package storage

import (
	"errors"

	"github.com/tokentray/tokentray/auth"
)

// Lock is not built yet.
func (v *Vault) Lock() error {
	return errors.ErrUnsupported
}

// Seal is not built yet.
func (v *Vault) Seal(by auth.SealedBy, passphrase auth.Secret) error {
	return errors.ErrUnsupported
}

// PutRecovery is not built yet.
func (v *Vault) PutRecovery(passphrase auth.Secret) error {
	return errors.ErrUnsupported
}

// PutTold is not built yet.
func (v *Vault) PutTold(t auth.Told) error {
	return errors.ErrUnsupported
}
