package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func (i *invocation) lockCommand() *cobra.Command {
	return &cobra.Command{
		Use: "lock", Short: "Close the vault: no token is given out until it is unlocked", Args: nothingMore,
		RunE: func(c *cobra.Command, _ []string) error {
			return i.withDesk(c.Context(), upTo(answerTime), func(ctx context.Context, desk auth.Front) error {
				if err := desk.Lock(ctx); err != nil {
					return err
				}
				i.say("The vault is locked; nothing is refreshed and no token is given out now.")
				i.say("Run tokentray unlock to go on.")
				return nil
			})
		},
	}
}

func (i *invocation) unlockCommand() *cobra.Command {
	return &cobra.Command{
		Use: "unlock", Short: "Open the vault: with its passphrase, or the key in your keyring", Args: nothingMore,
		RunE: func(c *cobra.Command, _ []string) error {
			return i.withDesk(c.Context(), i.forAnswers(), i.unlock) // a passphrase from a file has been tried by then
		},
	}
}

// forAnswers is patience with what may ask a person first.
func (i *invocation) forAnswers() patience {
	if i.canAsk() {
		return upTo(answerTime + askingTime)
	}
	return upTo(answerTime)
}

func (i *invocation) unlock(ctx context.Context, desk auth.Front) error {
	snapshot, err := anySnapshot(ctx, desk)
	if err != nil {
		return err
	}
	if snapshot.Vault != auth.VaultUnlocked && snapshot.Vault != auth.VaultNone {
		if err := i.open(ctx, desk, snapshot); err != nil {
			return err
		}
	}
	if snapshot.Vault == auth.VaultNone {
		return &auth.Error{Kind: auth.KindVault, Vault: auth.VaultNone}
	}
	i.say("The vault is open.")
	return nil
}

// open opens a vault that isn't: by its keyring where it has one, and with what a
// person knows otherwise.
func (i *invocation) open(ctx context.Context, desk auth.Front, s auth.Snapshot) error {
	var refused error
	if s.SealedBy != auth.SealedByPassphrase {
		if refused = desk.Unlock(ctx, auth.Secret{}); refused == nil {
			return nil
		}
		if !wantsPassphrase(refused) {
			return refused
		}
	}
	if !i.canAsk() {
		return firstOf(refused, told{auth.KindVault, words.Explanation{
			Sentence: "The vault is locked, and there is no terminal to ask for its passphrase on.",
			Next:     "Give it with --passphrase-file FILE.",
		}})
	}
	passphrase, err := i.askPassphrase(ctx, "Passphrase of the vault (it isn’t shown): ")
	if err != nil {
		return err
	}
	return desk.Unlock(ctx, passphrase)
}

// wantsPassphrase reports whether a passphrase may open what the keyring didn't:
// the vault's own, or the recovery passphrase.
func wantsPassphrase(err error) bool {
	var e *auth.Error
	if !errors.As(err, &e) || e.Kind != auth.KindVault {
		return false
	}
	switch e.Vault {
	case auth.VaultLocked, auth.VaultKeyMissing, auth.VaultKeyWrong, auth.VaultKeyringLocked, auth.VaultKeyringUnavailable:
		return true
	case auth.VaultUnlocked, auth.VaultNone, auth.VaultDamaged, auth.VaultReadOnly, auth.VaultTooNew, auth.VaultInUse:
	}
	return false
}
