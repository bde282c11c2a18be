package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// accounts is the toolkit's list, which makes only the rows on the screen, with
// the keys that a list of accounts wants. It draws no ground of its own: rows do.
type accounts struct {
	widget.List
	view     *listView
	keys     keys
	hasFocus bool
	byKeys   bool // the keyboard brought the focus or moved it; the mouse doesn't need a ring
	heights  map[int]float32
}

func newAccounts(k keys, v *listView) *accounts {
	l := &accounts{view: v, keys: k, heights: map[int]float32{}}
	l.HideSeparators = true
	l.Length = func() int { return len(v.rows) }
	l.CreateItem = func() fyne.CanvasObject { return newRow(v.tapped, v.tappedAside) }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		r := o.(*row)
		v.onScreen[i] = r
		v.fill(i, r)
	}
	l.ExtendBaseWidget(l)
	return l
}

// height tells the list the height of a row where it is another one: each change costs a refresh.
func (l *accounts) height(i int, h float32) {
	have, known := l.heights[i]
	if !known {
		have = rowHeight
	}
	if have != h {
		l.heights[i] = h
		l.SetItemHeight(i, h)
	}
}

// FocusGained shows where the keyboard is.
func (l *accounts) FocusGained() { l.hasFocus, l.byKeys = true, true; l.view.repaint() }

// FocusLost hides it.
func (l *accounts) FocusLost() { l.hasFocus = false; l.view.repaint() }

// TypedKey moves the choice, and does with it what keys do elsewhere: Enter copies,
// Space turns to it, Delete asks, the Menu key and F10 (with Shift or without) open
// its menu.
func (l *accounts) TypedKey(e *fyne.KeyEvent) {
	v := l.view
	l.byKeys = true
	switch e.Name {
	case fyne.KeyDown:
		v.step(1)
	case fyne.KeyUp:
		v.step(-1)
	case fyne.KeyPageDown:
		v.step(l.page())
	case fyne.KeyPageUp:
		v.step(-l.page())
	case fyne.KeyHome:
		v.step(-len(v.rows))
	case fyne.KeyEnd:
		v.step(len(v.rows))
	default:
		l.typedAt(e)
	}
}

// TypedShortcut copies the chosen token, and hands on the window's own shortcuts.
func (l *accounts) TypedShortcut(s fyne.Shortcut) {
	if _, is := s.(*fyne.ShortcutCopy); is && l.view.chosen != "" {
		l.view.onEnter(l.view.chosen)
		return
	}
	l.keys.shortcut(s)
}

// typedAt is TypedKey for what is done with the chosen account.
func (l *accounts) typedAt(e *fyne.KeyEvent) {
	v := l.view
	if v.chosen == "" {
		l.keys.typed(e)
		return
	}
	switch e.Name {
	case fyne.KeySpace:
		v.onPick(v.chosen)
	case fyne.KeyReturn, fyne.KeyEnter:
		v.onEnter(v.chosen)
	case fyne.KeyDelete:
		v.onDel(v.chosen)
	case desktop.KeyMenu, fyne.KeyF10:
		v.chosenMenu()
	default:
		l.keys.typed(e)
	}
}

// page is how many accounts fit on the screen.
func (l *accounts) page() int { return max(1, int(l.Size().Height/(rowHeight+4))) }
