package window

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// Settings turns to the settings, once it is known what is kept: a change builds on that.
func (w *Window) Settings() {
	if !w.seen || w.attempt != nil || closed(w.snapshot.Vault) {
		return
	}
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		p, err := desk.Preferences(ctx)
		return func() {
			if err != nil {
				w.notify(told(problem(err)))
				return
			}
			w.settings.show(p)
			w.learnLogin()
			w.learnSeal()
			w.turnTo(w.settings)
		}
	})
}

// wantedChange is a change of the preferences that waits for the one before it.
type wantedChange struct {
	from   preference
	change func(*auth.Preferences)
}

// prefer keeps one change of the preferences, after those before it.
func (w *Window) prefer(from preference, change func(*auth.Preferences)) {
	v := w.settings
	v.waiting = append(v.waiting, wantedChange{from, change})
	if len(v.waiting) == 1 {
		w.preferNext()
	}
}

// preferNext keeps the first change that waits, and the look of the window with it.
func (w *Window) preferNext() {
	v, desk := w.settings, w.parts.Desk
	next, p := v.waiting[0], v.kept
	next.change(&p)
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Prefer(ctx, p))
		return func() {
			if err == nil {
				v.kept = p
				next.from.failed("")
				w.wear(p.Theme)
			}
			next.from.show(v.kept)
			if err != nil {
				next.from.failed(toldInSettings(err))
			}
			v.whole.Refresh()
			if v.waiting = v.waiting[1:]; len(v.waiting) > 0 {
				w.preferNext()
			}
		}
	})
}

// toldInSettings is told where the field is right above.
func toldInSettings(e *auth.Error) string {
	if e.Kind == auth.KindUsage && e.Detail != "" {
		return sentence(e.Detail)
	}
	return told(e)
}

// wear changes the look of the window, at once.
func (w *Window) wear(t auth.Theme) {
	if t != w.theme {
		w.theme = t
		w.app.Settings().SetTheme(ThemeOf(t))
	}
}
