package storage

import (
	"errors"

	"github.com/tokentray/tokentray/auth"
)

// Care is not built yet.
func (v *Vault) Care() (auth.Care, error) {
	return auth.Care{}, errors.ErrUnsupported
}

// Mend is not built yet.
func (v *Vault) Mend(m auth.Mending) (auth.Mended, error) {
	return auth.Mended{}, errors.ErrUnsupported
}

// History is not built yet.
func (v *Vault) History(id auth.AccountID) ([]auth.Event, error) {
	return nil, errors.ErrUnsupported
}

// Note is not built yet.
func (v *Vault) Note(id auth.AccountID, events ...auth.Event) {}
