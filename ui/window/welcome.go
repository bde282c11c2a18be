package window

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// welcomeView is the end of adding an account: who it turned out to be, and what
// it is to be called.
type welcomeView struct {
	account auth.Status
	tile    *tile
	name    *field
	done    *button
	sheet   *sheet
}

func newWelcomeView(k keys, onDone func(id auth.AccountID, name string)) *welcomeView {
	v := &welcomeView{tile: newTile(64)}
	v.name = newField(k, "What do you want to call it?", "The list, the tray and the command line call it so.", checkName)
	done := func() {
		if v.name.judge() {
			v.done.disable()
			onDone(v.account.ID, strings.TrimSpace(v.name.text()))
		}
		v.sheet.whole.Refresh()
	}
	v.name.entry.OnSubmitted = func(string) { done() }
	v.done = newButton("Done", primaryRank, k, done)
	v.sheet = newTopSheet(v.tile, "", "", v.name.whole, middle(v.done))
	return v
}

func (v *welcomeView) object() fyne.CanvasObject { return v.sheet.whole }
func (v *welcomeView) first() fyne.Focusable     { return v.name.entry }

func (v *welcomeView) show(a auth.Status) {
	v.account = a
	v.tile.show(a.Name, a.Colour)
	v.name.fill(a.Name)
	v.done.enable()
	title := "You’re signed in"
	text := ""
	if who := joined(a.Identity.Name, a.Identity.Email, a.Identity.Tenant); who != "" {
		text = "As " + who + ". "
	}
	if a.Grant == auth.ClientCredentials {
		title = "It is connected"
	}
	if a.RefreshAt.IsZero() && a.Grant != auth.ClientCredentials {
		text += words.Plain(a.ProviderName) + " gave nothing to refresh with, so Tokentray tells you before this token runs out."
	} else {
		text += "From now on the token is kept fresh by itself."
	}
	v.sheet.say(title, text)
	v.sheet.whole.Refresh()
}

// refused says why it can't be called so.
func (v *welcomeView) refused(e *auth.Error) {
	v.done.enable()
	v.name.complain(told(e))
	v.sheet.whole.Refresh()
}

// welcome shows who signed in and asks for a name.
func (w *Window) welcome(a auth.Status) {
	w.welcomed.show(a)
	w.turnTo(w.welcomed)
}

// named gives a new account the name that was typed.
func (w *Window) named(id auth.AccountID, name string) {
	desk, same := w.parts.Desk, name == w.welcomed.account.Name
	if same {
		w.toAccount(w.welcomed.account)
		return
	}
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Rename(ctx, id, name))
		return func() {
			if err != nil {
				w.welcomed.refused(err)
				return
			}
			w.toAccount(w.welcomed.account)
			w.pull()
		}
	})
}
