package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// goneView is the banner above everything while the agent doesn't answer. What is
// below it is what was known last.
type goneView struct {
	text  *prose
	start *button
	whole *fyne.Container
}

const goneText = "Tokentray’s background part has stopped. Nothing is lost, but nothing is refreshed until it runs again."

func newGoneView(k keys, onStart func()) *goneView {
	v := &goneView{text: newProse(goneText, face{size: sizeText, style: medium, ink: soon})}
	v.start = newButton("Start it again", plainRank, k, onStart)
	v.whole = container.New(card{18, 10}, newPanel(soonSoft, none, 0), container.New(beside{gap: 16, stretch: 0}, v.text, v.start))
	v.whole.Hide()
	return v
}

// gone shows the banner; err says why starting it didn't help, nil that it wasn't tried.
func (v *goneView) gone(err *auth.Error) {
	text := goneText
	if err != nil {
		text = "It could not be started. " + told(err)
	}
	v.text.say(text)
	v.start.enable()
	v.whole.Show()
}

// starting is between the click and what comes of it.
func (v *goneView) starting() {
	v.text.say("Starting it again…")
	v.start.disable()
}

// back takes the banner away.
func (v *goneView) back() { v.whole.Hide() }
