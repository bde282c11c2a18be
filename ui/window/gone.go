package window

import "github.com/tokentray/tokentray/auth"

// goneView is the banner above everything while the agent doesn't answer. What is
// below it is what was known last.
type goneView struct{ *banner }

const goneText = "Tokentray’s background part has stopped. Nothing is lost, but nothing is refreshed until it runs again."

func newGoneView(k keys, onStart func()) *goneView {
	return &goneView{newBanner(k, soon, "Start it again", onStart)}
}

// gone shows the banner; err says why starting it didn't help, nil that it wasn't tried.
func (v *goneView) gone(err *auth.Error) {
	text := goneText
	if err != nil {
		text = "It could not be started. " + told(err)
	}
	v.say(text)
	v.deed.enable()
}

// starting is between the click and what comes of it.
func (v *goneView) starting() {
	v.say("Starting it again…")
	v.deed.disable()
}

// back takes the banner away.
func (v *goneView) back() { v.say("") }
