package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// face is how a text looks.
type face struct {
	size  float32
	style fyne.TextStyle
	ink   fyne.ThemeColorName
	align fyne.TextAlign
}

// line is one line of text. What doesn't fit is cut and ends with an ellipsis.
type line struct {
	widget.BaseWidget
	face
	text  string
	least float32 // the width it may be cut to; 0: it is never cut
	drawn *canvas.Text
}

// cuttable is the least width of a line that gives way to its neighbours.
const cuttable = 24

func newLine(text string, f face) *line {
	l := &line{face: f, text: text, drawn: &canvas.Text{}}
	l.ExtendBaseWidget(l)
	return l
}

// newFlexible is newLine for what may be cut.
func newFlexible(f face) *line {
	l := newLine("", f)
	l.least = cuttable
	return l
}

// say changes the text and touches nothing where it stays the same. It reports
// whether anything changed.
func (l *line) say(text string) bool {
	if l.text == text {
		return false
	}
	l.text = text
	l.Refresh()
	return true
}

// sayIn is say, and changes the colour, too.
func (l *line) sayIn(text string, ink fyne.ThemeColorName) bool {
	if l.ink == ink {
		return l.say(text)
	}
	l.text, l.ink = text, ink
	l.Refresh()
	return true
}

// MinSize is the size of the text, or of its least part.
func (l *line) MinSize() fyne.Size {
	l.ExtendBaseWidget(l)
	size := measure(l.text, l.face)
	if l.least > 0 && size.Width > l.least {
		size.Width = l.least
	}
	return size
}

// natural is the size of the whole text.
func (l *line) natural() fyne.Size { return measure(l.text, l.face) }

// Resize cuts the text to the new width.
func (l *line) Resize(size fyne.Size) {
	if size == l.Size() {
		return
	}
	l.BaseWidget.Resize(size)
	l.Refresh()
}

// CreateRenderer is called by the toolkit.
func (l *line) CreateRenderer() fyne.WidgetRenderer {
	l.paint()
	return &bareRenderer{objects: []fyne.CanvasObject{l.drawn}, layout: func(size fyne.Size) {
		l.drawn.Resize(size)
	}, least: l.MinSize, refresh: func() {
		l.paint()
		l.drawn.Refresh()
	}}
}

func (l *line) paint() {
	l.drawn.Color = theme.ColorForWidget(l.ink, l)
	l.drawn.TextSize, l.drawn.TextStyle, l.drawn.Alignment = l.size, l.style, l.align
	l.drawn.Text = l.text
	if l.least > 0 {
		l.drawn.Text = cut(l.text, l.face, l.Size().Width)
	}
	l.drawn.Resize(l.Size())
}

// measure is the size of text as drawn. An empty text is as high as any other.
func measure(text string, f face) fyne.Size {
	if text == "" {
		return fyne.NewSize(0, fyne.MeasureText("0", f.size, f.style).Height)
	}
	return fyne.MeasureText(text, f.size, f.style)
}

// cut shortens text until it fits into width.
func cut(text string, f face, width float32) string {
	const ellipsis = "…"
	if width <= 0 || measure(text, f).Width <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes)
	for low < high { // the longest prefix that fits
		mid := (low + high + 1) / 2
		if measure(string(runes[:mid])+ellipsis, f).Width <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return string(runes[:low]) + ellipsis
}
