package auth

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

var _ Desk = (*Keeper)(nil)

// reopenAfter bounds how often callers have the vault looked at while it is not
// open. It is short, so that an unlocked keyring is noticed by the next command;
// that a locked one puts no second prompt on the screen is the vault's affair.
const reopenAfter = time.Second

// ready opens the vault where it isn't, unless that was tried a moment ago. A
// vault that doesn't exist yet holds nothing, which is no error.
func (k *Keeper) ready(ctx context.Context) error {
	k.mu.Lock()
	loaded, tried := k.loaded, k.openTried
	k.mu.Unlock()
	if loaded {
		return nil
	}
	switch state := k.vault.State(); {
	case state == VaultNone:
		return nil
	case tried && k.clock.Mono()-k.openedLast() < reopenAfter:
		return &Error{Kind: KindVault, Vault: state}
	}
	return k.Open(ctx, Secret{})
}

func (k *Keeper) openedLast() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.openedAt
}

// Snapshot is how everything stands, by name.
func (k *Keeper) Snapshot(ctx context.Context) (Snapshot, error) {
	if err := k.ready(ctx); err != nil {
		return Snapshot{Vault: k.vault.State()}, err
	}
	s := Snapshot{Vault: k.vault.State()}
	k.mu.Lock()
	now := k.look()
	s.At, s.Offline = now, k.offline
	for _, h := range k.accounts {
		s.Accounts = append(s.Accounts, h.status(now))
	}
	k.mu.Unlock()
	slices.SortFunc(s.Accounts, func(a, b Status) int {
		if c := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return s, nil
}

// Watch returns a channel that is poked after every change and closed when ctx
// ends or the Keeper closes.
func (k *Keeper) Watch(ctx context.Context) (<-chan struct{}, error) {
	w := make(chan struct{}, 1)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.watchers == nil {
		close(w)
		return w, nil
	}
	k.watchers[w] = struct{}{}
	context.AfterFunc(ctx, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if _, there := k.watchers[w]; there {
			delete(k.watchers, w)
			close(w)
		}
	})
	return w, nil
}

// Find resolves a name as a person writes it.
func (k *Keeper) Find(ctx context.Context, name string) (AccountID, error) {
	if err := k.ready(ctx); err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return findName(k.accounts, name)
}

// Show tells everything about one account but its secrets.
func (k *Keeper) Show(ctx context.Context, id AccountID) (Details, error) {
	if err := k.ready(ctx); err != nil {
		return Details{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	h, known := k.accounts[id]
	if !known {
		return Details{}, &Error{Kind: KindUnknownAccount, Account: string(id)}
	}
	p := h.account.Provider.Clone()
	return Details{
		Status: h.status(k.clock.Wall()), AskedScopes: slices.Clone(h.account.Scopes),
		ClientName: h.client.Name, ClientID: h.client.Identifier, RedirectAddress: h.client.RedirectAddress,
		Settings: maps.Clone(h.account.Settings), SignedInAt: h.grant.SignedInAt,
		Generation: h.grant.Generation, API: p.API,
	}, nil
}

// Providers lists the catalogue.
func (k *Keeper) Providers(context.Context) ([]Provider, error) { return k.catalogue.Providers(), nil }

// Unlock opens the vault with a passphrase, or makes one that is sealed with it
// where there is none yet.
func (k *Keeper) Unlock(ctx context.Context, passphrase Secret) error {
	if passphrase.IsZero() {
		return &Error{Kind: KindUsage, Detail: "the passphrase is empty"}
	}
	if k.vault.State() == VaultUnlocked {
		return nil
	}
	return k.Open(ctx, passphrase)
}
