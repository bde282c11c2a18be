package auth

import "time"

// status is the account's row in a snapshot, where the clocks show now and mono.
func (h *held) status(now time.Time, mono time.Duration) Status {
	s := Status{
		ID: h.account.ID, Name: h.account.Name,
		Provider: h.account.Provider.ID, ProviderName: h.account.Provider.Name, Colour: h.account.Provider.Colour,
		State: h.stateAt(now), Since: h.since, Cause: h.cause(now), SigningIn: h.signingIn > 0,
		ExpiresAt: h.grant.ExpiresAt, IssuedAt: h.grant.IssuedAt, SignInBy: h.signInBy(),
		Identity: h.account.Identity, Scopes: append([]string(nil), h.grant.Scopes...), Grant: h.account.Grant,
	}
	s.Tried = h.trouble.last
	if h.blocked() {
		s.Tried = later(s.Tried, now.Add(h.line.last-mono))
	}
	switch {
	case h.account.Pause.At(now):
		s.PausedUntil = h.account.Pause.Until
	case h.grant.Refusal.Standing():
	case h.turn != nil, h.line != nil:
		s.RefreshAt = now
		if h.blocked() {
			s.RefreshAt = now.Add(h.line.tryIn(mono))
		}
	case h.refreshable():
		s.RefreshAt = h.nextDue(now)
	}
	return s
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
		switch {
		case h.trouble.none() && h.blocked():
			e.Kind, e.Said, e.Detail = kindOf(h.line.failure.Outcome), h.line.failure.Said, h.line.failure.Detail
			return e
		case h.trouble.none():
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
