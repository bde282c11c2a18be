package auth

import (
	"context"
	"strings"
	"time"
)

// holdBackTime is how long a sign-in by somebody else waits for a person's word:
// long enough to read a question and to ask a colleague, short enough that a grant
// nobody wanted is not in memory for the day.
const holdBackTime = 10 * time.Minute

// unnamed stands for a person whom the provider doesn't name.
const unnamed = "somebody the provider does not name"

// heldBack is a sign-in that would give an account to somebody else. It is in
// memory alone. When it is dropped the provider is not asked to forget it: some
// end every grant of that person then, and another account here may be theirs.
type heldBack struct {
	answer Answer
	until  time.Time
}

// Replace puts the sign-in that Reconnect held back in the place of the old one;
// the account is the other person's from then on. The error is of KindUsage where
// none waits, or none any more.
func (k *Keeper) Replace(ctx context.Context, id AccountID) (Status, error) {
	if err := k.ready(ctx); err != nil {
		return Status{}, err
	}
	k.mu.Lock()
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return Status{}, k.unknown(id)
	}
	other, name := h.other, h.account.Name
	k.mu.Unlock()
	if !k.clock.Wall().Before(other.until) {
		return Status{}, &Error{Kind: KindUsage, Account: name, Detail: "no sign-in by somebody else waits for this account, or it waited too long; sign in once more"}
	}
	_, done, err := k.attend(ctx) // Lock waits for it
	if err != nil {
		return Status{}, err
	}
	defer done()
	s, err := k.replaceGrant(h, other.answer, other.answer.Identity)
	if err == nil {
		k.noteEvent(id, Event{What: EventSignedIn, Detail: "as " + whoOr(other.answer.Identity)})
	}
	return s, err
}

// holdBack keeps answer for Replace, and says who it would have brought.
func (k *Keeper) holdBack(h *held, answer Answer) *Error {
	k.mu.Lock()
	defer k.mu.Unlock()
	h.other = heldBack{answer, k.clock.Wall().Add(holdBackTime)}
	k.undecided[h] = struct{}{}
	return &Error{
		Kind: KindOtherPerson, Account: h.account.Name, Provider: h.account.Provider.Name,
		Detail: whoOr(answer.Identity), Candidates: []string{whoOr(h.account.Identity)},
	}
}

// dropHeldBack forgets what waited too long for a person's word.
func (k *Keeper) dropHeldBack() {
	now := k.clock.Wall()
	k.mu.Lock()
	defer k.mu.Unlock()
	for h := range k.undecided {
		if !now.Before(h.other.until) {
			h.other = heldBack{}
			delete(k.undecided, h)
		}
	}
}

func whoOr(i Identity) string {
	if who := i.Who(); who != "" {
		return who
	}
	return unnamed
}

// resemblance says whether two identities are one person's: a closed set.
type resemblance int

const (
	cannotTell resemblance = iota
	samePerson
	otherPerson
)

// compare says whether an account of was is signed in to by is. A subject is unique
// at its issuer and never reassigned (OpenID Connect Core §5.7); an address is the
// next best.
func compare(was, is Identity) resemblance {
	switch {
	case was.Subject != "" && is.Subject != "":
		if was.Subject == is.Subject && was.Issuer == is.Issuer {
			return samePerson
		}
		return otherPerson
	case was.Email != "" && is.Email != "":
		if strings.EqualFold(was.Email, is.Email) {
			return samePerson
		}
		return otherPerson
	}
	return cannotTell
}
