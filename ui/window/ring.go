package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// ring is the hero: how much of the token's life is left, as a ring that empties
// clockwise, with the countdown inside.
type ring struct {
	widget.BaseWidget
	left    float32 // 0 to 1
	tone    fyne.ThemeColorName
	track   *canvas.Circle
	arc     *canvas.Arc
	time    *digits
	caption *line
}

const (
	ringSide   = 112
	ringStroke = 9
	// leastTurn is how far the ring has to move, in degrees, to be worth a repaint of the window.
	leastTurn = 0.5
)

func newRing() *ring {
	r := &ring{
		tone:    fresh,
		track:   canvas.NewCircle(color.Transparent),
		arc:     canvas.NewArc(0, 0, 1-2*ringStroke/float32(ringSide), color.Transparent),
		time:    newDigits(face{size: sizeHero, style: semiBold, ink: ink, align: fyne.TextAlignCenter}),
		caption: newLine("left", face{size: sizeSmall, ink: muted, align: fyne.TextAlignCenter}),
	}
	r.track.StrokeWidth = ringStroke
	r.arc.CornerRadius = ringStroke / 2
	r.ExtendBaseWidget(r)
	return r
}

// show sets the part that is left (0 to 1), its colour, and the words inside.
func (r *ring) show(left float32, tone fyne.ThemeColorName, text, caption string) {
	r.time.size = sizeHero
	if len([]rune(text)) > 5 { // "3 h 05 min" has to fit inside
		r.time.size = sizeName + 1
	}
	if r.time.say(text, ink) {
		r.place(r.Size())
	}
	r.caption.say(caption)
	if turned := (r.left - left) * 360; tone == r.tone && turned < leastTurn && turned > -leastTurn {
		return
	}
	r.left, r.tone = left, tone
	r.paint()
	r.arc.Refresh()
}

// CreateRenderer is called by the toolkit.
func (r *ring) CreateRenderer() fyne.WidgetRenderer {
	r.paint()
	return &bareRenderer{
		objects: []fyne.CanvasObject{r.track, r.arc, r.time, r.caption},
		layout:  r.place,
		least:   func() fyne.Size { return fyne.NewSquareSize(ringSide) },
		refresh: func() { r.paint(); r.track.Refresh(); r.arc.Refresh(); r.time.Refresh(); r.caption.Refresh() },
	}
}

func (r *ring) place(size fyne.Size) {
	r.track.Move(fyne.NewSquareOffsetPos(ringStroke / 2)) // strokes are centred on the edge
	r.track.Resize(size.SubtractWidthHeight(ringStroke, ringStroke))
	r.arc.Resize(size)
	height, below := r.time.MinSize().Height, r.caption.MinSize().Height
	top := (size.Height - height - below + 2) / 2
	r.time.Move(fyne.NewPos(0, top))
	r.time.Resize(fyne.NewSize(size.Width, height))
	r.caption.Move(fyne.NewPos(0, top+height-2))
	r.caption.Resize(fyne.NewSize(size.Width, below))
}

func (r *ring) paint() {
	r.track.StrokeColor = colourOf(hairline, r)
	r.arc.FillColor = colourOf(r.tone, r)
	r.arc.StartAngle, r.arc.EndAngle = 0, 360*min(1, max(0, r.left))
}
