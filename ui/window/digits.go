package window

import (
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// digits is a countdown that doesn't jiggle: every digit stands in a cell as wide
// as the widest one, because Inter's digits are proportional and the toolkit has
// no way to ask a font for its tabular ones. Only the cells that changed are drawn
// again.
type digits struct {
	widget.BaseWidget
	face
	text  string
	cells []*canvas.Text
	box   *fyne.Container
}

func newDigits(f face) *digits {
	d := &digits{face: f, box: container0()}
	d.ExtendBaseWidget(d)
	return d
}

// say changes the text and reports whether the width changed.
func (d *digits) say(text string, tone fyne.ThemeColorName) (moved bool) {
	if d.text == text && d.ink == tone {
		return false
	}
	before := d.MinSize()
	recolour := d.ink != tone
	d.text, d.ink = text, tone
	if d.MinSize() != before || recolour || len([]rune(text)) != len(d.box.Objects) {
		d.Refresh()
		return d.MinSize() != before
	}
	for i, r := range []rune(text) {
		if c := d.cells[i]; c.Text != string(r) {
			c.Text = string(r)
			c.Refresh()
		}
	}
	return false
}

// MinSize is the sum of the cells.
func (d *digits) MinSize() fyne.Size {
	d.ExtendBaseWidget(d)
	size := fyne.NewSize(0, measure("0", d.face).Height)
	for _, r := range d.text {
		size.Width += d.cell(r)
	}
	return size
}

func (d *digits) cell(r rune) float32 {
	if unicode.IsDigit(r) {
		return measure("0", d.face).Width // the widest digit of Inter
	}
	return measure(string(r), d.face).Width
}

// Resize places the cells anew.
func (d *digits) Resize(size fyne.Size) {
	if size != d.Size() {
		d.BaseWidget.Resize(size)
		d.Refresh()
	}
}

// CreateRenderer is called by the toolkit.
func (d *digits) CreateRenderer() fyne.WidgetRenderer {
	d.paint()
	return &bareRenderer{
		objects: []fyne.CanvasObject{d.box},
		layout:  func(size fyne.Size) { d.box.Resize(size) },
		least:   d.MinSize,
		refresh: func() { d.paint(); d.box.Refresh() },
	}
}

func (d *digits) paint() {
	runes := []rune(d.text)
	for len(d.cells) < len(runes) {
		d.cells = append(d.cells, &canvas.Text{Alignment: fyne.TextAlignCenter})
	}
	size, least := d.Size(), d.MinSize()
	x := float32(0)
	switch d.align {
	case fyne.TextAlignTrailing:
		x = size.Width - least.Width
	case fyne.TextAlignCenter:
		x = (size.Width - least.Width) / 2
	}
	colour := theme.ColorForWidget(d.ink, d)
	d.box.Objects = d.box.Objects[:0]
	for i, r := range runes {
		c := d.cells[i]
		c.Text, c.Color, c.TextSize, c.TextStyle = string(r), colour, d.size, d.style
		c.Move(fyne.NewPos(x, 0))
		c.Resize(fyne.NewSize(d.cell(r), size.Height))
		d.box.Objects = append(d.box.Objects, c)
		x += d.cell(r)
	}
}
