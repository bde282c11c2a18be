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
// The history has it as a failure once it is dropped, and not where it is wanted.
type heldBack struct {
	answer Answer
	at     time.Time // when it came; zero: there is none
}

// Replace puts the sign-in that Reconnect held back in the place of the old one;
// the account is the other person's from then on. The error is of KindUsage where
// none waits, or none any more.
func (k *Keeper) Replace(ctx context.Context, id AccountID) (Status, error) {
	if err := k.ready(ctx); err != nil {
		return Status{}, err
	}
	_, done, err := k.attend(ctx) // Lock waits for it
	if err != nil {
		return Status{}, err
	}
	defer done()
	k.mu.Lock()
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return Status{}, k.unknown(id)
	}
	other, name := k.takeOther(h), h.account.Name
	k.mu.Unlock()
	if !k.clock.Wall().Before(other.at.Add(holdBackTime)) {
		k.noteInVain(h, other)
		return Status{}, &Error{Kind: KindUsage, Account: name, Detail: "no sign-in by somebody else waits for this account, or it waited too long; sign in once more"}
	}
	s, err := k.replaceGrant(h, other.answer, other.answer.Identity)
	if err != nil {
		k.hold(h, other)
		return s, err
	}
	k.noteEvent(id, Event{What: EventSignedIn, Detail: "as " + whoOr(other.answer.Identity)})
	return s, nil
}

// holdBack keeps answer for Replace, and says who it would have brought.
func (k *Keeper) holdBack(h *held, answer Answer) *Error {
	k.hold(h, heldBack{answer, k.clock.Wall()})
	k.mu.Lock()
	defer k.mu.Unlock()
	return &Error{
		Kind: KindOtherPerson, Account: h.account.Name, Provider: h.account.Provider.Name,
		Detail: whoOr(answer.Identity), Candidates: []string{whoOr(h.account.Identity)},
	}
}

// hold has other wait for a person's word. Of two the later one does.
func (k *Keeper) hold(h *held, other heldBack) {
	k.mu.Lock()
	before := k.takeOther(h)
	if before.at.After(other.at) {
		before, other = other, before
	}
	h.other = other
	k.undecided[h] = struct{}{}
	k.mu.Unlock()
	k.noteInVain(h, before)
}

// takeOther is what was held back for h, which waits no more. Called with mu held.
func (k *Keeper) takeOther(h *held) heldBack {
	other := h.other
	h.other = heldBack{}
	delete(k.undecided, h)
	return other
}

// noteInVain notes that other, where there is one, was not wanted. Not to be called
// with mu held.
func (k *Keeper) noteInVain(h *held, other heldBack) {
	if other.at.IsZero() {
		return
	}
	k.noteOf(h, Event{At: other.at, What: EventSignInFailed, Kind: KindOtherPerson, Detail: whoOr(other.answer.Identity)})
}

// dropHeldBack drops what was held back at that time or before: nobody wanted it.
func (k *Keeper) dropHeldBack(at time.Time) {
	dropped := map[*held]heldBack{}
	k.mu.Lock()
	for h := range k.undecided {
		if !h.other.at.After(at) {
			dropped[h] = k.takeOther(h)
		}
	}
	k.mu.Unlock()
	for h, other := range dropped {
		k.noteInVain(h, other)
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
