package auth

import (
	"context"
	"maps"
	"time"
)

// toldPause bounds how often what people were told is written: every minute
// something may come or go, and the disk is worth more.
const toldPause = 10 * time.Second

// Told is what people were told already, for Notices. It is a copy.
func (k *Keeper) Told() Told {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.person.told)
}

// PutTold replaces what people were told, soon on disk as well, but for the
// snoozes: those are Snooze's, and t may be from before one began or ended. While the vault isn't open nothing changes.
func (k *Keeper) PutTold(t Told) {
	t = maps.Clone(t)
	k.mu.Lock()
	if !k.loaded || k.person.barred {
		k.mu.Unlock()
		return
	}
	now := k.clock.Wall()
	for id, m := range t {
		m.Snoozed = k.person.told[id].Snoozed
		t[id] = m
	}
	for id, was := range k.person.told {
		_, there := k.accounts[id]
		if _, kept := t[id]; there && !kept && now.Before(was.Snoozed) {
			if t == nil {
				t = Told{}
			}
			t[id] = Mark{Snoozed: was.Snoozed}
		}
	}
	k.person.toldLate = k.person.toldLate || !sameTold(k.person.told, t)
	k.person.told = t
	due := k.person.toldLate && k.clock.Mono()-k.person.toldAt >= toldPause
	k.mu.Unlock()
	if due {
		k.keepTold()
	}
}

// sameTold reports whether a and b are the same for somebody who starts anew: since
// when a concern that was not told yet stands is no reason to write.
func sameTold(a, b Told) bool {
	return maps.EqualFunc(a, b, func(a, b Mark) bool {
		if a.untold() && b.untold() {
			a.Since, b.Since = time.Time{}, time.Time{}
		}
		return a == b
	})
}

// keepTold writes what people were told, where the vault doesn't know it yet. Not
// to be called with mu held.
func (k *Keeper) keepTold() {
	k.mu.Lock()
	told, late := maps.Clone(k.person.told), k.person.toldLate && k.loaded
	k.person.toldLate, k.person.toldAt = false, k.clock.Mono()
	k.mu.Unlock()
	if !late {
		return
	}
	if err := k.vault.PutTold(told); err != nil {
		k.log.Warn("what was told is not saved yet", "error", err)
		k.mu.Lock()
		k.person.toldLate = true
		k.mu.Unlock()
	}
}

// Snooze has nobody told about the account until until; a time that is over ends a
// snooze. What stands then is told again.
func (k *Keeper) Snooze(ctx context.Context, id AccountID, until time.Time) error {
	if err := k.ready(ctx); err != nil {
		return err
	}
	now := k.clock.Wall()
	k.mu.Lock()
	h, known := k.live(id)
	if !known {
		defer k.mu.Unlock()
		return k.unknown(id)
	}
	name, told := h.account.Name, maps.Clone(k.person.told)
	if told == nil {
		told = Told{}
	}
	m := told[id]
	if m.Snoozed = until.UTC().Round(0); !m.Snoozed.After(now) {
		m.Snoozed = time.Time{}
	}
	told[id] = m
	k.person.told, k.person.toldLate = told, true
	k.mu.Unlock()
	k.keepTold()
	k.changed()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.person.toldLate {
		return &Error{Kind: KindVault, Vault: k.vault.State(), Account: name, Detail: "it holds for now, and could not be saved yet"}
	}
	return nil
}
