package auth

import (
	"context"
	"errors"
	"time"
)

// Replace is not built yet.
func (k *Keeper) Replace(ctx context.Context, id AccountID) (Status, error) {
	return Status{}, errors.ErrUnsupported
}

// Paste is not built yet.
func (k *Keeper) Paste(ctx context.Context, attempt string, address Secret) error {
	return errors.ErrUnsupported
}

// Discover is not built yet.
func (k *Keeper) Discover(ctx context.Context, issuer string) (Provider, error) {
	return Provider{}, errors.ErrUnsupported
}

// Refresh is not built yet.
func (k *Keeper) Refresh(ctx context.Context, id AccountID) error {
	return errors.ErrUnsupported
}

// Snooze is not built yet.
func (k *Keeper) Snooze(ctx context.Context, id AccountID, until time.Time) error {
	return errors.ErrUnsupported
}

// Lock is not built yet.
func (k *Keeper) Lock(ctx context.Context) error {
	return errors.ErrUnsupported
}

// Seal is not built yet.
func (k *Keeper) Seal(ctx context.Context, by SealedBy, passphrase Secret) error {
	return errors.ErrUnsupported
}

// PutRecovery is not built yet.
func (k *Keeper) PutRecovery(ctx context.Context, passphrase Secret) error {
	return errors.ErrUnsupported
}

// Care is not built yet.
func (k *Keeper) Care(ctx context.Context) (Care, error) {
	return Care{}, errors.ErrUnsupported
}

// Mend is not built yet.
func (k *Keeper) Mend(ctx context.Context, m Mending) (Mended, error) {
	return Mended{}, errors.ErrUnsupported
}

// Export is not built yet.
func (k *Keeper) Export(ctx context.Context, e Export) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Import is not built yet.
func (k *Keeper) Import(ctx context.Context, file []byte, passphrase Secret) (Imported, error) {
	return Imported{}, errors.ErrUnsupported
}

// Preferences is not built yet.
func (k *Keeper) Preferences(ctx context.Context) (Preferences, error) {
	return Preferences{}, errors.ErrUnsupported
}

// Prefer is not built yet.
func (k *Keeper) Prefer(ctx context.Context, p Preferences) error {
	return errors.ErrUnsupported
}
