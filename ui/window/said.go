package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// saidView is the provider's own words, and the way to hand them to whoever helps.
// It is there wherever something is not as it should be.
type saidView struct {
	label *line
	text  *prose
	copy  *button
	whole *fyne.Container
}

const supportLabel = "Copy details for support"

func newSaidView(k keys, support func()) *saidView {
	v := &saidView{
		label: newLine("In the provider’s own words", face{size: sizeSmall, style: semiBold, ink: muted}),
		text:  newProse("", face{size: sizeSmall, style: mono, ink: muted}),
		copy:  newButton(supportLabel, linkRank, k, support),
	}
	v.whole = container.New(column{6}, v.label, v.text, container.New(beside{stretch: -1}, v.copy))
	return v
}

// show draws what was said about a. It reports whether the height may have changed.
func (v *saidView) show(a auth.Status) (changed bool) {
	text := ""
	if a.Cause != nil {
		text = words.Quote(a.ProviderName, a.Cause.Said)
	}
	there := a.Cause != nil || a.State == auth.StateNeedsSignIn || a.State == auth.StateMisconfigured
	changed = v.text.say(text) || v.whole.Visible() != there || v.label.Visible() != (text != "")
	visible(v.label, text != "")
	visible(v.whole, there)
	return changed
}

// copied says for a moment that the details are on the clipboard.
func (v *saidView) copied() { v.copy.say("Copied") }

// rest is how it looks when nothing was just done.
func (v *saidView) rest() { v.copy.say(supportLabel) }
