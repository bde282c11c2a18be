package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// providerCard is a provider in the gallery.
type providerCard struct {
	button
	tile *tile
	name *line
}

const cardWidth, cardHeight, cardGap = 150, 86, 12

var _ desktop.Hoverable = (*providerCard)(nil)

func newProviderCard(k keys, p auth.Provider, pick func()) *providerCard {
	c := &providerCard{tile: newTile(32), name: newFlexible(face{size: sizeText, style: semiBold, ink: ink})}
	c.build(words.Plain(p.Name), plainRank, k, pick)
	c.ring.radius, c.ground.radius = 12+ringGap, 12
	c.tile.show(p.Name, p.Colour)
	c.name.say(words.Plain(p.Name))
	c.ExtendBaseWidget(c)
	return c
}

// MinSize is that of every card.
func (c *providerCard) MinSize() fyne.Size {
	c.ExtendBaseWidget(c)
	return fyne.NewSize(cardWidth, cardHeight)
}

// CreateRenderer is called by the toolkit.
func (c *providerCard) CreateRenderer() fyne.WidgetRenderer {
	c.paint()
	return &bareRenderer{
		objects: []fyne.CanvasObject{c.ring, c.ground, c.tile, c.name},
		layout: func(size fyne.Size) {
			c.ring.Move(fyne.NewSquareOffsetPos(-ringGap))
			c.ring.Resize(size.AddWidthHeight(2*ringGap, 2*ringGap))
			c.ground.Resize(size)
			c.tile.Move(fyne.NewSquareOffsetPos(12))
			c.tile.Resize(c.tile.MinSize())
			c.name.Move(fyne.NewPos(12, 55))
			c.name.Resize(fyne.NewSize(size.Width-24, c.name.MinSize().Height))
		},
		least:   c.MinSize,
		refresh: func() { c.paint(); c.ring.Refresh(); c.ground.Refresh(); c.tile.Refresh(); c.name.Refresh() },
	}
}

// tiles are cards in rows that fill the width.
type tiles struct{}

// Layout places the objects.
func (tiles) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n := perRow(size.Width)
	width := (size.Width - float32(n-1)*cardGap) / float32(n)
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i%n)*(width+cardGap), float32(i/n)*(cardHeight+cardGap)))
		o.Resize(fyne.NewSize(width, cardHeight))
	}
}

// MinSize is one card.
func (l tiles) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := float32(cardWidth)
	if len(objects) > 0 {
		width = max(width, objects[0].Size().Width)
	}
	return fyne.NewSize(width, cardHeight)
}

func (tiles) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	rows := (len(objects) + perRow(width) - 1) / perRow(width)
	return max(0, float32(rows)*(cardHeight+cardGap)-cardGap)
}

func perRow(width float32) int { return max(1, int((width+cardGap)/(cardWidth+cardGap))) }
