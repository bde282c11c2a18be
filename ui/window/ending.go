package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// endingSoon is how long before a sign-in ends a person is told: time to choose a
// convenient moment, over a weekend too.
const endingSoon = 2 * 24 * time.Hour

// endingView warns that a sign-in ends soon although its token still works.
type endingView struct {
	text  *prose
	whole *fyne.Container
}

func newEndingView(k keys, signIn func()) *endingView {
	v := &endingView{text: newProse("", face{size: sizeText, ink: ink})}
	v.whole = container.New(card{18, 12}, newPanel(soonSoft, none, 12),
		container.New(said{}, v.text, newButton("Sign in now", plainRank, k, signIn)))
	v.whole.Hide()
	return v
}

func (v *endingView) show(a auth.Status, now time.Time) {
	left := a.SignInBy.Sub(now)
	there := !a.SignInBy.IsZero() && left <= endingSoon && !needsPerson(a, now) && a.Grant != auth.ClientCredentials
	if there {
		v.text.say("This sign-in ends soon: " + words.At(a.SignInBy, now) + ". Sign in again before then, when it suits you, and nothing stops.")
	}
	visible(v.whole, there)
}
