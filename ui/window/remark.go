package window

import "fyne.io/fyne/v2"

// said is a text and what can be done about it: beside it, or below it where the
// text would be squeezed.
type said struct{}

const (
	saidGap   = 16
	saidLeast = 260 // a text that is narrower than this is hard to read
)

// Layout places text and button.
func (l said) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	text, deed := objects[0], objects[1]
	width, beside := l.text(objects, size.Width)
	h, least := heightOf(text, width), deed.MinSize()
	text.Resize(fyne.NewSize(width, h))
	deed.Resize(least)
	if beside {
		text.Move(fyne.NewPos(0, (size.Height-h)/2))
		deed.Move(fyne.NewPos(size.Width-least.Width, (size.Height-least.Height)/2))
		return
	}
	text.Move(fyne.NewPos(0, 0))
	deed.Move(fyne.NewPos(0, h+saidGap/2))
}

// text is the width of the text, and whether the button stands beside it.
func (said) text(objects []fyne.CanvasObject, width float32) (float32, bool) {
	if !objects[1].Visible() {
		return width, true
	}
	room := width - objects[1].MinSize().Width - saidGap
	if room < saidLeast {
		return width, false
	}
	return room, true
}

// MinSize is that of the button, at the width of the last layout.
func (l said) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := objects[1].MinSize().Width
	have := max(objects[0].Size().Width, objects[1].Position().X+objects[1].Size().Width)
	return fyne.NewSize(least, l.heightFor(objects, max(least, have)))
}

func (l said) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	room, beside := l.text(objects, width)
	h := heightOf(objects[0], room)
	switch {
	case !objects[1].Visible():
		return h
	case beside:
		return max(h, objects[1].MinSize().Height)
	}
	return h + saidGap/2 + objects[1].MinSize().Height
}
