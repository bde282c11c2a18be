package auth

import (
	"context"
	"time"
)

// Hand returns a token for id, as the Desk's Token does, to a person who will use it.
// The error is of KindSignInNeeded when only a person can help, KindUnknownAccount when
// there is no such account. A refresh that was begun goes on when ctx ends.
func (k *Keeper) Hand(ctx context.Context, id AccountID, want Want) (Token, error) {
	return k.obtainToken(ctx, id, want, asker{k.untimely, true})
}

// Refresh asks the provider for a new token now, whatever is stored. It is a person
// who does, and who may know better than what keeps programs from it: a throttle
// that the provider has lifted, an answer that was lost. Errors are those of Token.
func (k *Keeper) Refresh(ctx context.Context, id AccountID) error {
	_, err := k.obtainToken(ctx, id, Want{Force: true}, asker{k.impossible, true})
	return err
}

// bar is why the provider is not asked for h's token now; nil where it is. It is
// called with mu held.
type bar func(h *held, now time.Time, want Want) *Error

// asker is who wants a token: what keeps them from asking the provider, and whether
// they are a person, who waits behind no program.
type asker struct {
	barred bar
	person bool
}

// obtainToken is Hand, for who.
func (k *Keeper) obtainToken(ctx context.Context, id AccountID, want Want, who asker) (Token, error) {
	if err := k.ready(ctx); err != nil {
		return Token{}, err
	}
	want = k.wanted(want)
	k.rouse(ctx, id)
	k.mu.Lock()
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return Token{}, k.unknown(id)
	}
	now := k.look()
	if want.Validity < 0 {
		want.Validity = UsualValidity(h.grant.Lifetime())
	}
	if !want.Force && h.goodFor(now, want.Validity) {
		defer k.mu.Unlock()
		return k.hand(h, now), nil
	}
	if h.account.Pause.At(now) {
		defer k.mu.Unlock()
		return h.whilePaused(now, want)
	}
	if e := who.barred(h, now, want); e != nil {
		defer k.mu.Unlock()
		return h.orTrouble(now, want, e)
	}
	t := k.begin(h, who)
	k.mu.Unlock()
	k.changed()

	select {
	case <-t.done:
	case <-ctx.Done():
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.person.barred {
		return Token{}, lockedError() // what came is kept, and given to nobody
	}
	select {
	case <-t.done:
		if t.err != nil {
			return h.orTrouble(k.now(), want, t.err)
		}
		return k.hand(h, k.now()), nil
	default:
		return h.orTrouble(k.now(), want, &Error{
			Kind: KindUnreachable, Account: h.account.Name, Provider: h.account.Provider.Name,
			Detail: "the provider has not answered yet", Cause: ctx.Err(),
		})
	}
}

// hand is h's token, for somebody who will use it. Called with mu held.
func (k *Keeper) hand(h *held, now time.Time) Token {
	if h.account.Provider.Rotation.KillsOldAccessToken {
		h.handed = now
		k.settle(h)
	}
	return h.token()
}

// goodFor reports whether the stored token will do. A caller that asks for as
// much as a token's whole life gets one that has most of it left. One whose end
// nobody states will do until it should have been replaced.
func (h *held) goodFor(now time.Time, want time.Duration) bool {
	if h.fromTheFuture(now) {
		return false
	}
	left := h.validFor(now)
	if h.grant.ExpiresAt.IsZero() && h.refreshable() {
		return left > 0 && now.Before(h.grant.IssuedAt.Add(Interval(h.account.Provider)))
	}
	if life := h.grant.Lifetime(); life > 0 {
		want = min(want, life-Margin(life, h.account.Provider))
	}
	return left > 0 && left >= want
}

