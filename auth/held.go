package auth

import (
	"strings"
	"time"
)

// held is a live account: what the vault keeps of it, and what is going on.
// The Keeper's mutex guards it.
type held struct {
	account Account
	client  Client
	grant   Grant

	turn      *turn     // a refresh under way; nil: none
	trouble   trouble   // since the last success; zero: none
	signingIn int       // attempts that a person is at
	unsaved   int       // how often writing the grant failed since it changed; 0: it is on disk
	other     heldBack  // a sign-in by somebody else; zero: none
	noted     noted     // what its history holds already
	used      time.Time // by a person or a program, last; only kept where we host the provider

	jitter float64 // of this generation, in [0, 1)
	state  State   // as last settled
	since  time.Time
	due    time.Time // when the Keeper looks at it again; zero: not by itself
	index  int       // in the queue; -1: not queued
}

// trouble is why the last refresh brought nothing.
type trouble struct {
	failure  *Failure
	since    time.Time // of the first failure in a row
	failures int
	retryAt  time.Time
	last     time.Time // of the last one
}

func (t trouble) none() bool { return t.failure == nil }

// host is what the limits count by.
func (h *held) host() string { return hostOf(h.account.Provider.Endpoints.ForRefresh()) }

// hostOf is scheme://host[:port] of an address, cheaply.
func hostOf(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func (h *held) refreshable() bool { return canRefresh(h.grant, h.account.Grant) }

// givenUp reports whether the grant's fate is open and only a person should present it again.
func (h *held) givenUp() bool { return h.grant.Attempt.Presentations >= MaxPresentations }

// waiting reports whether a turn was begun and waits for a slot.
func (h *held) waiting() bool { return h.turn != nil && !h.turn.running }

// validFor is how long the access token is good for at now. A token whose
// expiry nobody states counts as good for ever.
func (h *held) validFor(now time.Time) time.Duration {
	switch {
	case h.grant.AccessToken.IsZero():
		return 0
	case h.grant.ExpiresAt.IsZero():
		return 1<<63 - 1
	}
	return max(0, h.grant.ExpiresAt.Sub(now))
}

// stateAt is how the account stands.
func (h *held) stateAt(now time.Time) State {
	switch {
	case h.account.Pause.At(now):
		return StatePaused
	case h.grant.Refusal.Standing():
		return StateNeedsSignIn
	case h.grant.Attempt.Open() && (h.turn == nil || h.grant.Attempt.Presentations > 1):
		return StateInDoubt
	case h.turn != nil && h.turn.running:
		return StateRefreshing
	case !h.trouble.none() && h.outcome(now) == OutcomeMisconfigured:
		return StateMisconfigured
	case !h.trouble.none():
		return StateRetrying
	case !h.refreshable() && h.validFor(now) == 0:
		return StateNeedsSignIn
	case h.grant.ExpiresAt.IsZero():
		return StateUnknownExpiry
	case !h.refreshable():
		return StateExpiring
	case h.validFor(now) == 0:
		return StateRefreshing // it is due, and about to begin
	}
	return StateFresh
}

// outcome is the last failure's, with time's verdict: an endpoint that has been
// missing for an hour is not a deployment under way.
func (h *held) outcome(now time.Time) Outcome {
	f := h.trouble.failure
	switch f.Said.Status {
	case 404, 405, 410:
		if now.Sub(h.trouble.since) >= longFailing {
			return OutcomeMisconfigured
		}
	}
	return f.Outcome
}

// cause is why the account is not well, for people and callers; nil where it is.
func (h *held) cause(now time.Time) *Error {
	e := &Error{Account: h.account.Name, Provider: h.account.Provider.Name}
	switch h.stateAt(now) {
	case StateNeedsSignIn:
		e.Kind, e.Said = KindSignInNeeded, h.grant.Refusal.Said
		switch {
		case h.grant.Refusal.Interrupted:
			e.Detail = "a refresh was interrupted"
		case !h.grant.Refusal.Standing():
			e.Detail = "the token has expired and there is nothing to refresh it with"
		}
	case StateInDoubt:
		e.Kind, e.Detail = KindInDoubt, "the answer to a refresh was lost"
	case StateMisconfigured:
		e.Kind, e.Said, e.Detail = KindMisconfigured, h.trouble.failure.Said, h.trouble.failure.Detail
	case StateRetrying, StateRefreshing:
		if h.trouble.none() {
			return nil
		}
		e.Kind, e.Said, e.Detail = kindOf(h.outcome(now)), h.trouble.failure.Said, h.trouble.failure.Detail
		if h.unsaved > 0 {
			e.Kind = KindVault
		}
	case StateFresh, StateExpiring, StateUnknownExpiry, StatePaused:
		return nil
	}
	return e
}

// kindOf is what a caller is told of an outcome.
func kindOf(o Outcome) Kind {
	switch o {
	case OutcomeNeedsSignIn:
		return KindSignInNeeded
	case OutcomeMisconfigured:
		return KindMisconfigured
	case OutcomeThrottled:
		return KindThrottled
	case OutcomeIntercepted:
		return KindIntercepted
	case OutcomeTransient, OutcomeAmbiguous, OutcomeUnknown:
		return KindUnreachable
	}
	return KindInternal
}

// nextDue is when the Keeper has to look at the account again; zero: not by itself.
func (h *held) nextDue(now time.Time) time.Time {
	switch {
	case h.account.Pause.At(now):
		return h.account.Pause.Until
	case h.turn != nil, h.grant.Refusal.Standing():
		return time.Time{}
	case h.givenUp():
		return time.Time{}
	case !h.trouble.none():
		return h.trouble.retryAt
	case h.grant.Attempt.Open():
		return h.grant.Attempt.Began // settle it first of all
	case !h.refreshable():
		return h.grant.ExpiresAt // to say that it has ended
	}
	return h.refreshAt()
}

func (h *held) refreshAt() time.Time {
	return RefreshAt(h.grant, h.account.Provider, h.account.Grant, h.jitter)
}

// signInBy is when only a person can help any more; zero: unknown.
func (h *held) signInBy() time.Time {
	if !h.refreshable() {
		return h.grant.ExpiresAt
	}
	if h.account.Grant == ClientCredentials {
		return time.Time{}
	}
	return h.grant.RefreshExpiresAt
}

// status is the account's row in a snapshot.
func (h *held) status(now time.Time) Status {
	s := Status{
		ID: h.account.ID, Name: h.account.Name,
		Provider: h.account.Provider.ID, ProviderName: h.account.Provider.Name, Colour: h.account.Provider.Colour,
		State: h.stateAt(now), Since: h.since, Cause: h.cause(now), SigningIn: h.signingIn > 0,
		ExpiresAt: h.grant.ExpiresAt, IssuedAt: h.grant.IssuedAt, SignInBy: h.signInBy(),
		Identity: h.account.Identity, Scopes: append([]string(nil), h.grant.Scopes...), Grant: h.account.Grant,
	}
	switch {
	case h.account.Pause.At(now):
		s.PausedUntil = h.account.Pause.Until
	case h.turn != nil:
		s.RefreshAt = now
	case h.refreshable():
		s.RefreshAt = h.nextDue(now)
	}
	return s
}
