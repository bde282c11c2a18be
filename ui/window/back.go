package window

// newBackLink is the way back at the top of a page that is longer than the window.
func newBackLink(k keys, back func()) *button {
	b := newButton("‹ Back", linkRank, k, back)
	b.spoken = "Back"
	return b
}

// goBack is Escape and every Back and Cancel: one step towards where the window rests.
func (w *Window) goBack() {
	switch {
	case w.attempt != nil:
		t := *w.attempt
		w.attempt = nil
		if t.giveUp != nil {
			t.giveUp()
		}
		w.turnTo(t.from)
	case w.form != nil && w.screen == w.form:
		w.form = nil
		w.turnTo(w.choose)
	case w.screen == w.file:
		w.turnTo(w.choose)
	case w.screen == w.welcomed:
		w.rest()
	case w.screen == w.choose || w.screen == w.client || w.screen == w.inspected || w.screen == w.settings:
		w.rest()
	case w.screen == w.home:
		w.back()
	}
}

// back leaves the search, the question, or the account where there is one pane.
func (w *Window) back() {
	w.home.account.question.done()
	w.home.account.whole.Refresh()
	if w.home.list.search.Text != "" {
		w.home.list.search.SetText("")
	}
	if w.home.panes.onePane {
		w.home.panes.onAccount = false
		w.home.whole.Refresh()
	}
	w.window.Canvas().Focus(w.home.list.list)
}
