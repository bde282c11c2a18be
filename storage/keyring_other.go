//go:build !linux && !darwin

package storage

// gate lets everything through: the Windows Credential Manager is open while its
// user is signed in.
type gate struct{}

func (gate) open() error { return nil }

func saysLocked(error) bool { return false }
