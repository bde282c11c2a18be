//go:build !linux

package desktop

import "context"

// Offered has nothing to find: the system itself has a tray and a keyring.
func Offered(context.Context, string) error { return nil }
