package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// screen is what fills the window at one time.
type screen interface {
	object() fyne.CanvasObject
	first() fyne.Focusable // where the keyboard begins; nil: nowhere
}

// sheet is a screen that says one thing: a picture, a heading, a paragraph and
// what belongs below it, in the middle of the window.
type sheet struct {
	title, text *prose
	content     *fyne.Container
	whole       *fyne.Container
}

// newSheet makes one; icon is PNG, or nil.
func newSheet(icon []byte, title, text string, below ...fyne.CanvasObject) *sheet {
	if len(icon) == 0 {
		return newTopSheet(nil, title, text, below...)
	}
	picture := canvas.NewImageFromResource(fyne.NewStaticResource("icon.png", icon))
	picture.FillMode = canvas.ImageFillContain
	return newTopSheet(container.New(fixed{width: 72, height: 72}, picture), title, text, below...)
}

// newTopSheet is newSheet with any picture on top, or nil.
func newTopSheet(top fyne.CanvasObject, title, text string, below ...fyne.CanvasObject) *sheet {
	s := &sheet{
		title:   newProse(title, face{size: sizeHeading, style: semiBold, ink: ink, align: fyne.TextAlignCenter}),
		text:    newProse(text, face{size: sizeText + 1, ink: muted, align: fyne.TextAlignCenter}),
		content: container.New(column{14}),
	}
	if top != nil {
		s.content.Add(middle(top))
	}
	s.content.Add(container.New(column{8}, s.title, s.text))
	s.content.Add(gapOf(1))
	for _, o := range below {
		s.content.Add(o)
	}
	s.whole = container.NewStack(newPanel(ground, none, 0), newScroll(measured{width: 480}, s.content))
	return s
}

// say changes heading and paragraph.
func (s *sheet) say(title, text string) {
	changed := s.title.say(title)
	if s.text.say(text) || changed {
		s.whole.Refresh()
	}
}
