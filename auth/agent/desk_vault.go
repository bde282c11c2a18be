package agent

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// Unlock is auth.Desk's.
func (c *Client) Unlock(ctx context.Context, passphrase auth.Secret) error {
	_, err := c.ask(ctx, request{Verb: verbUnlock, Passphrase: reveal(passphrase)})
	return err
}

// Lock is auth.Desk's.
func (c *Client) Lock(ctx context.Context) error {
	_, err := c.ask(ctx, request{Verb: verbLock})
	return err
}

// Seal is auth.Desk's.
func (c *Client) Seal(ctx context.Context, by auth.SealedBy, passphrase auth.Secret) error {
	_, err := c.ask(ctx, request{Verb: verbSeal, SealedBy: by, Passphrase: reveal(passphrase)})
	return err
}

// PutRecovery is auth.Desk's.
func (c *Client) PutRecovery(ctx context.Context, passphrase auth.Secret) error {
	_, err := c.ask(ctx, request{Verb: verbPutRecovery, Passphrase: reveal(passphrase)})
	return err
}

// Care is auth.Desk's.
func (c *Client) Care(ctx context.Context) (auth.Care, error) {
	a, err := c.ask(ctx, request{Verb: verbCare})
	return a.Care.is, err
}

// Mend is auth.Desk's.
func (c *Client) Mend(ctx context.Context, m auth.Mending) (auth.Mended, error) {
	a, err := c.ask(ctx, request{Verb: verbMend, Mending: apart[mending]{mendingOf(m)}})
	return a.Mended.is, err
}

// Export is auth.Desk's. A file of more than 16 MiB is refused with auth.KindUsage.
func (c *Client) Export(ctx context.Context, e auth.Export) ([]byte, error) {
	a, err := c.ask(ctx, request{Verb: verbExport, Export: apart[export]{exportOf(e)}})
	return a.File, err
}

// Import is auth.Desk's. A file of more than 16 MiB is refused with auth.KindUsage.
func (c *Client) Import(ctx context.Context, file []byte, passphrase auth.Secret) (auth.Imported, error) {
	if len(file) > maxFile {
		return auth.Imported{}, tooLarge(len(file), "it is no file of ours")
	}
	a, err := c.ask(ctx, request{Verb: verbImport, File: file, Passphrase: reveal(passphrase)})
	if err != nil {
		return auth.Imported{}, err
	}
	return a.Imported.is.domain(), nil
}

// Preferences is auth.Desk's.
func (c *Client) Preferences(ctx context.Context) (auth.Preferences, error) {
	a, err := c.ask(ctx, request{Verb: verbPreferences})
	return a.Preferences.is, err
}

// Prefer is auth.Desk's.
func (c *Client) Prefer(ctx context.Context, p auth.Preferences) error {
	_, err := c.ask(ctx, request{Verb: verbPrefer, Preferences: apart[auth.Preferences]{p}})
	return err
}
