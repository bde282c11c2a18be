package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// newHelpView says where a provider's client details are found, and which address
// to register there.
func newHelpView(k keys, p auth.Provider, copyText func(string)) *fyne.Container {
	steps := container.New(column{8}, newLine("Where do I find these?", face{size: sizeName + 1, style: semiBold, ink: ink}))
	text := face{size: sizeText, ink: ink}
	for i, s := range p.Client.Help {
		n := container.New(fixed{width: 16}, newLine(number(i+1)+".", text))
		steps.Add(container.New(numbered{}, n, newProse(words.Plain(s), text)))
	}
	if a := p.Redirect.Address; a != "" {
		address := newProse(a, face{size: sizeCaption, style: mono, ink: ink})
		box := container.New(card{8, 10}, newPanel(surface, hairline, radius), address)
		steps.Add(newProse("The redirect address to register there:", text))
		steps.Add(container.New(beside{gap: 8, stretch: 0}, box,
			newButton("Copy", plainRank, k, func() { copyText(a) })))
	}
	return container.New(card{20, 20}, newPanel(primarySoft, none, 12), steps)
}

// numbered is a number and the prose that it counts, at the same height.
type numbered struct{}

// Layout places the objects.
func (numbered) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := objects[0].MinSize().Width
	first := objects[0].MinSize().Height
	if p, ok := objects[1].(*prose); ok {
		first = p.pitch()
	}
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(w, first))
	objects[1].Move(fyne.NewPos(w, 0))
	objects[1].Resize(fyne.NewSize(size.Width-w, size.Height))
}

// MinSize is that of the number and a little prose.
func (l numbered) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := objects[0].MinSize().Width + cuttable
	return fyne.NewSize(w, l.heightFor(objects, max(w, objects[0].MinSize().Width+objects[1].Size().Width)))
}

func (numbered) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return max(objects[0].MinSize().Height, heightOf(objects[1], width-objects[0].MinSize().Width))
}

// problemView is a banner that says what didn't work. Empty, it takes no room.
type problemView struct {
	text  *prose
	whole *fyne.Container
}

func newProblemView() *problemView {
	v := &problemView{text: newProse("", face{size: sizeText, ink: ink})}
	v.whole = container.New(card{16, 12}, newPanel(needsSoft, none, 10), v.text)
	v.whole.Hide()
	return v
}

// say shows e; nil takes the banner away. What a person gave up needs no words.
func (v *problemView) say(e *auth.Error) {
	if e == nil || e.Kind == auth.KindCancelled {
		v.whole.Hide()
		return
	}
	v.text.say(toldInForm(e))
	v.whole.Show()
}

// twoColumns are a form and its help side by side, one above the other where there is no room.
type twoColumns struct{}

const (
	formWidth = 480
	helpWidth = 344
	formGap   = 32
)

// Layout places form and help.
func (l twoColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	form, help, apart := l.widths(size.Width)
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(form, heightOf(objects[0], form)))
	at := fyne.NewPos(form+formGap, 0)
	if !apart {
		at = fyne.NewPos(0, objects[0].Size().Height+24)
	}
	objects[1].Move(at)
	objects[1].Resize(fyne.NewSize(help, heightOf(objects[1], help)))
}

// MinSize is that of the narrow shape.
func (l twoColumns) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(280, 100) }

func (l twoColumns) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	form, help, apart := l.widths(width)
	a := heightOf(objects[0], form)
	if !objects[1].Visible() {
		return a
	}
	b := heightOf(objects[1], help)
	if apart {
		return max(a, b)
	}
	return a + b + 24
}

func (twoColumns) widths(width float32) (form, help float32, apart bool) {
	if width < helpWidth+formGap+300 {
		return width, width, false
	}
	form = min(formWidth, width-helpWidth-formGap)
	return form, min(helpWidth+60, width-form-formGap), true
}
