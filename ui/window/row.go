package window

import (
	"reflect"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// row is a row of the list: a group's heading or an account. The list makes as
// many as fit on the screen and uses them again.
type row struct {
	widget.BaseWidget
	account auth.Status
	heading bool
	hovered bool
	mark    mark

	ground *panel
	ring   *panel
	tile   *tile
	name   *line
	sub    *line
	left   *digits
	pill   *pill
	title  *line

	onTap   func(auth.AccountID)
	onAside func(*row, fyne.Position)
}

// mark says how a row stands out.
type mark int

// The marks.
const (
	unmarked mark = iota
	marked        // it is the account on the right
	focused       // and the keyboard is here
)

var (
	_ desktop.Hoverable      = (*row)(nil)
	_ fyne.Tappable          = (*row)(nil)
	_ fyne.SecondaryTappable = (*row)(nil)
	_ fyne.Accessible        = (*row)(nil)
)

const (
	rowHeight     = 52
	headingHeight = 26
	tileSide      = 38
	rowMargin     = 8  // from the edge of the list to the ground of a row
	rowPad        = 10 // from there to what stands on it
)

func newRow(onTap func(auth.AccountID), onAside func(*row, fyne.Position)) *row {
	r := &row{
		onTap: onTap, onAside: onAside,
		ground: newPanel(none, none, 10), ring: newPanel(none, none, 12), tile: newTile(tileSide),
		name:  newFlexible(face{size: sizeName, style: semiBold, ink: ink}),
		sub:   newFlexible(face{size: sizeSmall, ink: muted}),
		left:  newDigits(face{size: sizeText, style: semiBold, align: fyne.TextAlignTrailing}),
		pill:  newPill(),
		title: newLine("", face{size: sizeCaption, style: semiBold, ink: muted}),
	}
	r.ring.stroke = 2
	r.ExtendBaseWidget(r)
	return r
}

// showHeading makes it a group's heading.
func (r *row) showHeading(text string) {
	r.heading, r.account = true, auth.Status{}
	r.title.say(text)
	r.Refresh()
}

// showAccount makes it an account's row. What stays the same is not painted again:
// a change of one account among thousands must not cost a repaint of the window.
func (r *row) showAccount(a auth.Status, m mark, now time.Time) {
	if !r.heading && r.mark == m && reflect.DeepEqual(r.account, a) {
		r.tick(now)
		return
	}
	r.heading, r.account, r.mark = false, a, m
	r.tile.show(a.Name, a.Colour)
	r.name.say(words.Plain(a.Name))
	r.tick(now)
	r.Refresh()
}

// tick shows the time that is left; it draws nothing that stays the same.
func (r *row) tick(now time.Time) {
	if r.heading {
		return
	}
	r.sub.say(beneath(r.account, now))
	word := badge(r.account, now)
	tone := toneOf(r.account, now)
	if needsPerson(r.account, now) {
		tone = needs
	}
	r.pill.say(word, tone, softOf(tone))
	visible(r.pill, word != "")
	text := ""
	if word == "" {
		text = words.Left(r.account, now)
	}
	if r.left.say(text, tone) {
		r.place(r.Size())
	}
}

// badge is the word in place of a countdown, or "".
func badge(a auth.Status, now time.Time) string {
	switch {
	case a.State == auth.StateMisconfigured:
		return "Fix"
	case a.State == auth.StateInDoubt && needsPerson(a, now):
		return "Try again"
	case needsPerson(a, now):
		return "Sign in"
	case a.State == auth.StatePaused:
		return "Paused"
	}
	return ""
}

// Tapped chooses the account.
func (r *row) Tapped(*fyne.PointEvent) { r.onTap(r.account.ID) }

// TappedSecondary wants the account's menu.
func (r *row) TappedSecondary(e *fyne.PointEvent) { r.onAside(r, e.Position) }

// AccessibilityLabel is what the row says.
func (r *row) AccessibilityLabel() string {
	if r.heading {
		return r.title.text
	}
	return strings.TrimSpace(r.name.text + ", " + r.sub.text + ", " + r.left.text + r.pill.word.text)
}

// AccessibilityRole is that of something to choose.
func (r *row) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// MouseIn tints the row.
func (r *row) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved changes nothing.
func (r *row) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the tint away.
func (r *row) MouseOut() { r.hovered = false; r.Refresh() }

// CreateRenderer is called by the toolkit.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	r.paint()
	objects := []fyne.CanvasObject{r.ground, r.ring, r.tile, r.name, r.sub, r.left, r.pill, r.title}
	return &bareRenderer{
		objects: objects, layout: r.place,
		least: func() fyne.Size { return fyne.NewSize(200, rowHeight) },
		refresh: func() {
			r.paint()
			r.place(r.Size())
			for _, o := range objects {
				o.Refresh()
			}
		},
	}
}

func (r *row) paint() {
	fill, edge, around := none, none, none
	switch {
	case r.heading:
	case r.mark != unmarked:
		fill, edge = surface, hairline
	case r.hovered:
		fill = sunken
	}
	if r.mark == focused && !r.heading {
		around = primary
	}
	r.ground.fill, r.ground.edge, r.ring.edge = fill, edge, around
	for _, o := range []fyne.CanvasObject{r.tile, r.name, r.sub, r.left, r.pill} {
		visible(o, !r.heading)
	}
	visible(r.title, r.heading)
	visible(r.pill, !r.heading && r.pill.word.text != "")
}

// visible shows or hides o, without a repaint where nothing changes. A view says
// what is so, and not which of two functions that means.
func visible(o fyne.CanvasObject, yes bool) { //nolint:revive // see above: a flag is what it takes
	if yes != o.Visible() {
		if yes {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

func (r *row) place(size fyne.Size) {
	inner := size.Width - 2*rowMargin
	r.ground.Move(fyne.NewPos(rowMargin, -2))
	r.ground.Resize(fyne.NewSize(inner, size.Height+4))
	r.ring.Move(fyne.NewPos(rowMargin, -2))
	r.ring.Resize(r.ground.Size())
	r.title.Move(fyne.NewPos(rowMargin+rowPad, 4))
	r.title.Resize(fyne.NewSize(inner-2*rowPad, size.Height-4))

	x := float32(rowMargin + rowPad)
	r.tile.Move(fyne.NewPos(x, (size.Height-tileSide)/2))
	r.tile.Resize(fyne.NewSquareSize(tileSide))
	right := size.Width - rowMargin - rowPad
	end := right
	if r.pill.word.text != "" {
		p := r.pill.MinSize()
		end -= p.Width
		r.pill.Move(fyne.NewPos(end, (size.Height-p.Height)/2))
		r.pill.Resize(p)
	}
	if w := r.left.MinSize(); r.left.text != "" {
		end -= w.Width
		r.left.Move(fyne.NewPos(end, (size.Height-w.Height)/2))
		r.left.Resize(w)
	} else {
		r.left.Resize(fyne.NewSize(0, w.Height))
	}
	x += tileSide + 12
	width := max(0, end-x-10)
	name, sub := r.name.MinSize().Height, r.sub.MinSize().Height
	top := (size.Height - name - sub - 1) / 2
	r.name.Move(fyne.NewPos(x, top))
	r.name.Resize(fyne.NewSize(width, name))
	r.sub.Move(fyne.NewPos(x, top+name+1))
	r.sub.Resize(fyne.NewSize(width, sub))
}
