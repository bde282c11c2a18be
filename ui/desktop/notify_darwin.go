package desktop

import (
	"context"
	"fmt"
	"os/exec"
	"time"
)

// Notifier shows notifications by the system's own osascript. They can't be
// clicked or withdrawn; what they say can be done in the window as well.
type Notifier struct{}

// NewNotifier returns a Notifier. Neither a bus, nor an icon, nor clicks are known here.
func NewNotifier(string, []byte, func(Click)) *Notifier { return &Notifier{} }

// noticeTime bounds one call to osascript.
const noticeTime = 5 * time.Second

// script shows its arguments: they never become a part of the script itself.
const script = "on run argv\ndisplay notification (item 2 of argv) with title \"Tokentray\" subtitle (item 1 of argv)\nend run"

// Appeared never pokes: nobody tells here.
func (*Notifier) Appeared() <-chan struct{} { return nil }

// Show shows notice. The error wraps ErrNoNotifications where that can't be done.
func (*Notifier) Show(ctx context.Context, notice Notice) error {
	ctx, stop := context.WithTimeout(ctx, noticeTime)
	defer stop()
	if err := exec.CommandContext(ctx, "/usr/bin/osascript", "-e", script, "--", notice.Title, notice.Body).Run(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoNotifications, err)
	}
	return nil
}

// Withdraw has no way to withdraw anything.
func (*Notifier) Withdraw(context.Context, string) error { return nil }

// Close has nothing to end.
func (*Notifier) Close() error { return nil }
