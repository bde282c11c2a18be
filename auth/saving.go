package auth

import (
	"context"
	"errors"
	"time"
)

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
		return k.holdUnsaved(h, a, c, g, err)
	}
	k.mu.Lock()
	if k.accounts[a.ID] != h { // forgotten since it was written
		k.mu.Unlock()
		k.revokeLate(a, c, g)
		return &Error{Kind: KindUnknownAccount, Account: a.Name}
	}
	defer k.mu.Unlock()
	if !k.adopt(h, g) {
		return nil
	}
	h.renewed = k.now()
	k.log.Info("refreshed", "account", a.ID, "generation", g.Generation, "expires", g.ExpiresAt)
	if g.Unverified {
		k.note(h, &Failure{Outcome: OutcomeTransient, Said: Said{Status: 200}, Detail: "the answer was damaged"})
		return &Error{Kind: KindUnreachable, Account: a.Name, Provider: a.Provider.Name, Detail: "the provider's answer was damaged; the refresh token in it was saved"}
	}
	h.trouble = trouble{}
	return nil
}

// adopt has h hold g, which is on disk, unless a person's sign-in has put a newer
// grant in its place since; it reports which. What is in memory alone gives way:
// the disk has the last word. Called with mu held.
func (k *Keeper) adopt(h *held, g Grant) bool {
	if h.unsaved == 0 && h.grant.Generation > g.Generation {
		return false
	}
	if g.Generation != h.grant.Generation {
		h.jitter = k.random()
	}
	h.grant, h.unsaved = g, 0
	return true
}

// revokeLate asks the provider to forget a grant that nobody wants any more.
func (k *Keeper) revokeLate(a Account, c Client, g Grant) {
	ctx, cancel := context.WithTimeout(k.working, revokeTime)
	defer cancel()
	if err := k.wire.Revoke(ctx, a.Provider, c, g); err != nil {
		k.log.Info("a late answer was not revoked", "account", a.ID, "error", err)
	}
}

// reread takes up the grant that is on disk: somebody else wrote a newer one, or
// our own is there although writing it was reported as a failure.
func (k *Keeper) reread(h *held, a Account) *Error {
	g, err := k.vault.Grant(a.ID)
	if err != nil {
		return k.trip(h, a, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.adopt(h, g) {
		h.trouble = trouble{}
	}
	return nil
}

// holdUnsaved keeps a new grant in memory that could not be written, so that its
// refresh token is not lost while the process lives. It is written again soon,
// and once more when the Keeper closes.
func (k *Keeper) holdUnsaved(h *held, a Account, c Client, g Grant, cause error) *Error {
	k.log.Error("a new grant could not be saved; it is held in memory", "account", a.ID, "error", cause)
	k.mu.Lock()
	if k.accounts[a.ID] != h { // and nobody wants it any more
		k.mu.Unlock()
		k.revokeLate(a, c, g)
		return &Error{Kind: KindUnknownAccount, Account: a.Name}
	}
	defer k.mu.Unlock()
	if h.unsaved == 0 && h.grant.Generation >= g.Generation {
		return nil // a person's sign-in is in its place
	}
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
