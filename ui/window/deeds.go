package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
)

// deeds is what can be done with the chosen account.
func (w *Window) deeds() accountDeeds {
	return accountDeeds{
		back:      w.goBack,
		copyToken: func() { w.copyToken(w.chosen) },
		refresh:   func() { w.refreshNow(w.chosen) },
		signIn:    func() { w.SignIn(w.chosen) },
		edit:      w.editClient,
		forget:    func() { w.forget(w.chosen) },
		copyText:  w.copyText,
		menu:      w.menu,
	}
}

// copyToken has the agent copy the token of an account.
func (w *Window) copyToken(id auth.AccountID) {
	w.errands.run(func(ctx context.Context) func() {
		err := problem(w.parts.Copy(ctx, id))
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
func (w *Window) copyText(text string) {
	w.errands.run(func(ctx context.Context) func() {
		err := problem(w.parts.CopyText(ctx, text))
		if err == nil {
			return nil
		}
		return func() { w.home.account.complain(err) }
	})
}

// refreshNow asks the provider for a new token, whatever is stored.
func (w *Window) refreshNow(id auth.AccountID) {
	desk := w.parts.Desk
	w.do(id, func(ctx context.Context) error {
		// The token that comes with it is dropped: the window has no use for it.
		_, err := desk.Token(ctx, id, auth.Want{Validity: auth.Usual.Validity, Force: true})
		return err
	})
}

// menu is what is done seldom.
func (w *Window) menu(at fyne.CanvasObject) {
	items := []*fyne.MenuItem{fyne.NewMenuItem("Sign in again…", func() { w.SignIn(w.chosen) })}
	items = append(items, fyne.NewMenuItem("Change client details…", w.editClient), fyne.NewMenuItemSeparator())
	items = append(items, w.pauseItems()...)
	items = append(items, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Forget this account…", func() { w.home.account.ask(true) }))
	menu := widget.NewPopUpMenu(fyne.NewMenu("", items...), w.window.Canvas())
	size := menu.MinSize()
	menu.ShowAtRelativePosition(fyne.NewPos(at.Size().Width-size.Width, at.Size().Height+4), at)
}

// pauseItems are the ways to leave the chosen account alone, or the way back.
func (w *Window) pauseItems() []*fyne.MenuItem {
	id := w.chosen
	if a, known := find(w.snapshot, id); known && a.State == auth.StatePaused {
		return []*fyne.MenuItem{fyne.NewMenuItem("Resume", func() { w.resume(id) })}
	}
	return []*fyne.MenuItem{
		fyne.NewMenuItem("Pause until tomorrow", func() { w.pause(id, tomorrow(w.parts.Now())) }),
		fyne.NewMenuItem("Pause until I resume it", func() { w.pause(id, time.Time{}) }),
	}
}

// tomorrow is the next midnight where the person is.
func tomorrow(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
}

func (w *Window) pause(id auth.AccountID, until time.Time) {
	desk := w.parts.Desk
	w.do(id, func(ctx context.Context) error { return desk.Pause(ctx, id, until) })
}

func (w *Window) resume(id auth.AccountID) {
	desk := w.parts.Desk
	w.do(id, func(ctx context.Context) error { return desk.Resume(ctx, id) })
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

// forget removes an account.
func (w *Window) forget(id auth.AccountID) {
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		_, err := desk.Forget(ctx, id)
		return func() {
			w.home.account.ask(false)
			if err != nil {
				w.home.account.complain(problem(err))
				return
			}
			w.home.panes.onAccount = false
			w.pull()
		}
	})
}

// editClient turns to the form for the chosen account's client.
func (w *Window) editClient() {
	id, desk := w.chosen, w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		d, err := desk.Show(ctx, id)
		return func() {
			if err != nil {
				w.home.account.complain(problem(err))
				return
			}
			w.client.show(d)
			w.turnTo(w.client)
		}
	})
}

// edit saves what the form says.
func (w *Window) edit(id auth.AccountID, change auth.Change) {
	desk := w.parts.Desk
	w.client.save.disable()
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Edit(ctx, id, change))
		return func() {
			w.client.save.enable()
			if err != nil {
				w.client.failed(err)
				return
			}
			w.client.secret.fill("")
			w.rest()
			w.pull()
		}
	})
}

// unlock opens the vault, and makes one where there is none.
func (w *Window) unlock(passphrase auth.Secret) {
	desk := w.parts.Desk
	w.vault.complain(nil)
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Unlock(ctx, passphrase))
		return func() {
			if err != nil {
				w.vault.complain(err)
				w.window.Canvas().Focus(w.vault.passphrase.entry)
				return
			}
			w.vault.opened()
			w.pull()
		}
	})
}

// agentGone says that nothing is refreshed any more.
func (w *Window) agentGone(e *auth.Error) {
	w.gone.gone(nil)
	w.whole.Refresh()
	if e != nil && !w.seen {
		w.blank.say("Tokentray isn’t running", "Start its background part, and your accounts appear here.")
	}
}

func (w *Window) agentBack() {
	if w.gone.whole.Visible() {
		w.gone.back()
		w.whole.Refresh()
	}
}

// restart starts the agent again and hands the new way to it to Watch.
func (w *Window) restart() {
	if w.parts.Restart == nil {
		return
	}
	w.gone.starting()
	w.errands.run(func(ctx context.Context) func() {
		desk, err := w.parts.Restart(ctx)
		return func() {
			if err != nil {
				w.gone.gone(problem(err))
				w.whole.Refresh()
				return
			}
			w.parts.Desk = desk
			select { // one is enough: Watch takes the newest
			case <-w.restarted:
			default:
			}
			w.restarted <- desk
			w.pull()
		}
	})
}
