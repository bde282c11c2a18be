package cli

import (
	"context"
	"errors"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// mending is what the doctor was given to do.
type mending struct {
	restore, salvage, startOver, yes bool
	backup                           string
}

func (m mending) choices() (n int) {
	for _, chosen := range []bool{m.restore, m.salvage, m.startOver} {
		if chosen {
			n++
		}
	}
	return n
}

func (m mending) remedy() auth.Remedy {
	switch {
	case m.restore:
		return auth.RemedyRestore
	case m.salvage:
		return auth.RemedySalvage
	}
	return auth.RemedyStartOver
}

// mendTime is how long a remedy may take: every record of a vault is read and written.
const mendTime = 2 * answerTime

// mend carries out a remedy, after a person said yes. The passphrase that was given
// is the remedy's: the vault that is there can't be opened with it, or needn't be.
func (i *invocation) mend(ctx context.Context, m mending) error {
	passphrase, err := i.passphrase(ctx)
	if err != nil {
		return err
	}
	i.passphraseFile = ""
	limit := mendTime
	switch {
	case m.yes:
	case !i.canAsk():
		return usage("A remedy changes what is kept, and there is no terminal to ask on.", "Add --yes to say that it is meant.")
	default:
		limit += askingTime
	}
	return i.withDesk(ctx, upTo(limit), func(ctx context.Context, desk auth.Front) error {
		if !m.yes {
			does := words.Remedy(m.remedy())
			i.say(does.Sentence)
			i.say(does.Next)
			yes, err := i.confirm(ctx, "Go on?")
			if err != nil {
				return err
			}
			if !yes {
				return told{auth.KindInternal, words.Explanation{Sentence: "The vault stays as it is.", Next: "Run the command again if you change your mind."}}
			}
			if passphrase, err = i.mendPassphrase(ctx, desk, m, passphrase); err != nil {
				return err
			}
		}
		mended, err := desk.Mend(ctx, auth.Mending{Remedy: m.remedy(), Backup: m.backup, Passphrase: passphrase})
		var e *auth.Error
		switch {
		case m.backup != "" && errors.As(err, &e) && e.Kind == auth.KindUsage:
			return otherNext{e, "Run tokentray doctor to see the backups there are."}
		case err != nil:
			return err
		}
		did := words.Mended(mended, m.remedy())
		i.say(did.Sentence)
		i.say(did.Next)
		return nil
	})
}

// mendPassphrase asks for it where the vault is sealed with one and none was given.
func (i *invocation) mendPassphrase(ctx context.Context, desk auth.Front, m mending, given auth.Secret) (auth.Secret, error) {
	if !given.IsZero() || m.startOver {
		return given, nil
	}
	care, err := desk.Care(ctx)
	if err != nil || care.SealedBy != auth.SealedByPassphrase {
		return given, err
	}
	return i.askPassphrase(ctx, "Passphrase of the vault (it isn’t shown): ")
}
