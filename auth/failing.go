package auth

import (
	"cmp"
	"errors"
	"time"
)

// trip is a turn that ended before a request was sent.
func (k *Keeper) trip(h *held, a Account, err error) *Error {
	var e *Error
	switch {
	case errors.Is(err, ErrNoGrant): // forgotten a moment ago, or soon
		e = &Error{Kind: KindUnknownAccount, Account: a.Name}
	case errors.Is(err, ErrGenerationMoved):
		return k.reread(h, a)
	case errors.As(err, &e):
	default:
		e = &Error{Kind: KindVault, Vault: k.vault.State(), Account: a.Name, Detail: "the refresh could not be noted", Cause: err}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.note(h, &Failure{Outcome: OutcomeTransient, Detail: "the vault could not be written", Cause: err})
	return e
}

// fail records a refresh that brought nothing. It deletes nothing: the refresh
// token stays whatever was answered. Where the client was edited meanwhile, the
// answer is about one that is no more, and the new one has its turn at once.
func (k *Keeper) fail(h *held, a Account, c Client, g Grant, f *Failure) *Error {
	k.mu.Lock()
	f = h.verdict(f)
	first := !h.grant.Refusal.Standing()
	k.mu.Unlock()
	g, saved, err := k.concludeAttempt(h, a, g, f)
	if err != nil {
		return k.reread(h, a)
	}
	k.mu.Lock()
	if !k.adopt(h, g) {
		k.mu.Unlock()
		return nil // it was about a grant that is no more
	}
	k.note(h, f)
	if f.Outcome == OutcomeMisconfigured && h.client != c {
		h.trouble.retryAt = h.trouble.last
	}
	e := k.failed(h, f)
	now := k.now()
	k.mu.Unlock()
	if saved && first && f.Outcome == OutcomeNeedsSignIn && g.graced(a.Provider, now) && k.mayFollow(h) {
		return k.presentPrevious(h, a, c, g, e)
	}
	return e
}

// concludeAttempt writes what became of the attempt that g marks and f ended. It
// reports whether that is on disk; an error says that g is not the grant any more.
func (k *Keeper) concludeAttempt(h *held, a Account, g Grant, f *Failure) (_ Grant, saved bool, _ error) {
	k.marking.RLock()
	defer k.marking.RUnlock()
	stored, err := k.vault.Grant(a.ID)
	if err != nil || stored.Generation != g.Generation {
		return g, false, cmp.Or(err, ErrGenerationMoved)
	}
	k.mu.Lock()
	g.takeTimes(h.grant)
	g.conclude(f, &a.Provider, k.now())
	k.mu.Unlock()
	if g.Attempt == stored.Attempt && g.Refusal == stored.Refusal {
		return g, true, nil
	}
	switch err := k.vault.PutGrant(a.ID, g.Generation, g); {
	case errors.Is(err, ErrGenerationMoved), errors.Is(err, ErrNoGrant):
		return g, false, err
	case err != nil:
		k.log.Warn("the end of an attempt was not saved", "account", a.ID, "error", err)
		return g, false, nil
	}
	return g, true, nil
}

// verdict is f in the light of the failure before it.
func (h *held) verdict(f *Failure) *Failure {
	rules := h.account.Provider.Errors
	before := h.trouble.failure
	if f.Outcome != OutcomeUnknown || before == nil || before.Outcome != OutcomeUnknown ||
		!rules.takesBadRequest(f.Said) || !rules.takesBadRequest(before.Said) {
		return f
	}
	final := *f
	final.Outcome = OutcomeNeedsSignIn
	return &final
}

// conclude says in g what became of the attempt at p that ended with f.
func (g *Grant) conclude(f *Failure, p *Provider, now time.Time) {
	switch {
	case f.Outcome == OutcomeNeedsSignIn && g.Refusal.Standing():
		g.Refusal.Said, g.Attempt = f.Said, Attempt{} // the same, said once more
	case g.Refusal.Standing(): // nothing new is known
		g.Attempt = Attempt{}
		g.Refusal.Rechecked = g.Refusal.Rechecked && !f.unreached()
	case f.Outcome == OutcomeNeedsSignIn:
		g.Refusal = Refusal{At: now, Said: f.Said, Interrupted: g.Attempt.Presentations > 1 && !g.stays(p)}
		g.Attempt = Attempt{}
	case f.Outcome == OutcomeAmbiguous: // the mark stays
	default: // this presentation did nothing; one before it may have
		if g.Attempt.Presentations--; g.Attempt.Presentations <= 0 {
			g.Attempt = Attempt{}
		}
	}
}

// stays reports whether g's refresh token may be presented as often as one likes: p
// says that a refresh leaves it as it is, and the last one did.
func (g *Grant) stays(p *Provider) bool {
	return p.Rotation.RefreshToken == RefreshTokenStays && g.PreviousRefreshToken.IsZero()
}

// graced reports whether the provider says that it still takes the refresh token
// before the one that it refused.
func (g *Grant) graced(p Provider, now time.Time) bool {
	since := now.Sub(g.IssuedAt)
	return p.Rotation.Grace > 0 && !g.PreviousRefreshToken.IsZero() && since >= 0 && since <= p.Rotation.Grace
}

// presentPrevious presents the refresh token before the one that was refused,
// once: the refusal, which is on disk, keeps it from being presented again. Where
// it brings nothing the refusal e stands.
func (k *Keeper) presentPrevious(h *held, a Account, c Client, g Grant, e *Error) *Error {
	g.RefreshToken = g.PreviousRefreshToken
	answer, failure := k.ask(h, a, c, &g)
	if failure != nil {
		return e
	}
	k.log.Info("the refresh token before the last one was still taken", "account", a.ID)
	return k.save(h, a, c, g.Generation, Renewed(g, answer, a.Provider, a.Scopes))
}

// failed is what callers are told of f. Called with mu held.
func (k *Keeper) failed(h *held, f *Failure) *Error {
	e := &Error{Kind: kindOf(h.outcome(k.now())), Account: h.account.Name, Provider: h.account.Provider.Name, Said: f.Said, Detail: f.Detail, Cause: f}
	switch {
	case h.grant.Refusal.Standing():
		e.Kind, e.Said = KindSignInNeeded, h.grant.Refusal.Said
	case h.givenUp() && f.Outcome == OutcomeAmbiguous:
		e.Kind = KindInDoubt
	}
	if h.grant.Refusal.Interrupted {
		e.Detail = "a refresh was interrupted"
	}
	return e
}

// failedAt is what somebody is told whose turn waited for x, which is failing.
func (h *held) failedAt(x *host) *Error {
	return &Error{
		Kind: kindOf(x.failure.Outcome), Account: h.account.Name, Provider: h.account.Provider.Name,
		Said: x.failure.Said, Detail: x.failure.Detail,
	}
}

// note keeps f as h's trouble and says when to try again. Called with mu held.
func (k *Keeper) note(h *held, f *Failure) {
	now := k.now()
	if h.trouble.none() || !f.like(h.trouble.failure) {
		h.trouble.since = now
		h.trouble.failures = min(h.trouble.failures, fullRamp)
	}
	h.trouble.failure, h.trouble.last = f, now
	h.trouble.failures++
	h.trouble.retryAt = now.Add(k.waitAfter(h, f))
}

// waitAfter is how long to leave a provider alone after f. Called with mu held.
func (k *Keeper) waitAfter(h *held, f *Failure) time.Duration {
	switch h.outcome(k.now()) {
	case OutcomeMisconfigured:
		return settingsRetry
	case OutcomeAmbiguous:
		if h.inDoubt() {
			return doubtLate
		}
	case OutcomeThrottled, OutcomeUnknown, OutcomeTransient, OutcomeIntercepted, OutcomeNeedsSignIn:
	}
	return max(f.RetryAfter, backoff(h.trouble.failures, k.random(), limitOf(f)))
}
