//go:build linux || windows

package tray

import "fyne.io/systray"

// items are the menu's lines in systray. A line keeps its number as long as it
// means the same, so that a click on a menu drawn before a change is never taken
// for another account's: a line that is no longer there is a click lost.
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
	for i, e := range entries {
		if e.deed == separator {
			systray.AddSeparator()
			continue
		}
		m.lines[i] = m.add(e)
	}
}

// sameLines reports whether entries differ from what is shown in their labels alone.
func (m *items) sameLines(entries []entry) bool {
	if len(entries) != len(m.shown) {
		return false
	}
	for i, e := range entries {
		if e.deed != m.shown[i].deed || e.account != m.shown[i].account {
			return false
		}
	}
	return true
}

// add appends a line. systray offers a click to whoever listens at that moment, so
// somebody has to, always.
func (m *items) add(e entry) *line {
	l := &line{item: systray.AddMenuItem(m.literal(e.label), ""), end: make(chan struct{})}
	clicked := l.item.ClickedCh
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
