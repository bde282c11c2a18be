package auth

import (
	"context"
	"time"
)

// Pause has the account called id, or where that is "" every account, left alone
// until until, or where that is zero until somebody resumes it. A refresh under
// way is finished. Nothing is asked of a provider meanwhile; a token that is still
// valid is handed out.
func (k *Keeper) Pause(ctx context.Context, id AccountID, until time.Time) error {
	now := k.clock.Wall()
	if !until.IsZero() && !until.After(now) {
		return &Error{Kind: KindUsage, Detail: "the pause would be over before it begins"}
	}
	return k.setPause(ctx, id, Pause{Since: now, Until: until.UTC().Round(0)}, Event{What: EventPaused})
}

// Resume ends the pause of the account called id, or where that is "" of every account.
func (k *Keeper) Resume(ctx context.Context, id AccountID) error {
	return k.setPause(ctx, id, Pause{}, Event{What: EventResumed})
}

func (k *Keeper) setPause(ctx context.Context, id AccountID, p Pause, what Event) error {
	return k.alter(ctx, id, what, func(a *Account) bool {
		if p == (Pause{}) && a.Pause == p {
			return false
		}
		a.Pause = p
		return true
	})
}

// Rename gives the account another name. The error is of KindNameTaken where
// another account has it.
func (k *Keeper) Rename(ctx context.Context, id AccountID, name string) error {
	if err := k.ready(ctx); err != nil {
		return err
	}
	if err := k.nameIsFree(name, id); err != nil {
		return err
	}
	if id == "" {
		return &Error{Kind: KindUnknownAccount}
	}
	return k.alter(ctx, id, Event{What: EventEdited, Detail: "name"}, func(a *Account) bool { a.Name = name; return true })
}

// alter changes what is known of one account, or where id is "" of every one, on
// disk first, and notes what in its history. change reports whether there was
// anything to change.
func (k *Keeper) alter(ctx context.Context, id AccountID, what Event, change func(*Account) bool) error {
	if err := k.ready(ctx); err != nil {
		return err
	}
	k.naming.Lock() // one change at a time
	defer k.naming.Unlock()
	k.mu.Lock()
	var altered []Account
	for _, h := range k.accounts {
		if a := h.account; (id == "" || a.ID == id) && change(&a) {
			altered = append(altered, a)
		}
	}
	if _, known := k.live(id); id != "" && !known {
		defer k.mu.Unlock()
		return k.unknown(id)
	}
	k.mu.Unlock()
	for _, a := range altered {
		if err := k.vault.PutAccount(a); err != nil {
			return vaultError(err, k.vault.State(), a.Name)
		}
		k.mu.Lock()
		if h := k.accounts[a.ID]; h != nil {
			h.account.Name, h.account.Pause, k.ordered = a.Name, a.Pause, nil
			k.settle(h)
		}
		k.mu.Unlock()
		k.noteEvent(a.ID, what)
	}
	k.changed()
	return nil
}
