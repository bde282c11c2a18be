package auth

import (
	"context"
	"errors"
	"time"
)

// personal is what people did, wished and were told, beside their accounts. The
// Keeper's mutex guards it.
type personal struct {
	barred  bool // by Lock: until somebody unlocks it nobody gets anything, whatever could open the vault
	signIns map[*signIn]struct{}

	told     Told
	toldLate bool          // told differs from what the vault keeps
	toldAt   time.Duration // Mono of the last write of it

	care   Care          // as last looked at
	tended time.Duration // Mono of the last round of tend; 0: none yet
}

// signIn is a person's attempt under way.
type signIn struct{ giveUp context.CancelCauseFunc }

// Lock forgets the vault's key and every token in memory until Unlock. From the
// first moment nobody gets anything; sign-ins under way are given up. Refreshes
// under way are finished before the key goes, so that no rotated token is lost;
// where ctx ends before they are, the key goes as soon as they have ended.
func (k *Keeper) Lock(ctx context.Context) error {
	k.opening.Lock()
	defer k.opening.Unlock()
	if k.vault.State() == VaultNone {
		return &Error{Kind: KindVault, Vault: VaultNone, Detail: "there is nothing to lock"}
	}
	k.bar(lockedError())
	err := k.putAway(ctx)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil // tend does it
	}
	return err
}

// Unlock opens the vault with a passphrase, or makes one that is sealed with it
// where there is none yet. With a zero passphrase the OS keyring is asked.
func (k *Keeper) Unlock(ctx context.Context, passphrase Secret) error {
	k.opening.Lock()
	defer k.opening.Unlock()
	if k.isBarred() && k.vault.State() == VaultUnlocked {
		// Locking has not come to its end, and an open vault compares no passphrase.
		if err := k.putAway(ctx); err != nil {
			return err
		}
	}
	switch state := k.vault.State(); {
	case state == VaultUnlocked:
		return nil
	case state == VaultNone && passphrase.IsZero():
		return &Error{Kind: KindUsage, Detail: "the passphrase is empty"}
	}
	return k.open(ctx, passphrase)
}

// bar keeps everybody out and gives up the sign-ins under way, for why.
func (k *Keeper) bar(why error) {
	k.mu.Lock()
	k.person.barred = true
	for s := range k.person.signIns {
		s.giveUp(why)
	}
	for _, h := range k.accounts {
		if h.waiting() {
			k.end(h, lockedError())
		}
	}
	k.mu.Unlock()
	k.changed()
}

func (k *Keeper) unbar() {
	k.mu.Lock()
	k.person.barred = false
	k.mu.Unlock()
}

func (k *Keeper) isBarred() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.person.barred
}

// putAway waits until nothing is under way, makes everything durable and locks the
// vault. Called with opening held, while everybody is barred. Where a new grant
// can't be saved nothing is let go.
func (k *Keeper) putAway(ctx context.Context) error {
	if err := k.rest(ctx); err != nil {
		return err
	}
	if err := k.saveUnsaved(); err != nil {
		return &Error{
			Kind: KindVault, Vault: k.vault.State(), Cause: err,
			Detail: "a new refresh token can't be saved and would be lost; it is tried again",
		}
	}
	return k.shut(k.vault.Lock)
}

// shut has end close or replace the vault, and lets go of what is in memory. Called
// as putAway is, when nothing is under way.
func (k *Keeper) shut(end func() error) error {
	k.dropHeldBack(k.clock.Wall())
	k.keepTold()
	k.naming.Lock() // whoever changes an account has done so
	defer k.naming.Unlock()
	k.marking.Lock() // and so has whoever writes a grant's times
	defer k.marking.Unlock()
	err := end()
	if err == nil || k.vault.State() != VaultUnlocked {
		k.letGo()
	}
	k.changed()
	return err
}

// letGo drops every account, grant and secret from memory; load brings them back.
func (k *Keeper) letGo() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calendar.letGo(k.accounts)
	for id, h := range k.accounts {
		k.drop(h)
		delete(k.accounts, id)
	}
	k.person.told, k.person.toldLate = nil, false
	k.loaded = false
}

// rest returns when no request that could bring a grant is under way.
func (k *Keeper) rest(ctx context.Context) error {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	changes, err := k.Watch(watching)
	if err != nil {
		return err
	}
	for !k.resting() {
		if _, open := <-changes; !open {
			return &Error{Kind: KindCancelled, Detail: "a refresh is still under way", Cause: context.Cause(watching)}
		}
	}
	return nil
}

func (k *Keeper) resting() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, h := range k.accounts {
		if h.turn != nil {
			return false
		}
	}
	return len(k.person.signIns) == 0
}

// lockLate ends a Lock whose caller went away before everything was at rest.
func (k *Keeper) lockLate(ctx context.Context) {
	if !k.isBarred() || k.vault.State() != VaultUnlocked || !k.resting() || !k.opening.TryLock() {
		return
	}
	defer k.opening.Unlock()
	if !k.isBarred() || k.vault.State() != VaultUnlocked { // or not any more
		return
	}
	if err := k.putAway(ctx); err != nil {
		k.log.Warn("the vault is not locked yet", "error", err)
	}
}

// attend is a sign-in's context, which Lock ends. done says that it is over.
func (k *Keeper) attend(ctx context.Context) (_ context.Context, done func(), _ error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.person.barred {
		return nil, nil, lockedError()
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	s := &signIn{giveUp}
	if k.person.signIns == nil {
		k.person.signIns = map[*signIn]struct{}{}
	}
	k.person.signIns[s] = struct{}{}
	return ctx, func() {
		giveUp(nil)
		k.mu.Lock()
		delete(k.person.signIns, s)
		k.mu.Unlock()
		k.changed()
	}, nil
}

// live is the account called id, where anybody may have it. Called with mu held.
func (k *Keeper) live(id AccountID) (*held, bool) {
	if k.person.barred {
		return nil, false
	}
	h, known := k.accounts[id]
	return h, known
}

// unknown is why live found none. Called with mu held.
func (k *Keeper) unknown(id AccountID) *Error {
	if k.person.barred {
		return lockedError()
	}
	return &Error{Kind: KindUnknownAccount, Account: string(id)}
}

func lockedError() *Error { return &Error{Kind: KindVault, Vault: VaultLocked} }
