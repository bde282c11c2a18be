package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// options are a few choices of which one holds.
type options struct {
	chosen   string
	onChange func()
	all      []*option
	whole    *fyne.Container
}

// newOptions puts them side by side, as far as there is room; the first one holds.
func newOptions(k keys, onChange func(), labels ...string) *options {
	return newOptionsIn(flow{gap: 22, below: 6}, k, onChange, labels)
}

// newOptionList puts them one below the other, for labels of any length.
func newOptionList(k keys, onChange func(), labels ...string) *options {
	return newOptionsIn(column{6}, k, onChange, labels)
}

func newOptionsIn(l fyne.Layout, k keys, onChange func(), labels []string) *options {
	o := &options{chosen: labels[0], whole: container.New(l)}
	for _, l := range labels {
		each := newOption(k, l, func() { o.choose(l) })
		o.all = append(o.all, each)
		o.whole.Add(each)
	}
	o.choose(o.chosen)
	o.onChange = onChange
	return o
}

// mark is choose by what is known and not by a person; "" marks none.
func (o *options) mark(label string) {
	o.chosen = label
	for _, each := range o.all {
		each.held = each.label == label
		each.Refresh()
	}
}

func (o *options) choose(label string) {
	o.mark(label)
	if o.onChange != nil {
		o.onChange()
	}
}

// option is one of several: a circle that is filled while it holds, and a word.
type option struct {
	button
	held bool
	rim  *panel
	dot  *panel
	says *prose // in place of the button's word, which is never longer than a line
}

const optionSide, optionHeight = 16, 24

func newOption(k keys, label string, onTap func()) *option {
	o := &option{rim: newPanel(surface, muted, optionSide/2), dot: newPanel(none, none, 4)}
	o.build(label, plainRank, k, onTap)
	o.says = newProse(label, face{size: sizeText, ink: muted})
	o.ExtendBaseWidget(o)
	return o
}

// MinSize is circle and word.
func (o *option) MinSize() fyne.Size {
	o.ExtendBaseWidget(o)
	return fyne.NewSize(optionSide+8+o.says.natural()+1, optionHeight)
}

// heightFor is the height at a width.
func (o *option) heightFor(width float32) float32 {
	return max(optionHeight, o.says.heightFor(width-optionSide-8)+5)
}

// CreateRenderer is called by the toolkit.
func (o *option) CreateRenderer() fyne.WidgetRenderer {
	o.dress()
	objects := []fyne.CanvasObject{o.ring, o.rim, o.dot, o.says}
	return &bareRenderer{
		objects: objects, least: o.MinSize,
		layout: func(size fyne.Size) {
			const top = (optionHeight - optionSide) / 2.0
			o.ring.Move(fyne.NewPos(-5, 0))
			o.ring.Resize(size.AddWidthHeight(10, 0))
			o.rim.Move(fyne.NewPos(0, top))
			o.rim.Resize(fyne.NewSquareSize(optionSide))
			o.dot.Move(fyne.NewPos(4, top+4))
			o.dot.Resize(fyne.NewSquareSize(8))
			width := size.Width - optionSide - 8
			height := o.says.heightFor(width)
			o.says.Move(fyne.NewPos(optionSide+8, (size.Height-height)/2))
			o.says.Resize(fyne.NewSize(width, height))
		},
		refresh: func() {
			o.dress()
			for _, each := range objects {
				each.Refresh()
			}
		},
	}
}

func (o *option) dress() {
	o.paint()
	o.rim.edge, o.rim.stroke, o.dot.fill, o.says.ink = muted, 1, none, muted
	if o.held {
		o.rim.edge, o.rim.stroke, o.dot.fill, o.says.ink = primary, 2, primary, ink
	}
}
