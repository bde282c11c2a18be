package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// menu is what is done seldom.
func (w *Window) menu(at fyne.CanvasObject) {
	id := w.chosen
	items := []*fyne.MenuItem{
		fyne.NewMenuItem("Rename…", func() { w.askName(id) }),
		fyne.NewMenuItem("Sign in again…", func() { w.SignIn(id) }),
	}
	if a, known := find(w.snapshot, id); known && a.Grant != auth.ClientCredentials {
		items = append(items, fyne.NewMenuItem("Use a different account…", func() { w.signInAs(id, auth.Reconnection{Another: true}) }))
	}
	items = append(items, fyne.NewMenuItem("Change client details…", w.editClient),
		fyne.NewMenuItem(supportLabel, w.support), fyne.NewMenuItemSeparator())
	items = append(items, w.pauseItems(id)...)
	if len(w.snapshot.Accounts) > 1 {
		items = append(items, w.pauseAllItem(at))
	}
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Forget this account…", func() { w.askForget(id) }))
	w.popUp(at, items)
}

// rowMenu is what can be done with a row of the list, at a point of it.
func (w *Window) rowMenu(id auth.AccountID, at fyne.CanvasObject, where fyne.Position) {
	items := []*fyne.MenuItem{fyne.NewMenuItem(copyLabel, func() { w.copyToken(id) })}
	if forms := w.copyAsItems(id); len(forms) > 0 {
		as := fyne.NewMenuItem("Copy as", func() { w.popUpAt(at, where, forms) }) // by Enter, which opens no menu in a menu
		as.ChildMenu = fyne.NewMenu("", forms...)
		items = append(items, as)
	}
	items = append(items, fyne.NewMenuItem(refreshLabel, func() { w.refreshNow(id) }), fyne.NewMenuItemSeparator())
	items = append(items, w.pauseItems(id)...)
	items = append(items, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Rename…", func() { w.toQuestion(id, w.askName) }),
		fyne.NewMenuItem("Forget this account…", func() { w.toQuestion(id, w.askForget) }))
	w.popUpAt(at, where, items)
}

// popUpAt shows a menu at a point of an object.
func (w *Window) popUpAt(at fyne.CanvasObject, where fyne.Position, items []*fyne.MenuItem) {
	widget.NewPopUpMenu(fyne.NewMenu("", items...), w.window.Canvas()).ShowAtRelativePosition(where, at)
}

// toQuestion asks about an account on its page, which has to be in sight for that.
func (w *Window) toQuestion(id auth.AccountID, ask func(auth.AccountID)) {
	w.pick(id)
	ask(id)
}

// pauseItems are the ways to leave an account alone, or the way back.
func (w *Window) pauseItems(id auth.AccountID) []*fyne.MenuItem {
	if a, known := find(w.snapshot, id); known && a.State == auth.StatePaused {
		return []*fyne.MenuItem{fyne.NewMenuItem("Resume", func() { w.resume(id) })}
	}
	var items []*fyne.MenuItem
	for _, p := range words.Pauses() {
		items = append(items, fyne.NewMenuItem(p.OfOne(), func() { w.pause(id, p.End(w.parts.Now())) }))
	}
	return items
}

// pauseAllItem leads to the ways to leave every account alone, in a menu at the
// same place: a menu in the menu is not opened by Enter. Where all are paused it is
// the way back.
func (w *Window) pauseAllItem(at fyne.CanvasObject) *fyne.MenuItem {
	resume := fyne.NewMenuItem(words.ResumeAll, w.resumeAll)
	var items []*fyne.MenuItem
	for _, p := range words.Pauses() {
		items = append(items, fyne.NewMenuItem(p.OfAll(), func() { w.pauseAll(p.End(w.parts.Now())) }))
	}
	switch paused(w.snapshot) {
	case 0:
	case len(w.snapshot.Accounts):
		return resume
	default:
		items = append(items, resume)
	}
	return fyne.NewMenuItem(words.PauseAll+"…", func() { w.popUp(at, items) })
}

// copyAsMenu offers the forms in which the token of the chosen account can be copied.
func (w *Window) copyAsMenu(at fyne.CanvasObject) { w.popUp(at, w.copyAsItems(w.chosen)) }

func (w *Window) copyAsItems(id auth.AccountID) []*fyne.MenuItem {
	d := w.home.account.details
	if d.ID != id {
		d = auth.Details{}
	}
	var items []*fyne.MenuItem
	for _, f := range w.parts.Forms(d) {
		items = append(items, fyne.NewMenuItem(f.Label, func() { w.copyAs(id, f.ID) }))
	}
	return items
}

// popUp shows a menu below what was chosen, its right edge along that one's.
func (w *Window) popUp(at fyne.CanvasObject, items []*fyne.MenuItem) {
	if len(items) == 0 {
		return
	}
	menu := widget.NewPopUpMenu(fyne.NewMenu("", items...), w.window.Canvas())
	menu.ShowAtRelativePosition(fyne.NewPos(at.Size().Width-menu.MinSize().Width, at.Size().Height+4), at)
}
