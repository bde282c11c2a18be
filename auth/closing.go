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

// saveUnsaved writes what could not be written before, for the last time.
func (k *Keeper) saveUnsaved() (lost error) {
	unsaved := map[AccountID]Grant{}
	k.mu.Lock()
	for id, h := range k.accounts {
		if h.unsaved > 0 {
			unsaved[id] = h.grant
		}
	}
	k.mu.Unlock()
	for id, g := range unsaved {
		if err := k.vault.PutGrant(id, g.Generation-1, g); err != nil && !errors.Is(err, ErrGenerationMoved) {
			k.log.Error("a new grant can't be saved", "account", id, "error", err)
			lost = errors.Join(lost, err)
		}
	}
	return lost
}
