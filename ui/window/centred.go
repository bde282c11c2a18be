package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// middle puts one object in the middle of its row, at its own size.
func middle(o fyne.CanvasObject) *fyne.Container { return container.New(centred{}, o) }

// centred centres side by side what is visible, in as many rows as it needs.
type centred struct{}

const centredGap = 8

// Layout places the objects.
func (l centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, row := range l.rows(objects, size.Width) {
		least := l.row(row, size.Width)
		x := max(0, (size.Width-least.Width)/2)
		for _, o := range row {
			each := l.each(o, size.Width)
			o.Move(fyne.NewPos(whole(x), whole(y+(least.Height-each.Height)/2)))
			o.Resize(each)
			x += each.Width + centredGap
		}
		y += least.Height + centredGap
	}
}

// each is the size of o in a row of at most width.
func (centred) each(o fyne.CanvasObject, width float32) fyne.Size {
	least := o.MinSize()
	if least.Width > width {
		least = fyne.NewSize(width, heightOf(o, width))
	}
	return least
}

// rows are the visible objects, as many in each as fit.
func (l centred) rows(objects []fyne.CanvasObject, width float32) [][]fyne.CanvasObject {
	var rows [][]fyne.CanvasObject
	for _, o := range objects {
		switch n := len(rows); {
		case !o.Visible():
		case n > 0 && l.row(rows[n-1], width).Width+centredGap+o.MinSize().Width <= width+0.5:
			rows[n-1] = append(rows[n-1], o)
		default:
			rows = append(rows, []fyne.CanvasObject{o})
		}
	}
	return rows
}

// row is the size of objects side by side.
func (l centred) row(objects []fyne.CanvasObject, width float32) fyne.Size {
	size := fyne.NewSize(-centredGap, 0)
	for _, o := range objects {
		each := l.each(o, width)
		size.Width += each.Width + centredGap
		size.Height = max(size.Height, each.Height)
	}
	return size
}

// MinSize is that of one row; the layouts around it ask for the height where there
// is less room.
func (l centred) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(-centredGap, 0)
	for _, o := range objects {
		if o.Visible() {
			least := o.MinSize()
			size.Width += least.Width + centredGap
			size.Height = max(size.Height, least.Height)
		}
	}
	size.Width = max(0, size.Width)
	return size
}

func (l centred) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for _, row := range l.rows(objects, width) {
		h += l.row(row, width).Height + centredGap
	}
	return max(0, h-centredGap)
}
