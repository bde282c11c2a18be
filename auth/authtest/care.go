package authtest

import (
	"maps"
	"slices"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// backup is what the vault kept at one moment.
type backup struct {
	auth.Backup
	contents auth.Contents
}

// Backup keeps a copy of everything under name, as made at that time.
func (v *Vault) Backup(name string, at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	made := auth.Backup{Name: name, At: at, Accounts: len(v.accounts)}
	v.backups = append(v.backups, backup{made, v.copied()})
	slices.SortStableFunc(v.backups, func(a, b backup) int { return b.At.Compare(a.At) })
}

// Care is auth.Vault's. Nothing is ever amiss about the place of a vault in memory.
func (v *Vault) Care() (auth.Care, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	care := auth.Care{State: v.state, Recovery: !v.recovery.IsZero()}
	for _, b := range v.backups {
		care.Backups = append(care.Backups, b.Backup)
	}
	switch {
	case !v.exists:
	case v.passphrase.IsZero():
		care.SealedBy = auth.SealedByKeyring
	default:
		care.SealedBy = auth.SealedByPassphrase
	}
	if v.state == auth.VaultDamaged {
		care.Kept, care.Salvageable = len(v.accounts), len(v.accounts)
	}
	return care, nil
}

// Mend is auth.Vault's. Whatever barred the vault is out of the way afterwards;
// everything in it can be salvaged.
func (v *Vault) Mend(m auth.Mending) (auth.Mended, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := len(v.accounts)
	switch {
	case !v.exists || v.state == auth.VaultUnlocked && m.Remedy != auth.RemedyRestore:
		return auth.Mended{}, &auth.Error{Kind: auth.KindUsage, Detail: "there is nothing to mend"}
	case m.Remedy == auth.RemedyStartOver:
		v.exists, v.passphrase, v.recovery = false, auth.Secret{}, auth.Secret{}
		v.replace(auth.Contents{})
	case m.Remedy == auth.RemedyRestore:
		at := slices.IndexFunc(v.backups, func(b backup) bool { return m.Backup == "" || b.Name == m.Backup })
		if at < 0 {
			return auth.Mended{}, &auth.Error{Kind: auth.KindUsage, Detail: "there is no such backup"}
		}
		v.replace(v.backups[at].contents)
	case m.Remedy != auth.RemedySalvage:
		return auth.Mended{}, &auth.Error{Kind: auth.KindUsage, Detail: "there is no such remedy"}
	}
	v.barred, v.state = "", auth.VaultLocked
	mended := auth.Mended{
		Accounts: slices.Sorted(maps.Keys(v.accounts)), Lost: max(0, before-len(v.accounts)), SetAside: "vault.db.aside",
	}
	return mended, v.open(m.Passphrase)
}

// replace puts contents in the place of everything. Called with mu held.
func (v *Vault) replace(contents auth.Contents) {
	clear(v.clients)
	clear(v.accounts)
	clear(v.grants)
	for _, c := range contents.Clients {
		v.clients[c.ID] = c
	}
	for _, a := range contents.Accounts {
		v.accounts[a.ID] = copyAccount(a)
		v.grants[a.ID] = copyGrant(contents.Grants[a.ID])
	}
	v.told = maps.Clone(contents.Told)
}
