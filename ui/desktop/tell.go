package desktop

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// againAfter bounds how long Tell waits without a change: what was not yet due to
// be told, because it may heal by itself, becomes due by time alone. What could not
// be shown is tried again no earlier, whatever changes meanwhile.
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
// Where nothing shows notifications it says so in the log, once, and tries again.
func Tell(ctx context.Context, desk Told, n *Notifier, clock auth.Clock, log *slog.Logger) {
	changes, err := desk.Watch(ctx)
	if err != nil {
		log.Warn("nobody can be notified", "error", err)
		return
	}
	t := teller{desk: desk, notifier: n, clock: clock, log: log}
	for {
		t.look(ctx)
		wake, stop := clock.After(auth.Together(clock, againAfter))
		select {
		case _, open := <-changes:
			stop()
			if !open {
				return
			}
		case <-n.Appeared():
			stop()
			t.hope()
		case <-wake:
		}
	}
}

// teller is Tell under way.
type teller struct {
	desk     Told
	notifier *Notifier
	clock    auth.Clock
	log      *slog.Logger

	silent    bool          // nothing shows notifications, and the log says so
	hoped     bool          // that was doubted since, once
	notBefore time.Duration // mono; until then nothing is tried
}

// look tells what is to be told now. What was shown is kept as told after that: who
// is killed in between tells a second time, and not never.
func (t *teller) look(ctx context.Context) {
	s, err := t.desk.Snapshot(ctx)
	if err != nil {
		return
	}
	before, policy := t.desk.Told(), t.desk.Wishes().NoticePolicy()
	policy.Zone = here.zone()
	notices, told := auth.Notices(before, s, policy, t.clock.Wall())
	for _, notice := range notices {
		if !t.tell(ctx, notice) {
			untell(told, before, notice)
		}
	}
	t.desk.PutTold(told)
}

// hope has what could not be shown tried at once: something that shows it is there
// now. Where it fails all the same time decides again, since what is started by
// being asked and ends at once would be asked for ever.
func (t *teller) hope() {
	if t.silent && !t.hoped {
		t.hoped, t.notBefore = true, 0
	}
}

// tell shows or withdraws notice; false: it was not shown.
func (t *teller) tell(ctx context.Context, notice auth.Notice) (shown bool) {
	if len(notice.Accounts) == 0 {
		if err := t.notifier.Withdraw(ctx, notice.Key); err != nil {
			t.log.Debug("a notification was not withdrawn", "error", err)
		}
		return true
	}
	if t.clock.Mono() < t.notBefore {
		return false
	}
	err := t.notifier.Show(ctx, NoticeOf(notice))
	if err != nil && !t.silent {
		t.log.Info("no notifications", "error", err)
	}
	if t.silent = errors.Is(err, ErrNoNotifications); t.silent {
		t.notBefore = t.clock.Mono() + againAfter
		return false
	}
	t.hoped = false
	return true
}

// untell has told say of those whom notice is about what it said before.
func untell(told, before auth.Told, notice auth.Notice) {
	for _, a := range notice.Accounts {
		m := told[a.ID]
		m.At = time.Time{}
		if was := before[a.ID]; was.Key == m.Key {
			m.At = was.At // of the last time that it stood
		}
		told[a.ID] = m
	}
}
