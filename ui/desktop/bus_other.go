//go:build !linux

package desktop

import "context"

// ReachBus is nil: nothing here goes over a session bus.
func ReachBus(context.Context) error { return nil }
