package auth

import (
	"context"
	"maps"
)

// load takes up what the vault holds, once.
func (k *Keeper) load(ctx context.Context) error {
	if k.isLoaded() {
		return nil
	}
	kept, err := k.vault.Contents()
	if err != nil {
		return err
	}
	if len(kept.Unreadable) > 0 {
		k.log.Error("records of the vault can't be read; they are left as they are", "accounts", kept.Unreadable)
	}
	for i := range kept.Accounts {
		k.resumeLocal(ctx, &kept.Accounts[i])
	}
	clients := map[ClientID]Client{}
	for _, c := range kept.Clients {
		clients[c.ID] = c
	}
	k.mu.Lock()
	for _, a := range kept.Accounts {
		k.takeBack(a, clients[a.Client], kept.Grants[a.ID])
	}
	k.calendar.back()
	k.awakeAt = k.clock.Mono()
	k.loaded, k.person.told = true, maps.Clone(kept.Told)
	k.mu.Unlock()
	k.lookAfterVault()
	k.changed()
	return nil
}

// isLoaded reports whether what the vault keeps is in memory.
func (k *Keeper) isLoaded() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.loaded
}

// resumeLocal has a provider of our own listen again for a; where its old port is
// taken the account moves with it.
func (k *Keeper) resumeLocal(ctx context.Context, a *Account) {
	local, ours := k.local[a.Provider.ID]
	if !ours {
		return
	}
	address, _, err := local.Serve(ctx, a.Settings[localAddress])
	if err != nil {
		k.log.Warn("the practice provider does not start", "error", err)
		return
	}
	if address == a.Settings[localAddress] {
		return
	}
	p, known := k.catalogue.Provider(a.Provider.ID)
	if !known {
		return
	}
	settings := map[string]string{localAddress: address}
	if p, err = p.With(settings); err != nil {
		k.log.Warn("the practice provider's address does not fit", "error", err)
		return
	}
	if p, err = k.wire.Discover(ctx, p); err != nil {
		k.log.Warn("the practice provider does not answer", "error", err)
		return
	}
	a.Provider, a.Settings = p, settings
	if err := k.vault.PutAccount(*a); err != nil {
		k.log.Warn("the practice provider's new address was not saved", "error", err)
	}
}
