package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// newPage is content that scrolls where it doesn't fit, with a margin around it.
func newPage(x, y float32, content fyne.CanvasObject) *container.Scroll {
	return newScroll(card{x, y}, newPanel(none, none, 0), content)
}

// newScroll scrolls what is taller than its room. The height of our texts depends on
// their width, which the toolkit's scroller asks for too early; scrolled mends it.
func newScroll(inner placing, objects ...fyne.CanvasObject) *container.Scroll {
	l := &scrolled{inner: inner}
	l.own = container.New(l, objects...)
	return container.NewVScroll(l.own)
}

// leastPane is the narrowest that the window can be made.
const leastPane = 348

// placing is a layout that knows its height for a width.
type placing interface {
	fyne.Layout
	tallLayout
}

// scrolled is the inner layout at the height that it needs for the width it got.
type scrolled struct {
	inner placing
	width float32
	own   *fyne.Container
}

// Layout places the objects, in more height where they need it.
func (l *scrolled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	if h := l.inner.heightFor(objects, size.Width); h > size.Height+0.5 {
		l.own.Resize(fyne.NewSize(size.Width, h)) // comes back here with enough
		return
	}
	l.inner.Layout(objects, size)
}

// MinSize is the height at the width of the last layout; what is too wide is cut or wrapped.
func (l *scrolled) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := l.inner.MinSize(objects)
	least.Width = min(least.Width, leastPane)
	if l.width > 0 {
		least.Height = l.inner.heightFor(objects, l.width)
	}
	return least
}

// measured is a column of at most so much width in the middle of its room, from a
// part of the free height on; it is for screens that say one thing.
type measured struct{ width float32 }

// Layout places the objects, one above the other.
func (l measured) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(l.width, size.Width-48)
	for _, o := range objects {
		h := heightOf(o, width)
		o.Move(fyne.NewPos(whole((size.Width-width)/2), whole(max(16, (size.Height-h)*0.46)))) // a little above the middle looks centred
		o.Resize(fyne.NewSize(width, h))
	}
}

// MinSize is the least width; scrolled asks for the height.
func (l measured) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(328, 32) }

func (l measured) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for _, o := range objects {
		h = max(h, heightOf(o, min(l.width, width-48)))
	}
	return h + 32
}

// panes are the list and the chosen account: side by side where there is room,
// otherwise one of them.
type panes struct {
	listWidth, narrow float32
	onePane           bool // as it was laid out last
	onAccount         bool // which one, where there is room for one
	turned            func()
}

// Layout places list, the hairline between, and account.
func (l *panes) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	was := l.onePane
	l.onePane = size.Width < l.narrow
	visible(objects[0], !l.onePane || !l.onAccount)
	visible(objects[1], !l.onePane)
	visible(objects[2], !l.onePane || l.onAccount)
	if l.onePane {
		for _, o := range objects {
			o.Move(fyne.NewPos(0, 0))
			o.Resize(size)
		}
	} else {
		x := float32(0)
		for i, w := range []float32{l.listWidth - 1, 1, size.Width - l.listWidth} {
			objects[i].Move(fyne.NewPos(x, 0))
			objects[i].Resize(fyne.NewSize(w, size.Height))
			x += w
		}
	}
	if was != l.onePane && l.turned != nil {
		l.turned()
	}
}

// MinSize is what one pane needs.
func (l *panes) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(leastPane, 320) }

// framed is a head and a foot at their own heights and what is between them, which
// is so much wider at both sides: what scrolls there cuts its rings off otherwise.
type framed struct{ gap, bleed float32 }

// Layout places head, middle and foot.
func (l framed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, foot := heightOf(objects[0], size.Width), heightOf(objects[2], size.Width)
	middle := max(0, size.Height-head-foot-2*l.gap)
	y := float32(0)
	for i, h := range []float32{head, middle, foot} {
		aside := float32(0)
		if i == 1 {
			aside = l.bleed
		}
		objects[i].Move(fyne.NewPos(-aside, y))
		objects[i].Resize(fyne.NewSize(size.Width+2*aside, h))
		y += h + l.gap
	}
}

// MinSize is that of head and foot and a little between.
func (l framed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(cardWidth, objects[0].MinSize().Height+objects[2].MinSize().Height+2*l.gap+60)
}

// topped is what stands above everything, at its own height, and the rest below it.
type topped struct{}

// Layout places banner and rest.
func (topped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top := heightOf(objects[0], size.Width)
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(size.Width, top))
	objects[1].Move(fyne.NewPos(0, top))
	objects[1].Resize(fyne.NewSize(size.Width, size.Height-top))
}

// MinSize is that of the rest.
func (topped) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[1].MinSize() }

// sideOrBelow is a picture beside what it belongs to, or above it where there is no room.
type sideOrBelow struct{ gap, least float32 }

// Layout places picture and rest.
func (l sideOrBelow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	picture := objects[0].MinSize()
	objects[0].Resize(picture)
	if size.Width < l.least {
		objects[0].Move(fyne.NewPos((size.Width-picture.Width)/2, 0))
		objects[1].Move(fyne.NewPos(0, picture.Height+l.gap))
		objects[1].Resize(fyne.NewSize(size.Width, size.Height-picture.Height-l.gap))
		return
	}
	x := picture.Width + l.gap
	h := heightOf(objects[1], size.Width-x)
	objects[0].Move(fyne.NewPos(0, (size.Height-picture.Height)/2))
	objects[1].Move(fyne.NewPos(x, (size.Height-h)/2))
	objects[1].Resize(fyne.NewSize(size.Width-x, h))
}

// MinSize is that of the narrow shape.
func (l sideOrBelow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height)
}

func (l sideOrBelow) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	picture := objects[0].MinSize()
	if width < l.least {
		return picture.Height + l.gap + heightOf(objects[1], width)
	}
	return max(picture.Height, heightOf(objects[1], width-picture.Width-l.gap))
}
