//go:build !linux && !darwin && !windows

package desktop

import "context"

// Notifier shows nothing on this platform: the ways that need no further library
// either run text through a shell or can't be clicked. The tray says the same.
type Notifier struct{}

// NewNotifier returns a Notifier that shows nothing.
func NewNotifier(string, []byte, func(Click)) *Notifier { return &Notifier{} }

// Appeared never pokes: nobody tells here.
func (*Notifier) Appeared() <-chan struct{} { return nil }

// Show returns ErrNoNotifications.
func (*Notifier) Show(context.Context, Notice) error { return ErrNoNotifications }

// Withdraw has nothing to withdraw.
func (*Notifier) Withdraw(context.Context, string) error { return nil }

// Close has nothing to end.
func (*Notifier) Close() error { return nil }
