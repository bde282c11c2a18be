package window

import (
	"image/color"
	"strconv"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// panel is a rounded ground in colours of the theme; none means nothing is drawn.
type panel struct {
	widget.BaseWidget
	fill, edge fyne.ThemeColorName
	radius     float32
	stroke     float32
	drawn      *canvas.Rectangle
}

func newPanel(fill, edge fyne.ThemeColorName, radius float32) *panel {
	p := &panel{fill: fill, edge: edge, radius: radius, stroke: 1, drawn: canvas.NewRectangle(color.Transparent)}
	p.ExtendBaseWidget(p)
	return p
}

// wear changes the colours.
func (p *panel) wear(fill, edge fyne.ThemeColorName) {
	if p.fill != fill || p.edge != edge {
		p.fill, p.edge = fill, edge
		p.Refresh()
	}
}

// CreateRenderer is called by the toolkit.
func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	p.paint()
	return &bareRenderer{
		objects: []fyne.CanvasObject{p.drawn},
		layout:  func(size fyne.Size) { p.drawn.Resize(size) },
		least:   func() fyne.Size { return fyne.NewSize(1, 1) },
		refresh: func() { p.paint(); p.drawn.Refresh() },
	}
}

func (p *panel) paint() {
	p.drawn.CornerRadius = p.radius
	p.drawn.FillColor = colourOf(p.fill, p)
	p.drawn.StrokeColor, p.drawn.StrokeWidth = color.Transparent, 0
	if p.edge != none {
		p.drawn.StrokeColor, p.drawn.StrokeWidth = colourOf(p.edge, p), p.stroke
	}
}

func colourOf(name fyne.ThemeColorName, w fyne.Widget) color.Color {
	if name == none {
		return color.Transparent
	}
	return theme.ColorForWidget(name, w)
}

// tile is the square with the first letter of a name on its provider's colour.
type tile struct {
	widget.BaseWidget
	side   float32
	ground *canvas.Rectangle
	letter *canvas.Text
}

func newTile(side float32) *tile {
	t := &tile{side: side, ground: canvas.NewRectangle(color.Transparent), letter: canvas.NewText("", color.White)}
	t.ground.CornerRadius = min(side/4.2, 14)
	t.letter.TextSize, t.letter.TextStyle, t.letter.Alignment = side*0.42, semiBold, fyne.TextAlignCenter
	t.ExtendBaseWidget(t)
	return t
}

// unknownTile is the ground of a tile whose provider states no colour.
const unknownTile = 0x4B5563

// show draws the first letter of name on colour ("#RRGGBB"); a pale colour is
// darkened until the letter can be read.
func (t *tile) show(name, colour string) {
	fill := legible(hex(colour))
	letter := initial(name)
	if t.letter.Text == letter && t.ground.FillColor == color.Color(fill) {
		return
	}
	t.letter.Text, t.ground.FillColor = letter, fill
	t.Refresh()
}

// CreateRenderer is called by the toolkit.
func (t *tile) CreateRenderer() fyne.WidgetRenderer {
	return &bareRenderer{
		objects: []fyne.CanvasObject{t.ground, t.letter},
		layout:  func(size fyne.Size) { t.ground.Resize(size); t.letter.Resize(size) },
		least:   func() fyne.Size { return fyne.NewSquareSize(t.side) },
		refresh: func() {
			t.letter.Color = theme.ColorForWidget(onTile, t)
			t.edge()
			t.ground.Refresh()
			t.letter.Refresh()
		},
	}
}

// edge draws a line around a tile that is hardly told from what it stands on.
func (t *tile) edge() {
	const told = 1.3
	t.ground.StrokeWidth = 0
	if fill := t.ground.FillColor; fill != nil && contrast(fill, theme.ColorForWidget(surface, t)) < told {
		t.ground.StrokeColor, t.ground.StrokeWidth = theme.ColorForWidget(faint, t), 1
	}
}

func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return strings.ToUpper(string(r))
		}
	}
	return "?"
}

func hex(colour string) color.NRGBA {
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		n = unknownTile
	}
	return rgb(uint32(n))
}

// legible darkens c until white letters of this size stand out (3 : 1, WCAG 2.1 §1.4.3 for large text).
func legible(c color.NRGBA) color.NRGBA {
	const enough = 3
	for contrast(c, color.White) < enough {
		c.R, c.G, c.B = c.R/20*19, c.G/20*19, c.B/20*19
	}
	return c
}

// pill is a word on a soft ground.
type pill struct {
	widget.BaseWidget
	ground *panel
	word   *line
}

func newPill() *pill {
	p := &pill{
		ground: newPanel(sunken, none, 10),
		word:   newLine("", face{size: sizeSmall, style: semiBold, ink: muted, align: fyne.TextAlignCenter}),
	}
	p.ExtendBaseWidget(p)
	return p
}

// say changes word and colours.
func (p *pill) say(word string, tone, soft fyne.ThemeColorName) {
	p.ground.wear(soft, none)
	p.word.sayIn(word, tone)
}

// MinSize is the word with some room around it.
func (p *pill) MinSize() fyne.Size {
	p.ExtendBaseWidget(p)
	return fyne.NewSize(p.word.natural().Width+16, 20)
}

// CreateRenderer is called by the toolkit.
func (p *pill) CreateRenderer() fyne.WidgetRenderer {
	return &bareRenderer{
		objects: []fyne.CanvasObject{p.ground, p.word},
		layout:  func(size fyne.Size) { p.ground.Resize(size); p.word.Resize(size) },
		least:   p.MinSize,
		refresh: func() { p.ground.Refresh(); p.word.Refresh() },
	}
}
