package window

import (
	"sort"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// listView is the left side: search, the groups of accounts, and how many there are.
type listView struct {
	now     func() time.Time
	onPick  func(auth.AccountID) // by mouse or Enter's neighbour: show it
	onMove  func(auth.AccountID) // by the arrow keys: show it, stay here
	onEnter func(auth.AccountID)
	onDel   func(auth.AccountID)
	onMenu  func(id auth.AccountID, at fyne.CanvasObject, where fyne.Position)

	snapshot auth.Snapshot
	rows     []rowOf
	tops     []float32 // where each row begins; one more for the end
	chosen   auth.AccountID
	onScreen map[int]*row

	search *entry
	list   *accounts
	footer *line
	whole  *fyne.Container
}

func newListView(k keys, now func() time.Time, onAdd, onSettings func()) *listView {
	v := &listView{now: now, onScreen: map[int]*row{}}
	v.search = newSearch(k)
	v.search.hint("Search accounts")
	v.search.OnChanged = func(string) { v.arrange() }
	v.list = newAccounts(k, v)
	v.footer = newFlexible(face{size: sizeSmall, ink: muted})
	bar := container.New(beside{gap: 8, stretch: 0}, ringed(v.search, buttonHeight), newButton("+ Add", primaryRank, k, onAdd))
	top := container.New(column{7}, container.New(card{16, 0}, newPanel(none, none, 0), container.New(column{}, gapOf(16), bar)), gapOf(0.1))
	foot := container.New(column{}, rule(), container.New(card{18, 10}, newPanel(none, none, 0),
		container.New(beside{gap: 12, stretch: 0}, v.footer, newButton("Settings", linkRank, k, onSettings))))
	v.whole = container.NewBorder(top, foot, nil, nil, v.list)
	return v
}

// rule is a hairline across.
func rule() fyne.CanvasObject {
	return container.New(fixed{height: 1}, newPanel(hairline, none, 0))
}

// show takes a new snapshot. Rows are arranged anew only where who stands where
// has changed; otherwise those on the screen are updated in place.
func (v *listView) show(s auth.Snapshot, chosen auth.AccountID) {
	v.snapshot, v.chosen = s, chosen
	v.arrange()
}

func (v *listView) arrange() {
	rows := arrange(v.snapshot, v.search.Text, v.now())
	same := len(rows) == len(v.rows)
	for i := range rows {
		same = same && rows[i] == v.rows[i]
	}
	v.rows = rows
	v.footer.say(v.summary())
	if same {
		for i, r := range v.visibleRows() {
			v.fill(i, r)
		}
		return
	}
	v.measure()
	clear(v.onScreen)
	v.list.Refresh()
}

// measure works out where each row begins, and tells the list of headings' heights.
func (v *listView) measure() {
	gap := v.list.Theme().Size("padding")
	v.tops = make([]float32, len(v.rows)+1)
	for i, r := range v.rows {
		h := float32(rowHeight)
		if r.heading != "" {
			h = headingHeight
		}
		v.list.height(i, h)
		v.tops[i+1] = v.tops[i] + h + gap
	}
}

func (v *listView) summary() string {
	n, shown := len(v.snapshot.Accounts), 0
	for _, r := range v.rows {
		if r.heading == "" {
			shown++
		}
	}
	if shown < n {
		return number(shown) + " of " + count(n, "account", "accounts")
	}
	return count(n, "account", "accounts") + " · all safe in the vault"
}

// tapped is a choice by mouse.
func (v *listView) tapped(id auth.AccountID) {
	if id != "" {
		v.choose(id)
		v.onPick(id)
		v.quiet()
	}
}

// tappedAside wants the menu of a row, where the mouse is.
func (v *listView) tappedAside(r *row, where fyne.Position) {
	if id := r.account.ID; id != "" {
		v.choose(id)
		v.onMove(id)
		v.onMenu(id, r, where)
	}
}

// chosenMenu wants the menu of the chosen row.
func (v *listView) chosenMenu() {
	i := v.indexOf(v.chosen)
	if r := v.onScreen[i]; i >= 0 && r != nil && r.account.ID == v.chosen {
		v.onMenu(v.chosen, r, fyne.NewPos(rowMargin+rowPad+tileSide, r.Size().Height))
	}
}

// visibleRows are the rows that can be seen now.
func (v *listView) visibleRows() map[int]*row {
	seen := map[int]*row{}
	top := v.list.GetScrollOffset()
	bottom := top + v.list.Size().Height
	first := max(0, sort.Search(len(v.tops), func(i int) bool { return v.tops[i] > top })-1)
	for i := first; i < len(v.rows) && v.tops[i] < bottom; i++ {
		if r := v.onScreen[i]; r != nil {
			seen[i] = r
		}
	}
	return seen
}

// tick shows the time that is left in the rows that can be seen. It reports
// whether one of them counts seconds.
func (v *listView) tick(now time.Time) (seconds bool) {
	for _, r := range v.visibleRows() {
		r.tick(now)
		seconds = seconds || countsSeconds(r.account, now)
	}
	return seconds
}

// countsSeconds reports whether what is left of a's token is told in seconds.
func countsSeconds(a auth.Status, now time.Time) bool {
	left := a.ExpiresAt.Sub(now)
	return left > -time.Second && left <= time.Hour
}

func (v *listView) fill(i int, r *row) {
	at := v.rows[i]
	if at.heading != "" {
		r.showHeading(at.heading)
		return
	}
	a := v.snapshot.Accounts[at.account]
	m := unmarked
	if a.ID == v.chosen {
		m = marked
		if v.list.hasFocus && v.list.byKeys {
			m = focused
		}
	}
	r.showAccount(a, m, v.now())
}

// idAt is the account of a row, or "" for a heading.
func (v *listView) idAt(i int) auth.AccountID {
	if i < 0 || i >= len(v.rows) || v.rows[i].heading != "" {
		return ""
	}
	return v.snapshot.Accounts[v.rows[i].account].ID
}

// indexOf is the row of an account, or -1.
func (v *listView) indexOf(id auth.AccountID) int {
	for i := range v.rows {
		if id != "" && v.idAt(i) == id {
			return i
		}
	}
	return -1
}

// first is the account that stands first in the list, or "".
func (v *listView) first() auth.AccountID {
	for i := range v.rows {
		if id := v.idAt(i); id != "" {
			return id
		}
	}
	return ""
}

// choose marks an account and brings it into view.
func (v *listView) choose(id auth.AccountID) {
	v.chosen = id
	if i := v.indexOf(id); i >= 0 {
		v.list.ScrollTo(i)
	}
	v.repaint()
}

func (v *listView) repaint() {
	for i, r := range v.visibleRows() {
		v.fill(i, r)
	}
}

// step moves the choice by the arrow keys, by so many accounts, over headings; at
// the ends it stops.
func (v *listView) step(by int) {
	way, left := 1, by
	if by < 0 {
		way, left = -1, -by
	}
	found := auth.AccountID("")
	for i := v.indexOf(v.chosen) + way; left > 0 && i >= 0 && i < len(v.rows); i += way {
		if id := v.idAt(i); id != "" {
			found = id
			left--
		}
	}
	if found != "" {
		v.choose(found)
		v.onMove(found)
	}
}

// quiet hides the ring until a key is typed: nobody asked for the focus.
func (v *listView) quiet() {
	v.list.byKeys = false
	v.repaint()
}
