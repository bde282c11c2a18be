package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// emptyView invites a person who has no account yet.
type emptyView struct {
	remark *prose
	add    *button
	whole  *fyne.Container
}

func newEmptyView(k keys, icon []byte, onAdd, onPractice, onSettings func()) *emptyView {
	v := &emptyView{remark: newProse("", face{size: sizeText, ink: needs, align: fyne.TextAlignCenter})}
	v.add = newButton("Add your first account", primaryRank, k, onAdd)
	practice := newButton("Try it with the practice provider", plainRank, k, onPractice)
	v.whole = newSheet(icon, "Stay signed in to the services you work with",
		"Sign in once in your own browser. From then on Tokentray keeps the token fresh in the background, "+
			"and you copy it with one click. Everything is sealed in a vault on this computer.",
		middle(container.New(centred{}, v.add, practice)), v.remark,
		newProse("It runs on this computer alone: nothing to register, nothing to break.",
			face{size: sizeSmall, ink: muted, align: fyne.TextAlignCenter}),
		middle(newButton("Settings", linkRank, k, onSettings))).whole // a proxy may be needed before the first account
	return v
}

func (v *emptyView) object() fyne.CanvasObject { return v.whole }
func (v *emptyView) first() fyne.Focusable     { return nil }

// complain shows what went wrong with the practice provider; nil takes it away.
func (v *emptyView) complain(e *auth.Error) {
	text := ""
	if e != nil {
		text = told(e)
	}
	v.remark.say(text)
	v.whole.Refresh()
}
