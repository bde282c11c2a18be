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

	jitter   float64 // of this generation, in [0, 1)
	state    State   // as last settled
	since    time.Time
	lasting  lasting
	renewed  time.Time // when the last new token came; zero: not in this process
	handed   time.Time // when somebody got the token last; zero: not yet
	doubtful bool      // its fate was open when the vault was opened, and still is
	dropped  bool      // forgotten, or let go by Lock: it is no account any more

	due       time.Time // when the Keeper looks at it again; zero: not by itself
	server    *host     // where its requests go; nil: not looked up yet
	index     int       // in the queue; -1: not queued
	line      *host     // where it waits for a background request; nil: nowhere
	lineIndex int       // in a pile of line; -1: in none
	rank      int64     // in that pile, the lowest first
}

// trouble is why the last refresh brought nothing.
type trouble struct {
	failure  *Failure
	since    time.Time // of the first failure of its kind in a row
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

// inDoubt reports whether an answer may have been lost that replaced the refresh token.
func (h *held) inDoubt() bool {
	return h.grant.Attempt.Open() && !h.grant.stays(&h.account.Provider)
}

// givenUp reports whether the grant's fate is open and only a person should present it again.
func (h *held) givenUp() bool {
	return h.grant.Attempt.Presentations >= MaxPresentations && h.inDoubt()
}

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
	left := max(0, h.grant.ExpiresAt.Sub(now))
	if h.fromTheFuture(now) {
		return min(left, h.grant.Lifetime())
	}
	return left
}

// fromTheFuture reports whether the calendar was set back since the token was
// given, while nobody looked: when it ends is not known then.
func (h *held) fromTheFuture(now time.Time) bool { return h.grant.IssuedAt.After(now.Add(setBack)) }

// stateAt is how the account stands.
func (h *held) stateAt(now time.Time) State {
	switch {
	case h.account.Pause.At(now):
		return StatePaused
	case h.grant.Refusal.Standing():
		return StateNeedsSignIn
	case h.inDoubt() && (h.turn == nil || h.grant.Attempt.Presentations > 1):
		return StateInDoubt
	case h.turn != nil && h.turn.running:
		return StateRefreshing
	case !h.trouble.none() && h.outcome(now) == OutcomeMisconfigured:
		return StateMisconfigured
	case !h.trouble.none(), h.blocked():
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

// blocked reports whether it is due and its host serves nobody.
func (h *held) blocked() bool { return h.line != nil && h.line.open }

// lasting is the last state that was no refresh: one that may outlast refreshes.
type lasting struct {
	state State
	since time.Time
}

// become has h be in state, which it may have been already. A refresh that changes
// nothing interrupts nothing: an account is connected, or being tried again, since
// before it, and what is tried again is so meanwhile.
func (h *held) become(state State, now time.Time) {
	switch {
	case state == h.state:
		return
	case state != StateRefreshing && state != h.lasting.state:
		h.lasting = lasting{state, now}
		if h.grant.Refusal.Standing() && state == StateNeedsSignIn {
			h.lasting.since = h.grant.Refusal.At
		}
	}
	h.state, h.since = state, h.lasting.since
	if state == StateRefreshing && !h.lasting.state.troubled() {
		h.since = now
	}
}

// troubled reports whether refreshing is tried again and again in s.
func (s State) troubled() bool {
	return s == StateRetrying || s == StateInDoubt || s == StateMisconfigured
}

// outcome is the last failure's, with time's verdict: an endpoint that has been
// missing for an hour is not a deployment under way, and what nobody knows and
// lasts for a day does not pass by itself; somebody has to look at the settings.
// An outage before, or in between, is no part of that time.
func (h *held) outcome(now time.Time) Outcome {
	f, lasted := h.trouble.failure, now.Sub(h.trouble.since)
	switch {
	case f.missing() && lasted >= longFailing, f.Outcome == OutcomeUnknown && lasted >= longUnknown:
		return OutcomeMisconfigured
	}
	return f.Outcome
}

// nextDue is when the Keeper has to look at the account again; zero: not by itself.
func (h *held) nextDue(now time.Time) time.Time {
	switch {
	case h.account.Pause.At(now):
		return h.account.Pause.Until
	case h.turn != nil:
		return time.Time{}
	case h.grant.Refusal.Standing():
		return h.recheckAt()
	case h.givenUp():
		return time.Time{}
	case !h.trouble.none():
		return h.trouble.retryAt
	case h.grant.Attempt.Open():
		return sooner(now, h.grant.Attempt.Began) // settle it first of all
	case !h.refreshable():
		return h.grant.ExpiresAt // to say that it has ended
	}
	return h.refreshAt(now)
}

// recheckAt is when a grant that was refused is presented once more, by itself:
// an hour later, and not while a token still serves that this could end. Zero: it was.
func (h *held) recheckAt() time.Time {
	if h.grant.Refusal.Rechecked || !h.refreshable() {
		return time.Time{}
	}
	at := later(h.grant.Refusal.At.Add(recheckAfter), h.trouble.retryAt)
	if !h.grant.AccessToken.IsZero() {
		at = later(at, h.grant.ExpiresAt)
	}
	return at
}

// refreshAt is when the token is replaced. Where that ends the old one it waits a
// little for whoever has just got it. A second passes between two, whatever the
// provider says of lifetimes.
func (h *held) refreshAt(now time.Time) time.Time {
	p := &h.account.Provider
	at := RefreshAt(h.grant, *p, h.account.Grant, h.jitter)
	if at.IsZero() {
		return at
	}
	if h.fromTheFuture(now) {
		at = now
	}
	if p.Rotation.KillsOldAccessToken && !h.handed.IsZero() {
		at = later(at, h.usedUntil(at))
	}
	if h.renewed.IsZero() {
		return at
	}
	return later(at, h.renewed.Add(minBackoff))
}

// usedUntil is for how long whoever got the token last is left the use of it, where it
// is to be replaced at due.
func (h *held) usedUntil(due time.Time) time.Time {
	life := h.grant.Lifetime()
	if life == 0 { // nobody states it
		return sooner(h.handed, due).Add(usualValidity)
	}
	return sooner(h.handed.Add(UsualValidity(life)), h.grant.ExpiresAt.Add(-leastMargin(life)))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func sooner(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
