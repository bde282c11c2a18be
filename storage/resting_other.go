//go:build !linux

package storage

// letGo has nothing to do: what of a mapped file stays in memory is the system's
// affair here.
func (v *Vault) letGo() {}
