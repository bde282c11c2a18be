package auth

import "time"

// Stored is the token of the account called name where nothing has to be done for
// it: the vault is open, the account isn't paused, and what is stored is good for
// all of validity; negative stands for the usual time. Of the Details only ID, Name and API
// are set. False means that it isn't so simple, and Find and Token, which may wait
// and ask the provider, tell why. Stored waits for nobody.
func (k *Keeper) Stored(name string, validity time.Duration) (Token, Details, bool) {
	if k.vault.State() != VaultUnlocked {
		return Token{}, Details{}, false
	}
	want := k.wanted(Want{Validity: validity})
	k.mu.Lock()
	token, details, simple := k.inStock(name, want.Validity)
	k.mu.Unlock()
	if simple {
		k.noteEvent(details.ID, Event{What: EventTaken})
	}
	return token, details, simple
}

// inStock is Stored with mu held.
func (k *Keeper) inStock(name string, validity time.Duration) (Token, Details, bool) {
	id, err := findName(k.accounts, name)
	if err != nil {
		return Token{}, Details{}, false
	}
	h, known := k.live(id)
	now := k.look()
	if !known || h.account.Pause.At(now) {
		return Token{}, Details{}, false
	}
	if validity < 0 {
		validity = UsualValidity(h.grant.Lifetime())
	}
	if !h.goodFor(now, validity) || h.validFor(now) < validity {
		return Token{}, Details{}, false
	}
	h.used = now
	details := Details{Status: Status{ID: id, Name: h.account.Name}, API: h.account.Provider.Clone().API}
	return k.hand(h, now), details, true
}
