package desktop

import (
	"context"
	"fmt"
	"slices"
)

// Offered reports why nobody on the session bus answers to name, or would be
// started for it; nil where somebody does. Nobody is started and nothing is asked
// of a person. The error wraps ErrNoBus or ErrNotOffered.
func Offered(ctx context.Context, name string) error {
	conn, err := Bus(ctx, "")
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing was kept in it
	for _, method := range []string{"ListNames", "ListActivatableNames"} {
		var names []string
		if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus."+method, 0).Store(&names); err != nil {
			return fmt.Errorf("%w: %w", ErrNoBus, err)
		}
		if slices.Contains(names, name) {
			return nil
		}
	}
	return ErrNotOffered
}
