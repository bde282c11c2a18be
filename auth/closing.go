package auth

import (
	"errors"
	"time"
)

// Close ends the Keeper: refreshes under way get wait to finish, then the vault
// is closed. An answer that is lost leaves its mark and is settled at the next start.
func (k *Keeper) Close(wait time.Duration) error {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	finished := make(chan struct{})
	go func() { k.turns.Wait(); close(finished) }() // ends with the turns, which stop ends at the latest
	limit, release := k.clock.After(wait)
	select {
	case <-finished:
	case <-limit:
	}
	release()
	k.stop()
	<-finished
	k.dismiss()
	_ = k.saveUnsaved() // it is in the log
	k.dropHeldBack(k.clock.Wall())
	k.keepTold()
	k.mu.Lock()
	for w := range k.watchers {
		close(w)
	}
	k.watchers = nil
	k.mu.Unlock()
	for _, l := range k.local {
		l.Close()
	}
	return k.vault.Close()
}

// saveUnsaved writes what could not be written before, before the vault is closed
// or replaced; nothing is under way. lost is what can't be written now either.
func (k *Keeper) saveUnsaved() (lost error) {
	var unsaved []*held
	k.mu.Lock()
	for _, h := range k.accounts {
		if h.unsaved > 0 {
			unsaved = append(unsaved, h)
		}
	}
	k.mu.Unlock()
	for _, h := range unsaved {
		if err := k.saveHeld(h); err != nil {
			k.log.Error("a new grant can't be saved", "account", h.account.ID, "error", err)
			lost = errors.Join(lost, err)
		}
	}
	return lost
}

// saveHeld writes the grant that h holds in memory alone. One that is on disk after
// all, or gave way to a newer one there, is not lost, nor is one that nobody wants.
func (k *Keeper) saveHeld(h *held) error {
	k.mu.Lock()
	a, g := h.account, h.grant
	k.mu.Unlock()
	switch err := k.vault.PutGrant(a.ID, g.Generation-1, g); {
	case errors.Is(err, ErrNoGrant):
		return nil
	case errors.Is(err, ErrGenerationMoved):
		if e := k.reread(h, a); e != nil {
			return e
		}
	case err != nil:
		return err
	default:
		k.mu.Lock()
		if k.adopt(h, g) {
			h.trouble = trouble{}
		}
		k.mu.Unlock()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.accounts[a.ID] == h {
		k.settle(h)
	}
	return nil
}
