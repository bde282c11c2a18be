package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// keys gets what a focused widget has no use for itself: the toolkit tells a key
// to the focused widget alone.
type keys struct {
	onKey      func(fyne.KeyName)
	onShortcut func(fyne.KeyName)
	onFocus    func(fyne.Focusable)
}

// focus puts the keyboard where a view has just asked for something.
func (k keys) focus(f fyne.Focusable) {
	if k.onFocus != nil {
		k.onFocus(f)
	}
}

// typed hands on a key.
func (k keys) typed(e *fyne.KeyEvent) {
	if k.onKey != nil {
		k.onKey(e.Name)
	}
}

// shortcut hands on one of the window's shortcuts and reports whether it was one.
func (k keys) shortcut(s fyne.Shortcut) bool {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierShortcutDefault {
		return false
	}
	for _, name := range shortcuts() {
		if c.KeyName == name && k.onShortcut != nil {
			k.onShortcut(name)
			return true
		}
	}
	return false
}

// shortcuts are the keys that mean something with Ctrl (Command on macOS):
// search, add, close.
func shortcuts() []fyne.KeyName { return []fyne.KeyName{fyne.KeyF, fyne.KeyN, fyne.KeyQ, fyne.KeyW} }

// keys are the window's own.
func (w *Window) keys() keys {
	return keys{onKey: w.onKey, onShortcut: w.onShortcut, onFocus: func(f fyne.Focusable) { w.window.Canvas().Focus(f) }}
}

// listen binds the keys for the time when nothing has the focus.
func (w *Window) listen() {
	w.window.SetOnDropped(w.dropped)
	c := w.window.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { w.onKey(e.Name) })
	// What has text of its own to copy gets this one first.
	c.AddShortcut(&fyne.ShortcutCopy{}, func(fyne.Shortcut) { w.copyChosen() })
	for _, name := range shortcuts() {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault},
			func(fyne.Shortcut) { w.onShortcut(name) })
	}
}

func (w *Window) onKey(name fyne.KeyName) {
	switch name {
	case fyne.KeyEscape:
		if w.picking != nil {
			w.picking.Dismiss()
			return
		}
		w.goBack()
	case fyne.KeyF5:
		if w.screen == w.home && w.chosen != "" {
			w.refreshNow(w.chosen)
		}
	}
}

func (w *Window) onShortcut(name fyne.KeyName) {
	switch name {
	case fyne.KeyF:
		w.focusSearch()
	case fyne.KeyN:
		if !closed(w.snapshot.Vault) && w.attempt == nil {
			w.Add()
		}
	case fyne.KeyQ, fyne.KeyW:
		w.window.Close()
	}
}

// copyChosen is Ctrl+C where no text is meant.
func (w *Window) copyChosen() {
	if w.screen == w.home && w.chosen != "" {
		w.copyToken(w.chosen)
	}
}

func (w *Window) focusSearch() {
	switch w.screen {
	case w.home:
		w.home.panes.onAccount = false
		w.home.whole.Refresh()
		w.window.Canvas().Focus(w.home.list.search)
	case w.choose:
		w.window.Canvas().Focus(w.choose.search)
	}
}
