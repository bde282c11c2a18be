package auth

import (
	"context"
	"errors"
	"time"
)

// requester says for whom a request is made.
type requester int

const (
	background requester = iota
	person
)

// turn is one account's refresh under way: whoever wants the same thing
// meanwhile waits for it. Written before done is closed, read after.
type turn struct {
	done    chan struct{}
	running bool
	host    string
	who     requester
	err     *Error // nil: there is a new token
}

// begin starts a turn for h, or returns the one under way. Called with mu held.
func (k *Keeper) begin(h *held, who requester) *turn {
	t := h.turn
	if t == nil {
		t = &turn{done: make(chan struct{}), who: who}
		h.turn = t
	}
	if who == person {
		t.who = person
	}
	k.launch(h)
	if h.turn != nil {
		k.settle(h)
	}
	return t
}

// launch runs h's turn where it isn't running and there is a slot. Called with mu held.
func (k *Keeper) launch(h *held) {
	t := h.turn
	switch {
	case !h.waiting():
		return
	case k.closed:
		k.end(h, &Error{Kind: KindAgent, Detail: "the agent is finishing"})
		return
	case k.person.barred:
		k.end(h, lockedError())
		return
	case !k.gate.enter(h, t.who):
		return // parked; whoever leaves brings it back
	}
	t.running, t.host = true, h.host()
	k.turns.Add(1)
	go k.run(h, t) // ends by itself, at the latest when Close calls stop
}

// run is a turn from its beginning to its end.
func (k *Keeper) run(h *held, t *turn) {
	defer k.turns.Done()
	err := k.refresh(h)
	k.noteRefresh(h, err)
	k.mu.Lock()
	k.end(h, err)
	for _, parked := range k.gate.leave(t.host) {
		k.launch(parked)
	}
	k.mu.Unlock()
	k.changed()
}

// end closes h's turn with err. Called with mu held.
func (k *Keeper) end(h *held, err *Error) {
	t := h.turn
	t.err = err
	h.turn = nil
	if k.accounts[h.account.ID] == h {
		k.settle(h)
	}
	close(t.done)
}

// refresh replaces h's grant once: begun is durable before the request leaves,
// the answer before anyone sees it. Only the turn's own goroutine calls it.
func (k *Keeper) refresh(h *held) *Error {
	k.mu.Lock()
	account, client, unsaved, grant := h.account, h.client, h.unsaved > 0, h.grant
	k.mu.Unlock()
	if unsaved {
		return k.save(h, account, client, grant.Generation-1, grant)
	}
	for {
		g, err := k.beginAttempt(account)
		if err != nil {
			return k.trip(h, account, err)
		}
		answer, err := k.ask(account, client, g)
		if err == nil {
			return k.save(h, account, client, g.Generation, Renewed(g, answer, account.Provider, account.Scopes))
		}
		var failure *Failure
		if !errors.As(err, &failure) {
			failure = &Failure{Outcome: OutcomeUnknown, Cause: err}
		}
		k.log.Info("refresh brought nothing", "account", account.ID, "outcome", failure.Outcome, "status", failure.Said.Status, "code", failure.Said.Code)
		if failure.Outcome != OutcomeAmbiguous || g.Attempt.Presentations != 1 || !k.pause(doubtSoon) {
			return k.fail(h, account, client, g, failure)
		}
	}
}

// beginAttempt reads the grant again and marks on disk that its refresh token is
// about to be presented. Where there is none to present no mark is needed.
func (k *Keeper) beginAttempt(a Account) (Grant, error) {
	g, err := k.vault.Grant(a.ID)
	if err != nil {
		return Grant{}, err
	}
	if a.Grant == ClientCredentials {
		return g, nil
	}
	if !g.Attempt.Open() {
		g.Attempt.Began = k.clock.Wall()
	}
	g.Attempt.Presentations++
	return g, k.vault.PutGrant(a.ID, g.Generation, g)
}

// ask sends the one request.
func (k *Keeper) ask(a Account, c Client, g Grant) (Answer, error) {
	if a.Grant == ClientCredentials {
		return k.wire.ClientCredentials(k.working, a.Provider, c, a.Scopes)
	}
	return k.wire.Refresh(k.working, a.Provider, c, g)
}

// pause waits for d; false: the Keeper is closing.
func (k *Keeper) pause(d time.Duration) bool {
	wake, stop := k.clock.After(d)
	defer stop()
	select {
	case <-wake:
		return true
	case <-k.working.Done():
		return false
	}
}

// save makes g durable in place of the generation was, and only then publishes it.
func (k *Keeper) save(h *held, a Account, c Client, was Generation, g Grant) *Error {
	switch err := k.vault.PutGrant(a.ID, was, g); {
	case errors.Is(err, ErrNoGrant):
		// Forgotten meanwhile: what came late must not live on at the provider.
		k.revokeLate(a, c, g)
		return &Error{Kind: KindUnknownAccount, Account: a.Name}
	case errors.Is(err, ErrGenerationMoved):
		return k.reread(h, a)
	case err != nil:
		return k.holdUnsaved(h, a, g, err)
	}
	k.mu.Lock()
	h.grant, h.trouble, h.unsaved, h.jitter = g, trouble{}, 0, k.random()
	k.mu.Unlock()
	k.log.Info("refreshed", "account", a.ID, "generation", g.Generation, "expires", g.ExpiresAt)
	if g.Unverified {
		return &Error{Kind: KindUnreachable, Account: a.Name, Provider: a.Provider.Name, Detail: "the provider's answer was damaged; the refresh token in it was saved"}
	}
	return nil
}

