package storage

import (
	"errors"
	"os/exec"
	"slices"
)

// gate lets everything through: the Keychain asks a person by itself.
type gate struct{}

func (gate) open() error { return nil }

// Exit codes of /usr/bin/security are the low byte of an OSStatus.
const (
	interactionNotAllowed = 36  // errSecInteractionNotAllowed, -25308
	authenticationFailed  = 51  // errSecAuthFailed, -25293
	userCancelled         = 128 // errSecUserCanceled, -128
)

// saysLocked recognises a Keychain that nobody unlocked.
func saysLocked(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) &&
		slices.Contains([]int{interactionNotAllowed, authenticationFailed, userCancelled}, exit.ExitCode())
}
