package auth

import (
	"context"
	"errors"
	"time"
)

// keyringPause is how often a keyring that is locked, or not there yet, is looked
// at. At the beginning of a session the agent may be there before the person has
// unlocked it, and nobody else would ask.
const keyringPause = 3 * time.Second

// awaitKeyring has the vault opened as soon as the keyring gives its key. It ends
// then, with ctx, or where a keyring isn't what is missing. That looking puts no
// second prompt on the screen is the vault's affair.
func (k *Keeper) awaitKeyring(ctx context.Context) {
	for {
		var e *Error
		err := k.ready(ctx)
		if !errors.As(err, &e) || (e.Vault != VaultKeyringLocked && e.Vault != VaultKeyringUnavailable) {
			return
		}
		wake, stop := k.clock.After(keyringPause)
		select {
		case <-wake:
		case <-ctx.Done():
			stop()
			return
		}
	}
}
