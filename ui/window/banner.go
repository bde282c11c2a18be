package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// banner is a line above everything, with one thing to do about it. Hidden, it
// takes no room.
type banner struct {
	text  *prose
	deed  *button
	whole *fyne.Container
}

// newBanner makes one in a tone, on the ground that goes with it; without a label there is nothing to do.
func newBanner(k keys, tone fyne.ThemeColorName, label string, deed func()) *banner {
	b := &banner{text: newProse("", face{size: sizeText, style: medium, ink: tone}), deed: newButton(label, plainRank, k, deed)}
	b.whole = container.New(card{18, 10}, newPanel(softOf(tone), none, 0), container.New(said{}, b.text, b.deed))
	visible(b.deed, label != "")
	b.whole.Hide()
	return b
}

// say shows a text; "" takes the banner away. It reports whether anything changed.
func (b *banner) say(text string) bool {
	changed := b.text.say(text) || b.whole.Visible() != (text != "")
	visible(b.whole, text != "")
	return changed
}
