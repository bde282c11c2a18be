package oauth

import (
	"errors"

	"github.com/tokentray/tokentray/auth"
)

// Paste is not built yet.
func (*Wire) Paste(attempt string, address auth.Secret) error {
	return errors.ErrUnsupported
}