// revokeLate asks the provider to forget a grant that nobody wants any more.
func (k *Keeper) revokeLate(a Account, c Client, g Grant) {
	ctx, cancel := context.WithTimeout(k.working, revokeTime)
	defer cancel()
	if err := k.wire.Revoke(ctx, a.Provider, c, g); err != nil {
		k.log.Info("a late answer was not revoked", "account", a.ID, "error", err)
	}
}

// reread takes up the grant that somebody else wrote meanwhile; it is newer.
func (k *Keeper) reread(h *held, a Account) *Error {
	g, err := k.vault.Grant(a.ID)
	if err != nil {
		return k.trip(h, a, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	h.grant, h.trouble = g, trouble{}
	return nil
}

// holdUnsaved keeps a new grant in memory that could not be written, so that its
// refresh token is not lost while the process lives. It is written again soon,
// and once more when the Keeper closes.
func (k *Keeper) holdUnsaved(h *held, a Account, g Grant, cause error) *Error {
	k.log.Error("a new grant could not be saved; it is held in memory", "account", a.ID, "error", cause)
	k.mu.Lock()
	defer k.mu.Unlock()
	h.grant = g
	h.unsaved++
	now := k.clock.Wall()
	h.trouble = trouble{
		failure: &Failure{Outcome: OutcomeTransient, Detail: notSaved, Cause: cause},
		since:   now, last: now, failures: h.unsaved,
		retryAt: now.Add(min(maxUnsavedWait, firstUnsavedWait<<min(h.unsaved-1, 6))),
	}
	return &Error{Kind: KindVault, Vault: k.vault.State(), Account: a.Name, Detail: notSaved, Cause: cause}
}

const (
	notSaved = "the new refresh token could not be saved yet"
	// A grant that could not be written is written again after 1, 2, 4 … 60 s.
	firstUnsavedWait = time.Second
	maxUnsavedWait   = time.Minute
)

// trip is a turn that ended before a request was sent.
func (k *Keeper) trip(h *held, a Account, err error) *Error {
	var e *Error
	switch {
	case errors.Is(err, ErrNoGrant):
		return &Error{Kind: KindUnknownAccount, Account: a.Name}
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
	stored, err := k.vault.Grant(a.ID)
	if err != nil || stored.Generation != g.Generation {
		return k.reread(h, a)
	}
	interrupted := stored.Attempt.Presentations > 1
	switch f.Outcome {
	case OutcomeAmbiguous: // the mark stays
	case OutcomeNeedsSignIn:
		stored.Refusal = Refusal{At: k.clock.Wall(), Said: f.Said, Interrupted: interrupted}
		stored.Attempt = Attempt{}
	default: // this presentation did nothing; one before it may have
		if stored.Attempt.Presentations--; stored.Attempt.Presentations <= 0 {
			stored.Attempt = Attempt{}
		}
	}
	if stored.Attempt != g.Attempt || stored.Refusal.Standing() {
		if err := k.vault.PutGrant(a.ID, stored.Generation, stored); err != nil {
			k.log.Warn("the end of an attempt was not saved", "account", a.ID, "error", err)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	h.grant = stored
	k.note(h, f)
	if f.Outcome == OutcomeMisconfigured && h.client != c {
		h.trouble.retryAt = h.trouble.last
	}
	return k.failed(h, f)
}

// failed is what callers are told of f. Called with mu held.
func (k *Keeper) failed(h *held, f *Failure) *Error {
	e := &Error{Kind: kindOf(h.outcome(k.clock.Wall())), Account: h.account.Name, Provider: h.account.Provider.Name, Said: f.Said, Detail: f.Detail, Cause: f}
	if h.givenUp() && f.Outcome == OutcomeAmbiguous {
		e.Kind = KindInDoubt
	}
	if h.grant.Refusal.Interrupted {
		e.Detail = "a refresh was interrupted"
	}
	return e
}

// note keeps f as h's trouble and says when to try again. Called with mu held.
func (k *Keeper) note(h *held, f *Failure) {
	now := k.clock.Wall()
	if h.trouble.none() {
		h.trouble.since = now
	}
	h.trouble.failure, h.trouble.last = f, now
	h.trouble.failures++
	h.trouble.retryAt = now.Add(k.waitAfter(h, f))
}

// waitAfter is how long to leave a provider alone after f. Called with mu held.
func (k *Keeper) waitAfter(h *held, f *Failure) time.Duration {
	wait := Backoff(h.trouble.failures, k.random())
	switch h.outcome(k.clock.Wall()) {
	case OutcomeMisconfigured:
		return settingsRetry
	case OutcomeThrottled:
		return max(wait, f.RetryAfter)
	case OutcomeAmbiguous:
		return doubtLate
	case OutcomeUnknown:
		return min(unknownBackoff, wait*4)
	case OutcomeTransient, OutcomeIntercepted, OutcomeNeedsSignIn:
	}
	return max(wait, f.RetryAfter)
}