// impossible is why asking the provider would be of no use, whoever wants it.
func (k *Keeper) impossible(h *held, _ time.Time, _ Want) *Error {
	if h.turn != nil {
		return nil // join it
	}
	if h.grant.Refusal.Standing() || !h.refreshable() {
		return &Error{
			Kind: KindSignInNeeded, Account: h.account.Name, Provider: h.account.Provider.Name,
			Said: h.grant.Refusal.Said, Detail: h.refusedBecause(),
		}
	}
	if shown := k.clock.Wall(); !k.timeline.sane(shown) {
		return &Error{
			Kind: KindUnreachable, Account: h.account.Name, Provider: h.account.Provider.Name,
			Detail: "the clock of this computer shows " + shown.Format(time.DateOnly) + ", which can't be right",
		}
	}
	return nil
}

// barred is untimely for programs, which ask in loops: until the next try is due
// they are told what is known.
func (k *Keeper) barred(h *held, now time.Time, want Want) *Error {
	return k.tooSoon(h, now, want, mostBetweenTries)
}

// untimely is impossible for whoever wants a token, and not that the provider is
// asked whatever it said.
func (k *Keeper) untimely(h *held, now time.Time, want Want) *Error {
	return k.tooSoon(h, now, want, minBetweenTries)
}

// tooSoon is impossible, and why it is too soon for somebody who waits for the next
// try, but no longer than most since the last one. Also where they insist neither is
// a provider asked before it wants to be, nor a grant presented again whose fate only
// a person should find out.
func (k *Keeper) tooSoon(h *held, now time.Time, want Want, most time.Duration) *Error {
	if e := k.impossible(h, now, want); e != nil || h.turn != nil {
		return e
	}
	mono := k.clock.Mono()
	switch x := k.gate.host(h); {
	case h.givenUp():
		return h.cause(now)
	case x.failure != nil && mono < x.quietUntil:
		return h.throttledFor(x, x.quietUntil-mono)
	case want.Force:
		return nil
	case x.failure != nil && x.open && !x.probing && mono-x.last < x.failure.standsFor(x.probeAt-x.last, most):
		return h.failedAt(x)
	case h.trouble.none():
		return nil
	case h.trouble.failure.RetryAfter > 0 && now.Before(h.trouble.retryAt),
		now.Sub(h.trouble.last) < h.trouble.failure.standsFor(h.trouble.retryAt.Sub(h.trouble.last), most):
		return h.cause(now)
	}
	return nil
}

// throttledFor is failedAt where x wants to be left alone for d.
func (h *held) throttledFor(x *host, d time.Duration) *Error {
	e := h.failedAt(x)
	e.Kind, e.Detail = KindThrottled, "not to be asked again for "+max(d, time.Second).Round(time.Second).String()
	return e
}

// whilePaused is the stored token while it is valid. A paused account asks its
// provider for nothing, also where somebody insists.
func (h *held) whilePaused(now time.Time, want Want) (Token, error) {
	if want.Force || h.validFor(now) == 0 {
		return Token{}, &Error{Kind: KindPaused, Account: h.account.Name, Provider: h.account.Provider.Name}
	}
	token := h.token()
	if h.fromTheFuture(now) {
		token.Trouble = &Error{
			Kind: KindPaused, Account: h.account.Name, Provider: h.account.Provider.Name,
			Detail: "the clock of this computer was set back since the token was given; it may have expired",
		}
	}
	return token, nil
}

func (h *held) refusedBecause() string {
	switch {
	case h.grant.Refusal.Interrupted:
		return "a refresh was interrupted"
	case !h.grant.Refusal.Standing():
		return "there is nothing to refresh with"
	}
	return ""
}

// orTrouble is the stored token with e as its Trouble where it is still valid and
// nobody insisted on a new one, and e otherwise.
func (h *held) orTrouble(now time.Time, want Want, e *Error) (Token, error) {
	if want.Force || h.validFor(now) == 0 {
		return Token{}, e
	}
	t := h.token()
	t.Trouble = e
	return t, nil
}

func (h *held) token() Token { return h.grant.Token() }
