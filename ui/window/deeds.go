package window

import (
	"context"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// deeds is what can be done with the chosen account.
func (w *Window) deeds() accountDeeds {
	do := accountDeeds{
		back:      w.goBack,
		copyToken: func() { w.copyToken(w.chosen) },
		refresh:   func() { w.refreshNow(w.chosen) },
		resume:    func() { w.resume(w.chosen) },
		signIn:    func() { w.SignIn(w.chosen) },
		snooze:    func() { w.snooze(w.chosen) },
		edit:      w.editClient,
		copyText:  w.copyText,
		support:   w.support,
		reveal:    w.reveal,
		inspect:   w.inspect,
		menu:      w.menu,
	}
	if w.parts.CopyAs != nil {
		do.copyAs = w.copyAsMenu
	}
	return do
}

// copyToken has the agent copy the token of an account.
func (w *Window) copyToken(id auth.AccountID) {
	w.copyBy(id, func(ctx context.Context) error { return w.parts.Copy(ctx, id) })
}

// copyAs is copyToken in another form.
func (w *Window) copyAs(id auth.AccountID, form string) {
	w.copyBy(id, func(ctx context.Context) error { return w.parts.CopyAs(ctx, id, form) })
}

func (w *Window) copyBy(id auth.AccountID, put func(context.Context) error) {
	w.errands.run(func(ctx context.Context) func() {
		err := problem(put(ctx))
		return func() {
			if w.chosen == id {
				w.home.account.copied(err, w.later)
			}
		}
	})
}

// later does f on the UI thread when d has passed.
func (w *Window) later(d time.Duration, f func()) {
	w.parts.After(d, func() { w.errands.back(w.errands.ctx, f) })
}

// copyText copies an address or a provider's words.
func (w *Window) copyText(text string) { w.copyTextThen(text, func() {}) }

func (w *Window) copyTextThen(text string, copied func()) {
	w.errands.run(func(ctx context.Context) func() {
		err := problem(w.parts.CopyText(ctx, text))
		if err == nil {
			return copied
		}
		return func() { w.home.account.complain(err) }
	})
}

// support copies how the chosen account stands, for whoever helps.
func (w *Window) support() {
	v := w.home.account
	text := words.Support(v.account, v.details, w.parts.Version, w.parts.Now())
	w.copyTextThen(text, func() {
		v.said.copied()
		w.later(copiedFor, v.said.rest)
	})
}

// refreshNow asks the provider for a new token, whatever is stored.
func (w *Window) refreshNow(id auth.AccountID) {
	desk := w.parts.Desk
	w.do(id, func(ctx context.Context) error { return desk.Refresh(ctx, id) })
}

// remindAt is the hour at which "tomorrow" begins for a reminder.
const remindAt = 9

// snooze has nobody told about an account before tomorrow.
func (w *Window) snooze(id auth.AccountID) {
	desk, now := w.parts.Desk, w.parts.Now()
	until := time.Date(now.Year(), now.Month(), now.Day()+1, remindAt, 0, 0, 0, now.Location())
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Snooze(ctx, id, until))
		return func() {
			if w.chosen != id {
				return
			}
			if err != nil {
				w.home.account.complain(err)
				return
			}
			w.home.account.appeal.snoozed()
		}
	})
}

func (w *Window) pause(id auth.AccountID, until time.Time) {
	desk := w.parts.Desk
	w.do(id, func(ctx context.Context) error { return desk.Pause(ctx, id, until) })
}

func (w *Window) resume(id auth.AccountID) {
	desk := w.parts.Desk
	w.do(id, func(ctx context.Context) error { return desk.Resume(ctx, id) })
}

// pauseAll leaves every account alone; what doesn't go well is said on the page in sight.
func (w *Window) pauseAll(until time.Time) {
	desk := w.parts.Desk
	w.do(w.chosen, func(ctx context.Context) error { return desk.Pause(ctx, "", until) })
}

func (w *Window) resumeAll() {
	desk := w.parts.Desk
	w.do(w.chosen, func(ctx context.Context) error { return desk.Resume(ctx, "") })
}

// do does something with an account and shows what became of it.
func (w *Window) do(id auth.AccountID, deed func(context.Context) error) {
	w.home.account.complain(nil)
	w.errands.run(func(ctx context.Context) func() {
		err := problem(deed(ctx))
		return func() {
			if w.chosen == id {
				w.home.account.complain(err)
			}
			w.pull()
		}
	})
}
