package auth

import (
	"context"
	"errors"
	"slices"
	"time"
)

// revokeTime bounds how long forgetting waits for the provider's side.
const revokeTime = 10 * time.Second

// Edit changes the client's details, for every account that shares it, and the
// scopes of this account. Where the provider had rejected the client it is asked
// again at once; nobody signs in for it.
func (k *Keeper) Edit(ctx context.Context, id AccountID, change Change) error {
	if err := k.ready(ctx); err != nil {
		return err
	}
	k.naming.Lock() // one edit at a time
	defer k.naming.Unlock()
	k.mu.Lock()
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return k.unknown(id)
	}
	account, client := h.account, h.client
	k.mu.Unlock()

	if changedClient := change.apply(&client); changedClient {
		if client.Identifier == "" {
			return &Error{Kind: KindUsage, Account: account.Name, Detail: "the client ID can't be empty"}
		}
		if err := checkRedirect(client.RedirectAddress, account.Grant, account.Provider.Name); err != nil {
			return err
		}
		if err := k.vault.PutClient(client); err != nil {
			return vaultError(err, k.vault.State(), account.Name)
		}
	}
	if change.Scopes != nil {
		account.Scopes = slices.Clone(*change.Scopes)
		if err := k.vault.PutAccount(account); err != nil {
			return vaultError(err, k.vault.State(), account.Name)
		}
	}
	k.mu.Lock()
	h.account.Scopes = account.Scopes
	now := k.clock.Wall()
	for _, other := range k.accounts {
		if other.client.ID != client.ID {
			continue
		}
		other.client = client
		if !other.trouble.none() && other.outcome(now) == OutcomeMisconfigured {
			other.trouble.retryAt = now
		}
		k.settle(other)
	}
	k.mu.Unlock()
	k.noteEdit(id, client.ID, change)
	k.changed()
	return nil
}

// noteEdit tells the history of every account that the change is about.
func (k *Keeper) noteEdit(id AccountID, client ClientID, change Change) {
	if change.Scopes != nil {
		k.noteEvent(id, Event{What: EventEdited, Detail: "scopes"})
	}
	if !change.apply(&Client{}) {
		return
	}
	var sharing []AccountID
	k.mu.Lock()
	for id, h := range k.accounts {
		if h.client.ID == client {
			sharing = append(sharing, id)
		}
	}
	k.mu.Unlock()
	for _, id := range sharing {
		k.noteEvent(id, Event{What: EventEdited, Detail: "client details"})
	}
}

// apply makes c what the change asks for and reports whether it asks for anything of a client.
func (change Change) apply(c *Client) bool {
	if change.ClientIdentifier != nil {
		c.Identifier = *change.ClientIdentifier
	}
	if change.ClientSecret != nil {
		c.Secret = *change.ClientSecret
	}
	if change.RedirectAddress != nil {
		c.RedirectAddress = *change.RedirectAddress
	}
	return change.ClientIdentifier != nil || change.ClientSecret != nil || change.RedirectAddress != nil
}

// Forget removes an account here and then asks the provider to forget it too.
// What is gone here stays gone whatever the provider answers, also when a
// refresh was under way: its late answer is revoked.
func (k *Keeper) Forget(ctx context.Context, id AccountID) (Forgotten, error) {
	if err := k.ready(ctx); err != nil {
		return Forgotten{}, err
	}
	k.mu.Lock()
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return Forgotten{}, k.unknown(id)
	}
	account, client := h.account, h.client
	k.mu.Unlock()
	grant, err := k.remove(h)
	if err != nil {
		return Forgotten{}, vaultError(err, k.vault.State(), account.Name)
	}
	k.changed()
	f := Forgotten{Name: account.Name}
	f.Revocation, f.Said = k.revoke(ctx, account, client, grant)
	k.log.Info("forgotten", "account", id, "revocation", f.Revocation)
	return f, nil
}

// remove takes h out of the vault and of all that is known, and returns its newest
// grant: a refresh may have brought it a moment ago. What comes later is revoked by
// whoever brings it.
func (k *Keeper) remove(h *held) (Grant, error) {
	k.noting.Lock()
	defer k.noting.Unlock()
	if err := k.removeKept(h.account.ID); err != nil {
		return Grant{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.accounts, h.account.ID)
	k.drop(h)
	if h.waiting() {
		k.end(h, &Error{Kind: KindUnknownAccount, Account: h.account.Name})
	}
	return h.grant, nil
}

// removeKept has the vault forget id. Where it reports a failure and the account is
// gone all the same, it is asked once more, for what belonged to it.
func (k *Keeper) removeKept(id AccountID) error {
	err := k.vault.Remove(id)
	if err == nil {
		return nil
	}
	if _, gone := k.vault.Grant(id); !errors.Is(gone, ErrNoGrant) {
		return err
	}
	k.log.Warn("an account is removed, although the vault reported a failure", "account", id, "error", err)
	_ = k.vault.Remove(id) // the next removal tidies up as well
	return nil
}

// add stores a new account. Where that fails it must not come back with the next
// start: its commit may be on disk all the same.
func (k *Keeper) add(a Account, c Client, g Grant) error {
	err := k.vault.Add(a, c, g)
	if err != nil && k.stored(a.ID, g) {
		_ = k.vault.Remove(a.ID) // Add's error says all there is to say
	}
	return err
}

func (k *Keeper) revoke(ctx context.Context, a Account, c Client, g Grant) (Revocation, Said) {
	if g.RefreshToken.IsZero() && g.AccessToken.IsZero() {
		return NothingToRevoke, Said{}
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTime)
	defer cancel()
	err := k.wire.Revoke(ctx, a.Provider, c, g)
	var f *Failure
	switch {
	case err == nil:
		return Revoked, Said{}
	case errors.Is(err, ErrNoRevocation):
		return RevocationNotOffered, Said{}
	case errors.As(err, &f):
		return RevocationFailed, f.Said
	}
	return RevocationFailed, Said{}
}
