package auth

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// connected is an account with the client that it was connected with.
type connected struct {
	Account
	client Client
}

// connected are the accounts that are here, by ID.
func (k *Keeper) connected() []connected {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := make([]connected, 0, len(k.accounts))
	for _, h := range k.accounts {
		all = append(all, connected{h.account, h.client})
	}
	slices.SortFunc(all, func(a, b connected) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// match finds which of those in a file are here already, and under which name. One
// that is here is no more than one of the file's: that which it is most surely.
func match(file, here []connected) map[int]string {
	names, found := map[int]string{}, map[AccountID]bool{}
	for _, same := range []func(a, b connected) bool{connected.sameID, connected.sameName, connected.sameUse} {
		for i, a := range file {
			if _, known := names[i]; known {
				continue
			}
			fits := func(b connected) bool { return !found[b.ID] && same(a, b) }
			if at := slices.IndexFunc(here, fits); at >= 0 {
				names[i], found[here[at].ID] = here[at].Name, true
			}
		}
	}
	return names
}

// sameID is the surest: c and b were one account once, whatever was edited since.
func (c connected) sameID(b connected) bool {
	return c.ID == b.ID && c.Grant == b.Grant && c.Provider.servedBy(b.Provider) && compare(c.Identity, b.Identity) != otherPerson
}

func (c connected) sameName(b connected) bool {
	return strings.EqualFold(c.Name, b.Name) && c.sameUse(b)
}

// sameUse reports whether the same person connected c and b for the same.
func (c connected) sameUse(b connected) bool {
	return compare(c.Identity, b.Identity) == samePerson && c.Identity.Tenant == b.Identity.Tenant && c.Grant == b.Grant &&
		c.Provider.servedBy(b.Provider) && c.client.Identifier == b.client.Identifier &&
		maps.Equal(c.Settings, b.Settings) && slices.Equal(slices.Sorted(slices.Values(c.Scopes)), slices.Sorted(slices.Values(b.Scopes)))
}
