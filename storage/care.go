package storage

import (
	"path/filepath"
	"slices"

	"github.com/tokentray/tokentray/auth"
)

// Care says what can be known and done about the vault; see auth.Vault. Of a
// damaged one it asks the keyring for the key, but nobody for a passphrase.
func (v *Vault) Care() (auth.Care, error) {
	c := auth.Care{State: v.State(), Warnings: v.warnings(), Backups: v.listBackups()}
	if h, _, err := v.opened(); err == nil {
		c.SealedBy, c.Recovery = h.sealing()
		return c, nil
	}
	left := v.remains()
	if len(left.headers) > 0 {
		c.SealedBy, c.Recovery = left.headers[0].sealing()
	}
	if c.State == auth.VaultDamaged {
		c.Salvageable, c.Kept = v.salvageable(left)
	}
	return c, nil
}

// sealing says what opens a vault with this header, and whether a recovery
// passphrase does, too.
func (h header) sealing() (by auth.SealedBy, recovery bool) {
	switch h.Source {
	case fromKeyring:
		return auth.SealedByKeyring, h.Recovery != nil
	case fromPassphrase:
		return auth.SealedByPassphrase, false
	}
	return "", false
}

// salvageable counts what RemedySalvage would bring back, and of how many.
func (v *Vault) salvageable(left remains) (readable, kept int) {
	var key vaultKey
	r := rescue{vault: v, key: &key, now: v.upkeep.clock.Wall()}
	_, c, err := r.harvest(left)
	if err != nil {
		return 0, 0
	}
	return c.readable, c.kept
}

func (v *Vault) listBackups() []auth.Backup {
	backups := newestFirst(backupsIn(v.dir), v.upkeep.clock.Wall())
	for i := range backups {
		backups[i].Accounts = countAccounts(filepath.Join(v.dir, backupFolder, backups[i].Name))
	}
	return backups
}

// warnings are those about the vault's place, in the order of auth.VaultWarnings.
func (v *Vault) warnings() (warnings []auth.VaultWarning) {
	found := placeWarnings(v.dir, v.path)
	v.upkeep.mu.Lock()
	defer v.upkeep.mu.Unlock()
	for _, w := range auth.VaultWarnings() {
		if v.upkeep.warnings[w] || slices.Contains(found, w) {
			warnings = append(warnings, w)
		}
	}
	return warnings
}
