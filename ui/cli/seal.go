package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

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
