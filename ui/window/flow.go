package window

import (
	"cmp"

	"fyne.io/fyne/v2"
)

// flow puts what is visible side by side at its own size, and goes on below where
// there is no room.
type flow struct {
	gap   float32
	below float32 // between the rows; 0: gap
}

// Layout places the objects.
func (l flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.place(objects, size.Width, func(o fyne.CanvasObject, at fyne.Position, least fyne.Size) {
		o.Move(at)
		o.Resize(least)
	})
}

// MinSize is the widest object, and the height at the width that they have now.
func (l flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width, end := float32(0), float32(0)
	for _, o := range objects {
		if o.Visible() {
			width = max(width, o.MinSize().Width)
			end = max(end, o.Position().X+o.Size().Width)
		}
	}
	return fyne.NewSize(width, l.heightFor(objects, max(width, end)))
}

func (l flow) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return l.place(objects, width, func(fyne.CanvasObject, fyne.Position, fyne.Size) {})
}

// place goes through the places and returns the height of all.
func (l flow) place(objects []fyne.CanvasObject, width float32, each func(fyne.CanvasObject, fyne.Position, fyne.Size)) float32 {
	x, y, row := float32(0), float32(0), float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		if x > 0 && x+least.Width > width+0.5 {
			x, y, row = 0, y+row+cmp.Or(l.below, l.gap), 0
		}
		if least.Width > width {
			least = fyne.NewSize(width, heightOf(o, width))
		}
		each(o, fyne.NewPos(x, y), least)
		x += least.Width + l.gap
		row = max(row, least.Height)
	}
	return y + row
}

// apart puts the first object at the left end and the last at the right, one below
// the other where there is no room for both.
type apart struct{ gap float32 }

// Layout places the objects.
func (l apart) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	a, b := objects[0], objects[1]
	right := b.MinSize()
	if !l.fits(objects, size.Width) {
		h := heightOf(a, size.Width)
		a.Move(fyne.NewPos(0, 0))
		a.Resize(fyne.NewSize(size.Width, h))
		b.Move(fyne.NewPos(0, h+l.gap))
		b.Resize(fyne.NewSize(min(right.Width, size.Width), right.Height))
		return
	}
	a.Move(fyne.NewPos(0, 0))
	a.Resize(fyne.NewSize(size.Width-right.Width-l.gap, size.Height))
	b.Move(fyne.NewPos(size.Width-right.Width, 0))
	b.Resize(right)
}

// fits reports whether both stand side by side, the first one on one line.
func (l apart) fits(objects []fyne.CanvasObject, width float32) bool {
	right := objects[1].MinSize()
	return !objects[1].Visible() || heightOf(objects[0], width-right.Width-l.gap) <= right.Height+0.5
}

// MinSize is that of the one above the other, or beside it where they have the room.
func (l apart) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	width := max(a.Width, b.Width)
	end := objects[1].Position().X + objects[1].Size().Width
	return fyne.NewSize(width, l.heightFor(objects, max(width, end)))
}

func (l apart) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := objects[1].MinSize().Height
	if l.fits(objects, width) {
		return h
	}
	return heightOf(objects[0], width) + l.gap + h
}
