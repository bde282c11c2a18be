package auth

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

var _ Desk = (*Keeper)(nil)

// reopenAfter bounds how soon after a try has ended callers have the vault looked at
// again while it is not open. It is short, so that an unlocked keyring is noticed by
// the next command; that a locked one puts no second prompt on the screen is the
// vault's affair.
const reopenAfter = time.Second

// ready opens the vault where it isn't, unless that was tried a moment ago, or by
// somebody else while this caller waited to. A vault that doesn't exist yet holds
// nothing, which is no error; nor is it one that a disk that turned read-only closed
// the vault below accounts that are in memory.
func (k *Keeper) ready(ctx context.Context) error {
	asked := k.clock.Mono()
	if known, err := k.verdict(asked - reopenAfter); known {
		return err
	}
	k.opening.Lock()
	defer k.opening.Unlock()
	if known, err := k.verdict(asked); known {
		return err
	}
	if err := k.open(ctx, Secret{}); err != nil && !k.isLoaded() {
		return err
	}
	return nil
}

// verdict is whether callers can be answered, as far as that is known without
// another try: from one that ended since then, or because the vault was taken up.
func (k *Keeper) verdict(since time.Duration) (known bool, _ error) {
	k.mu.Lock()
	loaded, tried, barred := k.loaded, k.openTried && k.openedAt >= since, k.person.barred
	k.mu.Unlock()
	switch state := k.vault.State(); {
	case barred: // only Unlock opens it again
		return true, lockedError()
	case state == VaultNone, loaded && (tried || state != VaultReadOnly):
		return true, nil
	case tried:
		return true, &Error{Kind: KindVault, Vault: state}
	}
	return false, nil
}

// Snapshot is how everything stands, by name.
func (k *Keeper) Snapshot(ctx context.Context) (Snapshot, error) {
	err := k.ready(ctx)
	state := k.vault.State()
	k.mu.Lock()
	now := k.look()
	if k.person.barred {
		state = VaultLocked
	}
	s := Snapshot{
		At: now, Vault: state, SealedBy: k.person.care.SealedBy, Warnings: slices.Clone(k.person.care.Warnings),
		Offline: k.offline,
	}
	if err != nil || k.person.barred {
		k.mu.Unlock()
		return s, cmp.Or(err, error(lockedError()))
	}
	mono := k.clock.Mono()
	s.Awake = now.Add(k.awakeAt - mono)
	s.Accounts = make([]Status, 0, len(k.accounts))
	for _, h := range k.inOrder() {
		s.Accounts = append(s.Accounts, h.status(now, mono))
		if h.unsaved > 0 {
			s.Unsaved++
		}
	}
	k.mu.Unlock()
	return s, nil
}

// inOrder is every account, by name. Names change seldom and are looked at often.
// Called with mu held.
func (k *Keeper) inOrder() []*held {
	if k.ordered != nil {
		return k.ordered
	}
	type row struct {
		key string
		h   *held
	}
	rows := make([]row, 0, len(k.accounts))
	for _, h := range k.accounts {
		rows = append(rows, row{strings.ToLower(h.account.Name), h})
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(string(a.h.account.ID), string(b.h.account.ID)))
	})
	k.ordered = make([]*held, 0, len(rows))
	for _, r := range rows {
		k.ordered = append(k.ordered, r.h)
	}
	return k.ordered
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
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return Details{}, k.unknown(id)
	}
	d := Details{
		Status: h.status(k.now(), k.clock.Mono()), AskedScopes: slices.Clone(h.account.Scopes),
		ClientName: h.client.Name, ClientID: h.client.Identifier, RedirectAddress: h.client.RedirectAddress,
		Settings: maps.Clone(h.account.Settings), SignedInAt: h.grant.SignedInAt,
		Generation: h.grant.Generation, API: h.account.Provider.Clone().API,
	}
	access, identity := h.grant.AccessToken, h.grant.IDToken
	k.mu.Unlock()
	for _, token := range []struct {
		of    string
		value Secret
	}{{"access_token", access}, {"id_token", identity}} {
		if seen, readable := Inspect(token.of, token.value); readable {
			d.Tokens = append(d.Tokens, seen)
		}
	}
	d.History = k.history(id)
	return d, nil
}

// Providers lists the catalogue.
func (k *Keeper) Providers(context.Context) ([]Provider, error) { return k.catalogue.Providers(), nil }
