package cli

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// No command blocks for ever.
const (
	tokenTime   = 10 * time.Second // unless a refresh was asked for
	refreshTime = 30 * time.Second // what the Keeper gives a refresh
	answerTime  = 30 * time.Second // what needs no provider; starting the agent and Argon2id are in it
	askingTime  = 30 * time.Minute // for a person's answers
	revokeTime  = 60 * time.Second // to forget, here and at the provider
	// exchangeTime is what a sign-in may take beyond the time a person has for it.
	exchangeTime = time.Minute
)

// patience is how long a command may take, and what is told when that is over.
type patience struct {
	limit time.Duration
	over  told
}

// upTo is patience with what doesn't depend on a provider.
func upTo(limit time.Duration) patience {
	return patience{limit, told{auth.KindAgent, words.Explanation{
		Sentence: "Tokentray’s agent gave no answer within " + seconds(limit) + ".",
		Next:     "Try again; if it stays silent, end it and start it anew with tokentray agent to see what it says.",
	}}}
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d/time.Second)) + " s" }

// withDesk reaches the agent, unlocks the vault where a passphrase was given, and
// lets do talk to it, all within the limit of p. When that is over it says so,
// whatever error the interruption looks like further down.
func (i *invocation) withDesk(ctx context.Context, p patience, do func(context.Context, auth.Front) error) error {
	limited, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	err := i.meet(limited, do)
	if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		return p.over
	}
	return err
}

func (i *invocation) meet(ctx context.Context, do func(context.Context, auth.Front) error) error {
	passphrase, err := i.passphrase(ctx)
	if err != nil {
		return err
	}
	start := StartIfNeeded
	if i.noStart {
		start = StartNever
	}
	desk, hangUp, err := i.Dial(ctx, start)
	if err != nil {
		return err
	}
	defer func() { _ = hangUp() }() // all answers are in; there is nothing to lose
	if !passphrase.IsZero() {
		if err := desk.Unlock(ctx, passphrase); err != nil {
			return err
		}
	}
	return do(ctx, desk)
}

// withAccount is withDesk for a command about the account called name.
func (i *invocation) withAccount(
	ctx context.Context, p patience, name string, do func(context.Context, auth.Front, auth.AccountID) error,
) error {
	return i.withDesk(ctx, p, func(ctx context.Context, desk auth.Front) error {
		id, err := desk.Find(ctx, name)
		if err == nil {
			err = do(ctx, desk, id)
		}
		return naming(whilePaused(ctx, desk, id, err, i.Now()), name)
	})
}

// nameOf is what the account is called, where the beginning of it may have been typed.
func nameOf(ctx context.Context, desk auth.Front, id auth.AccountID) string {
	d, err := desk.Show(ctx, id)
	if err != nil {
		return string(id) // which names it as well
	}
	return d.Name
}

// whilePaused is err, and where a pause is why, with how long the token is good.
func whilePaused(ctx context.Context, desk auth.Front, id auth.AccountID, err error, now time.Time) error {
	if !errors.Is(err, auth.ErrPaused) {
		return err
	}
	d, unknown := desk.Show(ctx, id)
	if unknown != nil || d.State != auth.StatePaused {
		return err
	}
	return told{auth.KindPaused, words.State(d.Status, now, words.CommandLine)}
}

// naming adds the name that was asked for to an error that lacks one.
func naming(err error, name string) error {
	var e *auth.Error
	if !errors.As(err, &e) || e.Account != "" {
		return err
	}
	named := *e
	named.Account = name
	var other otherNext
	if errors.As(err, &other) {
		return otherNext{&named, other.next}
	}
	return &named
}

// usable reports whether a vault that stands so can be worked with: where there
// is none yet, the first account makes one.
func usable(s auth.VaultState) bool { return s == auth.VaultUnlocked || s == auth.VaultNone || s == "" }

// anySnapshot is how everything stands, also where the vault can't be used: its
// state says so then, and that is no error.
func anySnapshot(ctx context.Context, desk auth.Front) (auth.Snapshot, error) {
	s, err := desk.Snapshot(ctx)
	var e *auth.Error
	if errors.As(err, &e) && e.Kind == auth.KindVault {
		s.Vault = e.Vault
		return s, nil
	}
	return s, err
}

// usableSnapshot is how everything stands, or why the vault can't say.
func usableSnapshot(ctx context.Context, desk auth.Front) (auth.Snapshot, error) {
	s, err := desk.Snapshot(ctx)
	if err != nil {
		return auth.Snapshot{}, err
	}
	if !usable(s.Vault) {
		return auth.Snapshot{}, &auth.Error{Kind: auth.KindVault, Vault: s.Vault}
	}
	return s, nil
}
