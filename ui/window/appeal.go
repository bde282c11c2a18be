package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// appealView is the banner of an account that only a person can help: what
// happened, what it means, and the one thing to do.
type appealView struct {
	title, text, remark                 *prose
	again, signIn, edit, later, copying *button
	whole                               *fyne.Container
}

const laterLabel = "Remind me tomorrow"

func newAppealView(k keys, do accountDeeds) *appealView {
	v := &appealView{
		title:  newProse("", face{size: sizeTitle, style: semiBold, ink: needs}),
		text:   newProse("", face{size: sizeText, ink: ink}),
		remark: newProse("", face{size: sizeText, ink: needs}),
	}
	v.again = newButton(refreshLabel, primaryRank, k, do.refresh)
	v.signIn = newButton("Sign in with the browser", primaryRank, k, do.signIn)
	v.edit = newButton("Change client details", primaryRank, k, do.edit)
	v.later = newButton(laterLabel, plainRank, k, do.snooze)
	v.copying = newButton(copyLabel, plainRank, k, do.copyToken)
	buttons := container.New(flow{gap: 8}, v.again, v.signIn, v.edit, v.later, v.copying)
	v.whole = container.New(card{22, 20}, newPanel(needsSoft, none, 12),
		container.New(column{14}, container.New(column{5}, v.title, v.text), v.remark, buttons))
	return v
}

// show draws why a person is needed. It reports whether the height may have changed.
func (v *appealView) show(a auth.Status, now time.Time) (changed bool) {
	e := words.State(a, now, words.Window)
	changed = v.title.say(bareSentence(e.Sentence))
	changed = v.text.say(strings.TrimSpace(lastRefreshed(a, now)+" "+e.Next)) || changed
	misfit, doubt := a.State == auth.StateMisconfigured, a.State == auth.StateInDoubt
	signIn := primaryRank
	if doubt {
		signIn = plainRank
	}
	v.signIn.rate(signIn)
	for _, each := range []struct {
		o   fyne.CanvasObject
		yes bool
	}{{v.again, doubt}, {v.edit, misfit}, {v.signIn, !misfit}, {v.copying, a.ExpiresAt.After(now)}} {
		changed = changed || each.o.Visible() != each.yes
		visible(each.o, each.yes)
	}
	return changed
}

// lastRefreshed is how old the newest token is, for a person who wonders since when.
func lastRefreshed(a auth.Status, now time.Time) string {
	if a.IssuedAt.IsZero() || a.IssuedAt.After(now) {
		return ""
	}
	return "It was last refreshed " + words.FromNow(a.IssuedAt, now) + "."
}

// snoozed says that nobody will be told before tomorrow.
func (v *appealView) snoozed() {
	v.later.say("You are reminded tomorrow")
	v.later.disable()
}

// rest is how it looks when nothing was just done.
func (v *appealView) rest() {
	v.later.say(laterLabel)
	v.later.enable()
	v.complain(nil)
}

// complain says what came of a click where it didn't go well; nil takes it away.
func (v *appealView) complain(err *auth.Error) { v.remark.say(remarkOn(err)) }
