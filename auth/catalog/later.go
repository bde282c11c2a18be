package catalog

import (
	"errors"

	"github.com/tokentray/tokentray/auth"
)

// Install is not built yet.
func (c *Catalog) Install(text []byte) (auth.Provider, error) {
	return auth.Provider{}, errors.ErrUnsupported
}

// Write is not built yet.
func (c *Catalog) Write(p auth.Provider) ([]byte, error) {
	return nil, errors.ErrUnsupported
}
