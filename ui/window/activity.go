package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// activityView is what happened to an account, the newest first. It shows a few
// and more when asked, so that a long history costs nothing.
type activityView struct {
	events   []auth.Event // oldest first
	provider string
	account  auth.AccountID
	shown    int
	rows     *fyne.Container
	more     *button
	changed  func()
	whole    *fyne.Container
}

// How many events are shown at first, and how many more at a click.
const (
	fewEvents  = 5
	moreEvents = 25
)

// timeWidth lines the sentences up with the facts above.
const timeWidth = labelWidth

func newActivityView(k keys, changed func()) *activityView {
	v := &activityView{shown: fewEvents, rows: container.New(column{6}), changed: changed}
	v.more = newButton("Show more", linkRank, k, func() {
		v.shown += moreEvents
		v.changed()
	})
	head := container.New(beside{stretch: 0}, newLine("Activity", face{size: sizeSmall, style: semiBold, ink: muted}), container.New(column{}))
	v.whole = container.New(column{8}, head, v.rows, container.New(beside{stretch: -1}, v.more))
	return v
}

// show takes the history of an account.
func (v *activityView) show(a auth.Status, history []auth.Event, now time.Time) {
	if a.ID != v.account {
		v.account, v.shown = a.ID, fewEvents
	}
	v.events, v.provider = history, a.ProviderName
	n := min(v.shown, len(v.events))
	v.rows.Objects = v.rows.Objects[:0]
	for i := range n {
		e := v.events[len(v.events)-1-i]
		v.rows.Add(eventRow(e, v.provider, now))
	}
	visible(v.more, n < len(v.events))
	visible(v.whole, len(v.events) > 0)
}

func eventRow(e auth.Event, provider string, now time.Time) fyne.CanvasObject {
	when := newLine(clock(e.At, now), face{size: sizeText, ink: muted})
	tone := ink
	if e.What == auth.EventRefreshFailed || e.What == auth.EventSignInFailed {
		tone = soon
	}
	what := newProse(ended(words.Activity(e, provider)), face{size: sizeText, ink: tone})
	return container.New(numbered{}, container.New(fixed{width: timeWidth}, when), what)
}

// clock is a time to the second today, and the day with the minute before.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04:05")
	}
	if t.Year() == now.Year() {
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006")
}
