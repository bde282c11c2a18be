package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/ui/words"
)

// entry is a line to type into. It hands on the keys that it has no use for, and
// says when it gains or loses the focus.
type entry struct {
	widget.Entry
	keys    keys
	onFocus func(focused bool)
	hints   []string // placeholders, the longest first: the first that fits is shown
}

func newEntry(k keys, placeholder string) *entry {
	e := &entry{keys: k}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeholder
	e.Wrapping = fyne.TextWrapOff
	return e
}

// newSearch is an entry with a magnifying glass.
func newSearch(k keys) *entry {
	e := newEntry(k, "")
	e.Icon = theme.NewColoredResource(theme.SearchIcon(), theme.ColorNamePlaceHolder)
	return e
}

// hint sets what stands there while nothing is typed, the longest first: an entry
// scrolls what is longer than itself.
func (e *entry) hint(hints ...string) {
	e.hints = hints
	e.fit(e.Size().Width)
}

// fit shows the longest hint that fits into width.
func (e *entry) fit(width float32) {
	room := width - 3*e.Theme().Size(theme.SizeNameInnerPadding)
	if e.Icon != nil {
		room -= e.Theme().Size(theme.SizeNameInlineIcon)
	}
	for i, h := range e.hints {
		if i == len(e.hints)-1 || measure(h, face{size: sizeText}).Width <= room {
			if e.PlaceHolder != h {
				e.SetPlaceHolder(h)
			}
			return
		}
	}
}

// Resize chooses the hint anew.
func (e *entry) Resize(size fyne.Size) {
	if size.Width != e.Size().Width {
		e.fit(size.Width)
	}
	e.Entry.Resize(size)
}

// TypedKey hands on Escape and F5.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape || k.Name == fyne.KeyF5 {
		e.keys.typed(k)
		return
	}
	e.Entry.TypedKey(k)
}

// TypedShortcut hands on the window's own shortcuts; the toolkit would stop at the entry.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if !e.keys.shortcut(s) {
		e.Entry.TypedShortcut(s)
	}
}

// FocusGained shows the ring.
func (e *entry) FocusGained() {
	e.Entry.FocusGained()
	if e.onFocus != nil {
		e.onFocus(true)
	}
}

// FocusLost hides the ring.
func (e *entry) FocusLost() {
	e.Entry.FocusLost()
	if e.onFocus != nil {
		e.onFocus(false)
	}
}

// ringed is an entry at the height of a field, with a ring around it while it has the focus.
func ringed(e *entry, height float32) *fyne.Container {
	ring := newPanel(none, none, radius+1)
	ring.stroke = 2
	e.onFocus = func(focused bool) {
		if focused {
			ring.wear(none, primary)
		} else {
			ring.wear(none, none)
		}
	}
	return container.New(fixed{height: height}, container.New(around{1}, e, ring))
}

// around lays its last object around the others, so much wider on every side.
type around struct{ by float32 }

// Layout places the objects.
func (l around) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	last := len(objects) - 1
	for _, o := range objects[:last] {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
	objects[last].Move(fyne.NewPos(-l.by, -l.by))
	objects[last].Resize(size.AddWidthHeight(2*l.by, 2*l.by))
}

// MinSize is that of the others.
func (l around) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

const fieldHeight = 38

// field is a labelled entry with a remark below it: a help, or what is wrong.
type field struct {
	label  *prose
	entry  *entry
	help   string
	check  func(text string) error // nil: everything fits
	remark *prose
	whole  *fyne.Container
}

func newField(k keys, label, help string, check func(string) error) *field {
	f := &field{entry: newEntry(k, ""), help: help, check: check}
	f.label = newProse(label, labelFace())
	f.remark = newProse(help, face{size: sizeSmall, ink: muted})
	f.entry.OnChanged = func(string) { f.judge() }
	f.whole = container.New(column{6}, f.label, ringed(f.entry, fieldHeight), f.remark)
	return f
}

// newSecretField is newField for what is not to be read over a shoulder, with a
// button that shows it.
func newSecretField(k keys, label, help string, check func(string) error) *field {
	f := newField(k, label, help, check)
	f.entry.ActionItem = container0() // instead of the toolkit's eye: a word says more
	f.entry.Password = true
	var show *button
	show = newButton("Show", plainRank, k, func() {
		f.entry.Password = !f.entry.Password
		show.say(map[bool]string{true: "Show", false: "Hide"}[f.entry.Password])
		f.entry.Refresh()
	})
	f.put(show)
	return f
}

// put places a button beside the entry.
func (f *field) put(b *button) {
	f.whole.Objects[1] = container.New(beside{gap: 8, stretch: 0}, f.whole.Objects[1],
		container.New(fixed{height: fieldHeight}, b))
}

// browses has a button beside the entry lead to the files of this computer.
func (f *field) browses(k keys, look func()) {
	b := newButton("Browse…", plainRank, k, look)
	b.spoken = "Browse for: " + f.label.text
	f.put(b)
}

// call changes the label.
func (f *field) call(label string) { f.label.say(label) }

// complain says below the field what is wrong with what was typed, as others found; "" takes it away.
func (f *field) complain(what string) {
	if what == "" {
		f.remark.sayIn(f.help, muted)
		return
	}
	f.remark.sayIn(what, needs)
}

// text is what was typed.
func (f *field) text() string { return f.entry.Text }

// fill puts text in, as if it had been typed.
func (f *field) fill(text string) {
	f.entry.SetText(text)
	f.entry.CursorColumn = len([]rune(text))
}

// judge says below the field what is wrong, or its help, and reports whether it fits.
func (f *field) judge() bool {
	if f.check != nil {
		if err := f.check(f.entry.Text); err != nil {
			f.remark.sayIn(sentence(err.Error()), needs)
			return false
		}
	}
	f.remark.sayIn(f.help, muted)
	return true
}

// lock keeps what a team has set.
func (f *field) lock() {
	f.help = strings.TrimSpace(f.help + " Your team has set this.")
	f.remark.sayIn(f.help, muted)
	f.entry.Disable()
	text := newFlexible(face{size: sizeText, ink: muted})
	text.say(words.Plain(f.entry.Text))
	f.whole.Objects[1] = container.New(fixed{height: fieldHeight},
		container.New(card{10, 0}, newPanel(sunken, hairline, radius), container.New(beside{stretch: 0}, text)))
}
