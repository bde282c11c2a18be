package auth

import (
	"context"
	"errors"
	"slices"
)

// Reconnect signs in again at the account's provider and keeps everything else.
// Where somebody else signs in nothing is replaced (KindOtherPerson).
func (k *Keeper) Reconnect(ctx context.Context, id AccountID, how Reconnection, tell func(SignInStep)) (Status, error) {
	if err := k.ready(ctx); err != nil {
		return Status{}, err
	}
	if how.Timeout <= 0 {
		how.Timeout = DefaultSignInTime
	}
	k.mu.Lock()
	h, known := k.accounts[id]
	if !known {
		k.mu.Unlock()
		return Status{}, &Error{Kind: KindUnknownAccount, Account: string(id)}
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
		name: account.Name, provider: account.Provider, client: client,
		scopes: account.Scopes, grant: account.Grant, timeout: how.Timeout, hint: hintFor(account),
	}, tell)
	if err != nil {
		return Status{}, wireError(err, account.Name, account.Provider.Name)
	}
	was, is := account.Identity, answer.Identity
	if was.Subject != "" && is.Subject != "" && (was.Subject != is.Subject || was.Issuer != is.Issuer) {
		k.revokeLate(account, client, Renewed(Grant{}, answer, account.Provider, account.Scopes))
		return Status{}, &Error{Kind: KindOtherPerson, Account: account.Name, Provider: account.Provider.Name, Detail: is.Who(), Candidates: []string{was.Who()}}
	}
	return k.replaceGrant(h, answer)
}

// hintFor is the login_hint of an account: OpenID Connect knows it (Core §3.1.2.1),
// other providers may take offence.
func hintFor(a Account) string {
	if !slices.Contains(a.Scopes, "openid") {
		return ""
	}
	return a.Identity.Email
}

// replaceGrant stores what a person's sign-in brought in place of whatever the
// vault holds: a person's word is newer than any refresh.
func (k *Keeper) replaceGrant(h *held, answer Answer) (Status, error) {
	k.mu.Lock()
	account := h.account
	k.mu.Unlock()
	if account.Identity == (Identity{}) && answer.Identity != (Identity{}) {
		account.Identity = answer.Identity
		if err := k.vault.PutAccount(account); err != nil {
			return Status{}, vaultError(err, k.vault.State(), account.Name)
		}
	}
	for {
		old, err := k.vault.Grant(account.ID)
		if err != nil {
			return Status{}, vaultError(err, k.vault.State(), account.Name)
		}
		g := Renewed(Grant{Generation: old.Generation, SignedInAt: k.clock.Wall()}, answer, account.Provider, account.Scopes)
		switch err := k.vault.PutGrant(account.ID, old.Generation, g); {
		case errors.Is(err, ErrGenerationMoved):
			continue // a refresh ended in between; the sign-in is newer
		case err != nil:
			return Status{}, vaultError(err, k.vault.State(), account.Name)
		}
		k.mu.Lock()
		h.account.Identity = account.Identity
		h.grant, h.trouble, h.unsaved, h.jitter = g, trouble{}, 0, k.random()
		k.settle(h)
		status := h.status(k.clock.Wall())
		k.mu.Unlock()
		k.changed()
		return status, nil
	}
}
