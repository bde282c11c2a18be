package window

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// tall is what has a height that depends on its width.
type tall interface{ heightFor(width float32) float32 }

// tallLayout is tall for containers.
type tallLayout interface {
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

// heightOf is the height that o takes at width, in whole units: what begins between
// two dots of the screen is blurred.
func heightOf(o fyne.CanvasObject, width float32) float32 {
	return float32(math.Ceil(float64(exactHeightOf(o, width)) - 0.01))
}

func exactHeightOf(o fyne.CanvasObject, width float32) float32 {
	if t, ok := o.(tall); ok {
		return t.heightFor(width)
	}
	if c, ok := o.(*fyne.Container); ok {
		if l, ok := c.Layout.(tallLayout); ok {
			return l.heightFor(c.Objects, width)
		}
	}
	return o.MinSize().Height
}

// whole is the nearest whole unit.
func whole(at float32) float32 { return float32(math.Round(float64(at))) }

// container0 is a container that leaves its objects where they are.
func container0() *fyne.Container { return container.NewWithoutLayout() }

// column stacks what is visible, each as wide as the column. Empty prose takes no gap.
type column struct{ gap float32 }

// Layout places the objects.
func (l column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := heightOf(o, size.Width)
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		if h > 0 {
			y += h + l.gap
		}
	}
}

// MinSize is the widest and the sum of the heights.
func (l column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width, have := float32(0), float32(0)
	for _, o := range objects {
		if o.Visible() {
			width, have = max(width, o.MinSize().Width), max(have, o.Size().Width)
		}
	}
	return fyne.NewSize(width, l.heightFor(objects, max(width, have)))
}

func (l column) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	sum := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if h := heightOf(o, width); h > 0 {
			sum += h + l.gap
		}
	}
	return max(0, sum-l.gap)
}

// beside puts what is visible side by side, centred vertically; the stretched one
// takes the room that is left. A stretch of -1 leaves the rest empty.
type beside struct {
	gap     float32
	stretch int
}

// Layout places the objects.
func (l beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	widths := l.widths(objects, size.Width)
	x := float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		h := min(heightOf(o, widths[i]), size.Height)
		o.Move(fyne.NewPos(whole(x), whole((size.Height-h)/2)))
		o.Resize(fyne.NewSize(widths[i], h))
		x += widths[i] + l.gap
	}
}

func (l beside) widths(objects []fyne.CanvasObject, width float32) []float32 {
	widths := make([]float32, len(objects))
	left := width + l.gap
	for i, o := range objects {
		if o.Visible() {
			widths[i] = o.MinSize().Width
			left -= widths[i] + l.gap
		}
	}
	if l.stretch >= 0 && objects[l.stretch].Visible() {
		widths[l.stretch] = max(0, widths[l.stretch]+left)
	}
	return widths
}

// MinSize is the sum of the widths and the greatest height.
func (l beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width, have := -l.gap, -l.gap
	for _, o := range objects {
		if o.Visible() {
			width += o.MinSize().Width + l.gap
			have += o.Size().Width + l.gap
		}
	}
	return fyne.NewSize(max(0, width), l.heightFor(objects, max(width, have)))
}

func (l beside) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for i, w := range l.widths(objects, width) {
		if objects[i].Visible() {
			h = max(h, heightOf(objects[i], w))
		}
	}
	return h
}

// card lays its first object under all and the others inside the padding.
type card struct{ x, y float32 }

// Layout places the objects.
func (l card) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(size)
	for _, o := range objects[1:] {
		o.Move(fyne.NewPos(l.x, l.y))
		o.Resize(fyne.NewSize(size.Width-2*l.x, size.Height-2*l.y))
	}
}

// MinSize is that of the content and the padding.
func (l card) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for _, o := range objects[1:] {
		least = least.Max(o.MinSize())
	}
	return least.AddWidthHeight(2*l.x, 2*l.y)
}

func (l card) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for _, o := range objects[1:] {
		h = max(h, heightOf(o, width-2*l.x))
	}
	return h + 2*l.y
}

// fixed gives everything in it one size at least.
type fixed struct{ width, height float32 }

// Layout places the objects.
func (l fixed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

// MinSize is the size asked for; 0 leaves a side to the content.
func (l fixed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	if l.width > 0 {
		least.Width = l.width
	}
	if l.height > 0 {
		least.Height = l.height
	}
	return least
}

// gapOf is empty room of a height.
func gapOf(height float32) fyne.CanvasObject {
	return container.New(fixed{width: 1, height: height})
}
