package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// rank is how much a button asks for attention; one primary button a screen.
type rank int

// The ranks.
const (
	plainRank rank = iota
	primaryRank
	dangerRank
	linkRank // a word that can be chosen, without a ground
)

// button is a choice. Space and Enter choose it when it has the focus, which a
// ring around it shows.
type button struct {
	widget.BaseWidget
	label    string
	spoken   string // what it is called where the label is a sign; "": the label
	rank     rank
	onTap    func()
	keys     keys
	disabled bool
	hovered  bool
	focused  bool
	ring     *panel
	ground   *panel
	word     *line
}

var (
	_ fyne.Focusable    = (*button)(nil)
	_ fyne.Accessible   = (*button)(nil)
	_ desktop.Hoverable = (*button)(nil)
)

const (
	buttonHeight = 36
	linkHeight   = 20
	ringGap      = 3 // between a widget and the ring around it
	linkRingGap  = 7 // the same at the sides of a link, which is all word
	radius       = 8
)

func newButton(label string, r rank, k keys, onTap func()) *button {
	b := &button{}
	b.build(label, r, k, onTap)
	b.ExtendBaseWidget(b)
	return b
}

// build makes the parts; what embeds a button extends the widget itself.
func (b *button) build(label string, r rank, k keys, onTap func()) {
	b.label, b.rank, b.onTap, b.keys = label, r, onTap, k
	b.ring, b.ground = newPanel(none, none, radius+ringGap), newPanel(none, none, radius)
	b.ring.stroke = 2
	b.word = newLine(label, face{size: sizeText, style: medium, ink: ink, align: fyne.TextAlignCenter})
	if r == linkRank {
		b.word.size = sizeSmall
	}
}

// say changes the label.
func (b *button) say(label string) {
	if b.label != label {
		b.label = label
		b.word.say(label)
		b.Refresh()
	}
}

// rate changes how much it asks for attention, between the ranks with a ground.
func (b *button) rate(r rank) {
	if b.rank != r {
		b.rank = r
		b.Refresh()
	}
}

// enable and disable say whether it can be chosen.
func (b *button) enable() {
	if b.disabled {
		b.disabled = false
		b.Refresh()
	}
}

func (b *button) disable() {
	if !b.disabled {
		b.disabled = true
		b.Refresh()
	}
}

// AccessibilityLabel is the label, or what it is called.
func (b *button) AccessibilityLabel() string {
	if b.spoken != "" {
		return b.spoken
	}
	return b.label
}

// AccessibilityRole is that of a button.
func (b *button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Tapped chooses it.
func (b *button) Tapped(*fyne.PointEvent) {
	if !b.disabled && b.onTap != nil {
		b.onTap()
	}
}

// FocusGained shows the ring.
func (b *button) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost hides the ring.
func (b *button) FocusLost() { b.focused = false; b.Refresh() }

// TypedRune has no use for text.
func (b *button) TypedRune(rune) {}

// TypedKey chooses it by Space or Enter.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	default:
		b.keys.typed(e)
	}
}

// MouseIn tints the button.
func (b *button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved changes nothing.
func (b *button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the tint away.
func (b *button) MouseOut() { b.hovered = false; b.Refresh() }

// MinSize is the label with room around it.
func (b *button) MinSize() fyne.Size {
	b.ExtendBaseWidget(b)
	width := b.word.natural().Width
	if b.rank == linkRank {
		return fyne.NewSize(width, linkHeight)
	}
	return fyne.NewSize(max(width+30, buttonHeight), buttonHeight)
}

// CreateRenderer is called by the toolkit.
func (b *button) CreateRenderer() fyne.WidgetRenderer {
	b.paint()
	return &bareRenderer{
		objects: []fyne.CanvasObject{b.ring, b.ground, b.word},
		layout: func(size fyne.Size) {
			aside := float32(ringGap)
			if b.rank == linkRank {
				aside = linkRingGap
			}
			b.ring.Move(fyne.NewPos(-aside, -ringGap))
			b.ring.Resize(size.AddWidthHeight(2*aside, 2*ringGap))
			b.ground.Resize(size)
			b.word.Resize(size)
		},
		least: b.MinSize,
		refresh: func() {
			b.paint()
			b.ring.Refresh()
			b.ground.Refresh()
			b.word.Refresh()
		},
	}
}

func (b *button) paint() {
	b.ring.fill, b.ring.edge = none, none
	if b.focused {
		b.ring.edge = primary
	}
	b.word.ink, b.ground.fill, b.ground.edge = b.colours()
}

func (b *button) colours() (word, fill, edge fyne.ThemeColorName) {
	switch {
	case b.disabled && b.rank == linkRank:
		return muted, none, none
	case b.disabled:
		return muted, sunken, hairline
	case b.rank == primaryRank && b.hovered:
		return onPrimary, primary, ink
	case b.rank == primaryRank:
		return onPrimary, primary, none
	case b.rank == linkRank && b.hovered:
		return ink, none, none
	case b.rank == linkRank:
		return primary, none, none
	case b.rank == dangerRank && b.hovered:
		return needs, needsSoft, needs
	case b.rank == dangerRank:
		return needs, surface, needs
	case b.hovered:
		return ink, sunken, hairline
	}
	return ink, surface, hairline
}
