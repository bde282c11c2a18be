package auth

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// Reconnect signs in again at the account's provider and keeps everything else.
// Where somebody else signs in nothing is replaced (KindOtherPerson) until Replace
// says so. Where the person asked for somebody else it counts as that unless the
// provider says that it is the same one; an account of nobody in particular becomes theirs.
func (k *Keeper) Reconnect(ctx context.Context, id AccountID, how Reconnection, tell func(SignInStep)) (Status, error) {
	if err := k.ready(ctx); err != nil {
		return Status{}, err
	}
	ctx, done, err := k.attend(ctx)
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
	account, client := h.account, h.client
	h.signingIn++
	k.mu.Unlock()
	k.changed()
	defer func() {
		k.mu.Lock()
		h.signingIn--
		k.mu.Unlock()
		k.changed()
	}()
	answer, err := k.obtain(ctx, attempt{
		name: account.Name, provider: account.Provider, client: client, scopes: account.Scopes,
		grant: account.Grant, timeout: cmp.Or(max(how.Timeout, 0), DefaultSignInTime), hint: hintFor(account, how), another: how.Another,
	}, tell)
	if err != nil {
		err = signInError(ctx, err, account.Name, account.Provider.Name)
		k.noteFailure(id, EventSignInFailed, err)
		return Status{}, err
	}
	was, is := account.Identity, answer.Identity
	alike := compare(was, is)
	if alike == otherPerson || alike == cannotTell && how.Another && was != (Identity{}) {
		return Status{}, k.holdBack(h, answer)
	}
	if was != (Identity{}) {
		is = was
	}
	s, err := k.replaceGrant(h, answer, is)
	if err == nil {
		k.noteEvent(id, Event{What: EventSignedIn})
		k.rouse(ctx, id)
	}
	return s, err
}

// hintFor is the login_hint of an account: OpenID Connect knows it (Core §3.1.2.1),
// other providers may take offence.
// Whoever asks for somebody else expects nobody.
func hintFor(a Account, how Reconnection) string {
	if how.Another || !slices.Contains(a.Scopes, "openid") {
		return ""
	}
	return a.Identity.Email
}

// replaceGrant stores what a person's sign-in brought in place of whatever the
// vault holds: a person's word is newer than any refresh. The account is who's
// afterwards; where the grant can't be stored it stays as it was. What was brought
// for an account that was forgotten meanwhile is revoked.
func (k *Keeper) replaceGrant(h *held, answer Answer, who Identity) (Status, error) {
	k.mu.Lock()
	account, client := h.account, h.client
	k.mu.Unlock()
	s, err := k.putSignIn(h, answer, who)
	if errors.Is(err, ErrUnknownAccount) {
		k.revokeLate(account, client, Renewed(Grant{}, answer, account.Provider, account.Scopes))
	}
	return s, err
}

// putSignIn is replaceGrant here, whatever the provider has to know of it.
func (k *Keeper) putSignIn(h *held, answer Answer, who Identity) (Status, error) {
	k.naming.Lock() // one change at a time
	defer k.naming.Unlock()
	k.mu.Lock()
	account := h.account
	k.mu.Unlock()
	was := account
	account.Identity = who
	if account.Identity != was.Identity {
		if err := k.vault.PutAccount(account); err != nil {
			return Status{}, vaultError(err, k.vault.State(), account.Name)
		}
	}
	g, err := k.putNewest(account, answer)
	if err != nil {
		if account.Identity != was.Identity {
			err = errors.Join(err, k.vault.PutAccount(was))
		}
		return Status{}, vaultError(err, k.vault.State(), account.Name)
	}
	k.mu.Lock()
	if k.accounts[account.ID] != h {
		k.mu.Unlock()
		return Status{}, &Error{Kind: KindUnknownAccount, Account: account.Name}
	}
	h.account.Identity = account.Identity
	h.grant, h.trouble, h.unsaved, h.jitter = g, trouble{}, 0, k.random()
	other := k.takeOther(h)
	k.settle(h)
	status := h.status(k.clock.Wall(), k.clock.Mono())
	k.mu.Unlock()
	k.noteInVain(h, other)
	k.changed()
	return status, nil
}

// putNewest stores the grant of answer as the newest of a. One that is on disk
// although writing it was reported as a failure is stored: the one before it is
// gone, and there is nothing a person could do but sign in once more.
func (k *Keeper) putNewest(a Account, answer Answer) (Grant, error) {
	for {
		old, err := k.vault.Grant(a.ID)
		if err != nil {
			return Grant{}, err
		}
		g := Renewed(Grant{Generation: old.Generation, SignedInAt: k.clock.Wall()}, answer, a.Provider, a.Scopes)
		err = k.vault.PutGrant(a.ID, old.Generation, g)
		switch {
		case errors.Is(err, ErrGenerationMoved):
			continue // a refresh ended in between; the sign-in is newer
		case err != nil && !k.stored(a.ID, g):
			return Grant{}, err
		case err != nil:
			k.log.Warn("a sign-in is stored, although the vault reported a failure", "account", a.ID, "error", err)
		}
		return g, nil
	}
}

// stored reports whether the vault holds g.
func (k *Keeper) stored(id AccountID, g Grant) bool {
	kept, err := k.vault.Grant(id)
	return err == nil && kept.Generation == g.Generation && kept.AccessToken.Equal(g.AccessToken) && kept.RefreshToken.Equal(g.RefreshToken)
}
