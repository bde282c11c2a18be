package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// prose is text that wraps between words. Its height depends on its width, which
// the column layout asks for.
type prose struct {
	widget.BaseWidget
	face
	text  string
	last  broken
	lines []*canvas.Text
	box   *fyne.Container
}

// broken is a text in its lines. Layouts ask for the height at one width many times,
// and measuring is what costs.
type broken struct {
	text  string
	face  face
	width float32
	lines []string
}

// broken breaks the text for width.
func (p *prose) broken(width float32) []string {
	if b := p.last; b.text != p.text || b.face != p.face || b.width != width || b.lines == nil {
		p.last = broken{p.text, p.face, width, wrap(p.text, p.face, width)}
	}
	return p.last.lines
}

// leading is the height of a line of prose, in parts of the height of the text.
const leading = 1.18

func newProse(text string, f face) *prose {
	p := &prose{face: f, text: text, box: container0()}
	p.ExtendBaseWidget(p)
	return p
}

// say changes the text and reports whether that changed anything.
func (p *prose) say(text string) bool {
	if p.text == text {
		return false
	}
	p.text = text
	p.Refresh()
	return true
}

// sayIn is say, and changes the colour, too.
func (p *prose) sayIn(text string, ink fyne.ThemeColorName) {
	if p.text != text || p.ink != ink {
		p.text, p.ink = text, ink
		p.Refresh()
	}
}

// heightFor is the height of the text when wrapped to width.
func (p *prose) heightFor(width float32) float32 {
	if p.text == "" {
		return 0
	}
	return float32(len(p.broken(width))) * p.pitch()
}

// natural is the width of the text on one line.
func (p *prose) natural() float32 { return measure(p.text, p.face).Width }

func (p *prose) pitch() float32 {
	return float32(int(measure("0", p.face).Height*leading + 0.5))
}

// MinSize is the height at the width that it has now.
func (p *prose) MinSize() fyne.Size {
	p.ExtendBaseWidget(p)
	width := p.Size().Width
	if width <= 0 {
		width = measure(p.text, p.face).Width
	}
	return fyne.NewSize(cuttable, p.heightFor(width))
}

// Resize wraps the text anew where the width changed.
func (p *prose) Resize(size fyne.Size) {
	if size == p.Size() {
		return
	}
	p.BaseWidget.Resize(size)
	p.Refresh()
}

// CreateRenderer is called by the toolkit.
func (p *prose) CreateRenderer() fyne.WidgetRenderer {
	p.paint()
	return &bareRenderer{objects: []fyne.CanvasObject{p.box}, layout: func(size fyne.Size) {
		p.box.Resize(size)
	}, least: p.MinSize, refresh: func() {
		p.paint()
		p.box.Refresh()
	}}
}

func (p *prose) paint() {
	width := p.Size().Width
	var lines []string
	if width > 0 && p.text != "" {
		lines = p.broken(width)
		if p.align == fyne.TextAlignCenter {
			lines = balanced(p.text, p.face, width, len(lines))
		}
	}
	for len(p.lines) < len(lines) {
		p.lines = append(p.lines, &canvas.Text{})
	}
	p.box.Objects = p.box.Objects[:0]
	colour, pitch := theme.ColorForWidget(p.ink, p), p.pitch()
	for i, text := range lines {
		t := p.lines[i]
		t.Text, t.Color, t.TextSize, t.TextStyle, t.Alignment = text, colour, p.size, p.style, p.align
		t.Resize(fyne.NewSize(width, pitch))
		t.Move(fyne.NewPos(0, float32(i)*pitch))
		p.box.Objects = append(p.box.Objects, t)
	}
}

// wrap breaks text between words so that each line fits into width; a word that
// is longer than a line is broken where the line ends.
func wrap(text string, f face, width float32) []string {
	var lines []string
	current := ""
	for _, word := range strings.Fields(text) {
		joined := strings.TrimSpace(current + " " + word)
		if current == "" || measure(joined, f).Width <= width {
			current = joined
		} else {
			lines = append(lines, current)
			current = word
		}
		for measure(current, f).Width > width && len([]rune(current)) > 1 {
			head := fitting(current, f, width)
			lines = append(lines, head)
			current = current[len(head):]
		}
	}
	return append(lines, current)
}

// balanced breaks text into so many lines, as few as fit into width, of about the
// same length: a centred text with one word on its last line looks like a mistake.
func balanced(text string, f face, width float32, lines int) []string {
	best := wrap(text, f, width)
	least, most := width/2, width
	for range 6 { // to about a hundredth of the width
		middle := (least + most) / 2
		if tried := wrap(text, f, middle); len(tried) <= lines {
			best, most = tried, middle
		} else {
			least = middle
		}
	}
	return best
}

// fitting is the longest beginning of word that fits into width, at least one character.
func fitting(word string, f face, width float32) string {
	end := len(word)
	for i := range word {
		if i > 0 && measure(word[:i], f).Width > width {
			break
		}
		if i > 0 {
			end = i
		}
	}
	if end == len(word) { // not even one fits
		for i := range word {
			if i > 0 {
				return word[:i]
			}
		}
	}
	return word[:end]
}
