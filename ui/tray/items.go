//go:build linux || windows

package tray

import "fyne.io/systray"

// items are the menu's lines in systray. A line keeps its number as long as it
// means the same, so that a click on a menu drawn before a change is never taken
// for another account's. A click on a line that is no longer there is lost, which
// isOpen prevents where somebody tells that the menu is open.
type items struct {
	click   func(entry)
	literal func(label string) string
	shown   []entry
	lines   []*line // beside shown; nil for a separator
}

// line is one item. Its goroutine hears its clicks until it is ended.
type line struct {
	item *systray.MenuItem
	end  chan struct{}
}

// show makes the menu say entries.
func (m *items) show(entries []entry) {
	if m.sameLines(entries) {
		for i, e := range entries {
			if m.shown[i] != e {
				m.lines[i].item.SetTitle(m.literal(e.label))
			}
		}
		m.shown = entries
		return
	}
	m.end()
	systray.ResetMenu()
	m.shown, m.lines = entries, make([]*line, len(entries))
	var outer *systray.MenuItem
	for i, e := range entries {
		switch {
		case e.deed == separator:
			systray.AddSeparator()
		case e.inner:
			m.lines[i] = m.listen(e, outer.AddSubMenuItem(m.literal(e.label), ""))
		default:
			outer = systray.AddMenuItem(m.literal(e.label), "")
			m.lines[i] = m.listen(e, outer)
		}
	}
}

// sameLines reports whether entries differ from what is shown in their labels alone.
func (m *items) sameLines(entries []entry) bool {
	if len(entries) != len(m.shown) {
		return false
	}
	for i, e := range entries {
		shown := m.shown[i]
		shown.label = e.label
		if e != shown {
			return false
		}
	}
	return true
}

// listen hears the clicks on an item. systray offers a click to whoever listens at
// that moment, so somebody has to, always.
func (m *items) listen(e entry, item *systray.MenuItem) *line {
	l := &line{item: item, end: make(chan struct{})}
	clicked := item.ClickedCh
	go func() {
		for {
			select {
			case <-clicked:
				m.click(e)
			case <-l.end:
				return
			}
		}
	}()
	return l
}

// end stops listening. systray closes the channel of an item that it removes, even
// while it is about to send a click on it; an item without one is left alone.
func (m *items) end() {
	for _, l := range m.lines {
		if l != nil {
			close(l.end)
			l.item.ClickedCh = nil
		}
	}
	m.lines, m.shown = nil, nil
}
