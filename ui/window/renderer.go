package window

import "fyne.io/fyne/v2"

// bareRenderer is the renderer of our own widgets: their objects, and three
// functions of the widget itself.
type bareRenderer struct {
	objects []fyne.CanvasObject
	layout  func(fyne.Size)
	least   func() fyne.Size
	refresh func()
}

// Layout places the objects.
func (r *bareRenderer) Layout(size fyne.Size) { r.layout(size) }

// MinSize is the least size of the widget.
func (r *bareRenderer) MinSize() fyne.Size { return r.least() }

// Refresh paints the objects anew, for another theme or state.
func (r *bareRenderer) Refresh() { r.refresh() }

// Objects are what is drawn.
func (r *bareRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Destroy has nothing to give back.
func (r *bareRenderer) Destroy() {}
