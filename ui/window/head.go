package window

import "fyne.io/fyne/v2"

// headLayout is tile, names, pill and button beside each other; where there is
// little room the pill stands below the names, which have to be read.
type headLayout struct{}

const (
	headGap   = 14
	headBelow = 440 // the width below which the pill gives way
)

// Layout places the objects.
func (l headLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	tile, names, pill, more := objects[0], objects[1], objects[2], objects[3]
	width, apart := l.names(objects, size.Width)
	all := l.texts(objects, size.Width)
	height := heightOf(names, width)
	top := (size.Height - all) / 2
	put := func(o fyne.CanvasObject, x, y float32) {
		o.Resize(o.MinSize())
		o.Move(fyne.NewPos(x, y))
	}
	x := tile.MinSize().Width + headGap
	names.Move(fyne.NewPos(x, top))
	names.Resize(fyne.NewSize(width, height))
	right := size.Width - more.MinSize().Width
	if apart {
		put(tile, 0, (size.Height-tile.MinSize().Height)/2)
		put(more, right, (size.Height-more.MinSize().Height)/2)
		put(pill, right-headGap-pill.MinSize().Width, (size.Height-pill.MinSize().Height)/2)
		return
	}
	put(tile, 0, 0)
	put(more, right, 0)
	put(pill, x, top+height+6)
}

// names is the width of the names, and whether the pill stands beside them.
func (headLayout) names(objects []fyne.CanvasObject, width float32) (names float32, apart bool) {
	apart = width >= headBelow
	names = width - objects[0].MinSize().Width - objects[3].MinSize().Width - 2*headGap
	if apart {
		names -= objects[2].MinSize().Width + headGap
	}
	return max(cuttable, names), apart
}

// texts is the height of what is read.
func (l headLayout) texts(objects []fyne.CanvasObject, width float32) float32 {
	names, apart := l.names(objects, width)
	height := heightOf(objects[1], names)
	if !apart {
		height += 6 + objects[2].MinSize().Height
	}
	return height
}

// MinSize is that of the narrow shape, at the width of the last layout.
func (l headLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := objects[0].MinSize().Width + objects[3].MinSize().Width + 2*headGap + cuttable
	have := objects[3].Position().X + objects[3].Size().Width
	return fyne.NewSize(least, l.heightFor(objects, max(least, have)))
}

func (l headLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return max(objects[0].MinSize().Height, objects[3].MinSize().Height, l.texts(objects, width))
}
