package agent

import (
	"context"
	"errors"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Replace is not built yet.
func (c *Client) Replace(ctx context.Context, id auth.AccountID) (auth.Status, error) {
	return auth.Status{}, errors.ErrUnsupported
}

// Paste is not built yet.
func (c *Client) Paste(ctx context.Context, attempt string, address auth.Secret) error {
	return errors.ErrUnsupported
}

// Discover is not built yet.
func (c *Client) Discover(ctx context.Context, issuer string) (auth.Provider, error) {
	return auth.Provider{}, errors.ErrUnsupported
}

// Refresh is not built yet.
func (c *Client) Refresh(ctx context.Context, id auth.AccountID) error {
	return errors.ErrUnsupported
}

// Snooze is not built yet.
func (c *Client) Snooze(ctx context.Context, id auth.AccountID, until time.Time) error {
	return errors.ErrUnsupported
}

// Lock is not built yet.
func (c *Client) Lock(ctx context.Context) error {
	return errors.ErrUnsupported
}

// Seal is not built yet.
func (c *Client) Seal(ctx context.Context, by auth.SealedBy, passphrase auth.Secret) error {
	return errors.ErrUnsupported
}

// PutRecovery is not built yet.
func (c *Client) PutRecovery(ctx context.Context, passphrase auth.Secret) error {
	return errors.ErrUnsupported
}

// Care is not built yet.
func (c *Client) Care(ctx context.Context) (auth.Care, error) {
	return auth.Care{}, errors.ErrUnsupported
}

// Mend is not built yet.
func (c *Client) Mend(ctx context.Context, m auth.Mending) (auth.Mended, error) {
	return auth.Mended{}, errors.ErrUnsupported
}

// Export is not built yet.
func (c *Client) Export(ctx context.Context, e auth.Export) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Import is not built yet.
func (c *Client) Import(ctx context.Context, file []byte, passphrase auth.Secret) (auth.Imported, error) {
	return auth.Imported{}, errors.ErrUnsupported
}

// Preferences is not built yet.
func (c *Client) Preferences(ctx context.Context) (auth.Preferences, error) {
	return auth.Preferences{}, errors.ErrUnsupported
}

// Prefer is not built yet.
func (c *Client) Prefer(ctx context.Context, p auth.Preferences) error {
	return errors.ErrUnsupported
}
