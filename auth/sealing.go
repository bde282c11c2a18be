package auth

import (
	"context"
	"fmt"
	"slices"
)

// Seal changes what opens the vault. Where there is none yet it is made so.
func (k *Keeper) Seal(ctx context.Context, by SealedBy, passphrase Secret) error {
	switch {
	case by != SealedByKeyring && by != SealedByPassphrase:
		return &Error{Kind: KindUsage, Detail: fmt.Sprintf("nothing seals a vault that is called %q", by), Candidates: []string{string(SealedByKeyring), string(SealedByPassphrase)}}
	case by == SealedByPassphrase && passphrase.IsZero():
		return &Error{Kind: KindUsage, Detail: "the passphrase is empty"}
	case by == SealedByKeyring:
		passphrase = Secret{} // the keyring's key is the vault's own affair
	}
	return k.reseal(ctx, func() error {
		if k.vault.State() == VaultNone {
			return k.create(passphrase)
		}
		return k.vault.Seal(by, passphrase)
	})
}

// PutRecovery sets, or with zero takes away, the recovery passphrase.
func (k *Keeper) PutRecovery(ctx context.Context, passphrase Secret) error {
	return k.reseal(ctx, func() error { return k.vault.PutRecovery(passphrase) })
}

// reseal changes how the vault is sealed, which may wait for a keyring's person.
func (k *Keeper) reseal(ctx context.Context, change func() error) error {
	if err := k.ready(ctx); err != nil {
		return err
	}
	k.opening.Lock()
	defer k.opening.Unlock()
	if k.isBarred() {
		return lockedError()
	}
	if err := change(); err != nil {
		return vaultError(err, k.vault.State(), "")
	}
	k.lookAfterVault()
	k.changed()
	return nil
}

// Care says what can be known and done about the vault, whether it is open or not.
func (k *Keeper) Care(context.Context) (Care, error) {
	care, err := k.vault.Care()
	if err != nil {
		return Care{}, vaultError(err, k.vault.State(), "")
	}
	k.mu.Lock()
	was := k.person.care
	k.person.care = care
	if k.person.barred {
		care.State = VaultLocked
	}
	k.mu.Unlock()
	if was.SealedBy != care.SealedBy || !slices.Equal(was.Warnings, care.Warnings) {
		k.changed()
	}
	return care, nil
}

// lookAfterVault has Care look at the vault beside everything else, for what
// Snapshot tells of it. It ends by itself, and Close waits for it.
func (k *Keeper) lookAfterVault() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return
	}
	k.turns.Go(func() {
		if _, err := k.Care(k.working); err != nil {
			k.log.Warn("the vault's place could not be looked at", "error", err)
		}
	})
}

// Mend carries out a person's choice for the vault and takes up what is in it
// then. What comes from a backup is in doubt: its refresh tokens may have been
// replaced since, and are presented once to find out.
func (k *Keeper) Mend(ctx context.Context, m Mending) (Mended, error) {
	if !slices.Contains([]Remedy{RemedyRestore, RemedySalvage, RemedyStartOver}, m.Remedy) {
		return Mended{}, &Error{Kind: KindUsage, Detail: fmt.Sprintf("there is no remedy called %q", m.Remedy)}
	}
	k.opening.Lock()
	defer k.opening.Unlock()
	was := k.isBarred()
	k.bar(&Error{Kind: KindVault, Vault: VaultLocked, Detail: "the vault is being mended"})
	var mended Mended
	err := k.rest(ctx)
	if err == nil {
		_ = k.saveUnsaved() // it is in the log, and no reason to leave a vault as it is
		err = k.shut(func() (err error) {
			mended, err = k.vault.Mend(m)
			return err
		})
	}
	if err != nil {
		if !was {
			k.unbar()
			k.changed()
		}
		return mended, vaultError(err, k.vault.State(), "")
	}
	if m.Remedy == RemedyRestore {
		k.doubt(mended.Accounts)
	}
	k.unbar()
	k.lookAfterVault()
	if k.vault.State() != VaultUnlocked {
		k.changed()
		return mended, nil // it wants its passphrase, or there is none any more
	}
	return mended, k.load(ctx)
}

// doubt marks the grants of restored accounts as in doubt, where the vault didn't.
func (k *Keeper) doubt(restored []AccountID) {
	now := k.clock.Wall()
	for _, id := range restored {
		k.vault.Note(id, Event{At: now, What: EventRestored}) // it is in the vault, and not taken up yet
		g, err := k.vault.Grant(id)
		if err == nil && !g.Attempt.Open() && !g.RefreshToken.IsZero() {
			g.Attempt = Attempt{Began: now, Presentations: 1}
			err = k.vault.PutGrant(id, g.Generation, g)
		}
		if err != nil {
			k.log.Warn("a restored account is not marked as in doubt", "account", id, "error", err)
		}
	}
}
