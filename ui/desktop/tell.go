package desktop

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// againAfter bounds how long Tell waits without a change: what was not yet due to
// be told, because it may heal by itself, becomes due by time alone.
const againAfter = time.Minute

// Told is what Tell needs of the Keeper.
type Told interface {
	Watch(ctx context.Context) (<-chan struct{}, error)
	Snapshot(ctx context.Context) (auth.Snapshot, error)
	Wishes() auth.Preferences
	// Told is what people were told, and PutTold keeps it, across restarts too.
	Told() auth.Told
	PutTold(told auth.Told)
}

// Tell shows a notification for whatever desk says that a person should know,
// once each, and withdraws it when it is over, until ctx ends or the desk goes.
// Where nothing shows notifications it says so in the log, once, and goes on.
func Tell(ctx context.Context, desk Told, n *Notifier, clock auth.Clock, log *slog.Logger) {
	changes, err := desk.Watch(ctx)
	if err != nil {
		log.Warn("nobody can be notified", "error", err)
		return
	}
	silent := false
	for {
		if s, err := desk.Snapshot(ctx); err == nil {
			notices, told := auth.Notices(desk.Told(), s, desk.Wishes().NoticePolicy(), clock.Wall())
			desk.PutTold(told)
			for _, notice := range notices {
				err := n.tell(ctx, notice)
				if err != nil && !silent {
					log.Info("no notifications", "error", err)
				}
				silent = errors.Is(err, ErrNoNotifications)
			}
		}
		wake, stop := clock.After(againAfter)
		select {
		case _, open := <-changes:
			stop()
			if !open {
				return
			}
		case <-wake:
		}
	}
}

func (n *Notifier) tell(ctx context.Context, notice auth.Notice) error {
	if len(notice.Accounts) == 0 {
		return n.Withdraw(ctx, notice.Key)
	}
	return n.Show(ctx, NoticeOf(notice))
}
