package auth

import (
	"context"
	"slices"
	"time"
)

// tendPause is how often what is in no hurry is looked at.
const tendPause = 30 * time.Second

// tend does what is in no hurry, unless it was done a moment ago. Run calls it.
func (k *Keeper) tend(ctx context.Context) {
	now := k.clock.Mono()
	k.mu.Lock()
	early := k.person.tended != 0 && now-k.person.tended < tendPause
	if !early {
		k.person.tended = now
	}
	k.mu.Unlock()
	if early {
		return
	}
	k.lockLate(ctx)
	k.dropHeldBack(k.clock.Wall().Add(-holdBackTime))
	k.keepTold()
	k.doze(ctx)
}

// idleTime is how long an account at a provider of our own stays awake without
// anybody who uses it: it is for trying, and would refresh every minute for ever.
const idleTime = time.Hour

// idleDetail stands in the history beside a pause that nobody asked for.
const idleDetail = "nobody used it for an hour; the next use resumes it"

// doze pauses the accounts at providers of our own that nobody uses.
func (k *Keeper) doze(ctx context.Context) {
	if len(k.local) == 0 {
		return
	}
	now := k.clock.Wall()
	var idle []AccountID
	k.mu.Lock()
	for id, h := range k.accounts {
		switch _, ours := k.local[h.account.Provider.ID]; {
		case !ours || h.account.Pause.At(now):
		case h.used.IsZero():
			h.used = now // since the start, as far as anybody knows
		case now.Sub(h.used) >= idleTime:
			idle = append(idle, id)
		}
	}
	k.mu.Unlock()
	for _, id := range idle {
		if err := k.setPause(ctx, id, Pause{Since: now}, Event{What: EventPaused, Detail: idleDetail}); err != nil {
			k.log.Warn("an account that nobody uses could not be paused", "account", id, "error", err)
		}
	}
}

// rouse notes that somebody uses the account, and ends the pause that it took by
// itself; one that a person wished for stays. Where it can't, the pause shows.
func (k *Keeper) rouse(ctx context.Context, id AccountID) {
	if len(k.local) == 0 {
		return
	}
	now := k.clock.Wall()
	k.mu.Lock()
	h := k.accounts[id]
	if h == nil {
		k.mu.Unlock()
		return
	}
	_, ours := k.local[h.account.Provider.ID]
	h.used = now
	asleep := ours && h.account.Pause.At(now) && h.account.Pause.Until.IsZero()
	k.mu.Unlock()
	if !asleep || !k.dozedOff(id) {
		return
	}
	if err := k.Resume(ctx, id); err != nil {
		k.log.Warn("an account in use could not be resumed", "account", id, "error", err)
	}
}

// dozedOff reports whether the last pause of id was its own doing.
func (k *Keeper) dozedOff(id AccountID) bool {
	for _, e := range slices.Backward(k.history(id)) {
		if e.What == EventPaused || e.What == EventResumed {
			return e.What == EventPaused && e.Detail == idleDetail
		}
	}
	return false
}
