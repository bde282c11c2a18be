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
		if refused == nil {
			refused = &auth.Error{Kind: auth.KindVault, Vault: auth.VaultLocked}
		}
		return refused
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

// sealing is what the seal command was given.
type sealing struct {
	passphrase, keyring, recovery, noRecovery bool
	newFile                                   string
}

func (i *invocation) sealCommand() *cobra.Command {
	var s sealing
	c := &cobra.Command{
		Use: "seal", Short: "Change what opens the vault: a passphrase, your keyring, a recovery passphrase", Args: nothingMore,
		Example: "  tokentray seal --passphrase\n  tokentray seal --recovery --new-passphrase-file recovery.txt",
		RunE: func(c *cobra.Command, _ []string) error {
			if s.choices() != 1 {
				return usage("tokentray seal needs to know which: --passphrase, --keyring, --recovery or --no-recovery.", hint(c))
			}
			return i.withDesk(c.Context(), i.forAnswers(), func(ctx context.Context, desk auth.Front) error { return i.seal(ctx, desk, s) })
		},
	}
	f := c.Flags()
	f.BoolVar(&s.passphrase, "passphrase", false, "a new passphrase opens it, and nothing else")
	f.BoolVar(&s.keyring, "keyring", false, "a key in your keyring opens it")
	f.BoolVar(&s.recovery, "recovery", false, "a passphrase opens it, too, where the keyring has lost the key")
	f.BoolVar(&s.noRecovery, "no-recovery", false, "no recovery passphrase opens it any more")
	f.StringVar(&s.newFile, "new-passphrase-file", "", "read the new passphrase from `FILE` (- is standard input) instead of asking")
	return c
}

func (s sealing) choices() (n int) {
	for _, chosen := range []bool{s.passphrase, s.keyring, s.recovery, s.noRecovery} {
		if chosen {
			n++
		}
	}
	return n
}

func (i *invocation) seal(ctx context.Context, desk auth.Front, s sealing) error {
	if _, err := usableSnapshot(ctx, desk); err != nil {
		return err
	}
	var secret auth.Secret
	if s.passphrase || s.recovery {
		var err error
		if secret, err = i.newPassphrase(ctx, "--new-passphrase-file", s.newFile); err != nil {
			return err
		}
	}
	said, err := "", error(nil)
	switch {
	case s.passphrase:
		said, err = words.SealedBy(auth.SealedByPassphrase), desk.Seal(ctx, auth.SealedByPassphrase, secret)
	case s.keyring:
		said, err = words.SealedBy(auth.SealedByKeyring), desk.Seal(ctx, auth.SealedByKeyring, auth.Secret{})
	case s.recovery:
		said, err = "The recovery passphrase is set. Keep it where you find it when this computer is gone.", desk.PutRecovery(ctx, secret)
	default:
		said, err = "No recovery passphrase opens the vault any more.", desk.PutRecovery(ctx, auth.Secret{})
	}
	if err == nil {
		i.say(said)
	}
	return err
}
