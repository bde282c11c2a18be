package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// bar is how much of a time is left.
type bar struct {
	widget.BaseWidget
	left         float32
	track, drawn *panel
}

const barWidth, barHeight = 320, 6

func newBar() *bar {
	b := &bar{left: 1, track: newPanel(hairline, none, barHeight/2), drawn: newPanel(primary, none, barHeight/2)}
	b.ExtendBaseWidget(b)
	return b
}

func (b *bar) show(left float32) {
	b.left = min(1, max(0, left))
	b.place(b.Size())
}

// CreateRenderer is called by the toolkit.
func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	return &bareRenderer{
		objects: []fyne.CanvasObject{b.track, b.drawn}, layout: b.place,
		least:   func() fyne.Size { return fyne.NewSize(barWidth, barHeight) },
		refresh: func() { b.track.Refresh(); b.drawn.Refresh() },
	}
}

func (b *bar) place(size fyne.Size) {
	b.track.Resize(size)
	b.drawn.Resize(fyne.NewSize(max(barHeight, size.Width*b.left), size.Height))
}
