package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// heroView is the card with the countdown and the one primary button.
type heroView struct {
	ring    *ring
	title   *prose
	text    *prose
	remark  *prose // what came of a click, where it didn't go well
	copy    *button
	refresh *button
	whole   *fyne.Container
}

const copyLabel = "Copy token"

// copiedFor is how long the button says that it copied.
const copiedFor = 2 * time.Second

func newHeroView(k keys, do accountDeeds) *heroView {
	v := &heroView{
		ring:   newRing(),
		title:  newProse("", face{size: sizeTitle, style: semiBold, ink: ink}),
		text:   newProse("", face{size: sizeText, ink: muted}),
		remark: newProse("", face{size: sizeText, ink: needs}),
	}
	v.copy = newButton(copyLabel, primaryRank, k, do.copyToken)
	v.refresh = newButton("Refresh now", plainRank, k, do.refresh)
	buttons := container.New(beside{gap: 8, stretch: -1}, v.copy, v.refresh)
	said := container.New(column{5}, v.title, v.text)
	right := container.New(column{14}, said, v.remark, buttons)
	v.whole = container.New(card{22, 20}, newPanel(ground, hairline, 12), container.New(sideOrBelow{gap: 26, least: 400}, v.ring, right))
	return v
}

// show draws how the token of a stands. It reports whether the height may have changed.
func (v *heroView) show(a auth.Status, now time.Time) (changed bool) {
	left, text, caption := float32(0), words.Left(a, now), "left"
	switch life := a.ExpiresAt.Sub(a.IssuedAt); {
	case a.ExpiresAt.IsZero():
		left, caption = 1, "end unknown"
	case !a.ExpiresAt.After(now):
		text, caption = "00:00", "ended"
	case !a.IssuedAt.IsZero() && life > 0:
		left = float32(a.ExpiresAt.Sub(now).Seconds() / life.Seconds())
	default:
		left = 1
	}
	v.ring.show(left, toneOf(a, now), text, caption)
	changed = v.title.say(headline(a, now))
	changed = v.text.say(explanation(a, now)) || changed
	if a.State == auth.StateRefreshing {
		v.refresh.disable()
	} else {
		v.refresh.enable()
	}
	return changed
}

// copied says for a moment that the token is on the clipboard, or why it isn't.
func (v *heroView) copied(err *auth.Error, later func(time.Duration, func())) {
	if err != nil {
		return
	}
	v.copy.say("Copied")
	later(copiedFor, func() { v.copy.say(copyLabel) })
}

// complain shows what didn't go well; nil takes it away.
func (v *heroView) complain(err *auth.Error) {
	text := ""
	if err != nil && err.Kind != auth.KindCancelled {
		text = told(err)
	}
	v.remark.say(text)
}

// rest is how it looks when nothing was just done.
func (v *heroView) rest() {
	v.copy.say(copyLabel)
	v.complain(nil)
}

// appealView is the banner of an account that only a person can help.
type appealView struct {
	title, text, remark *prose
	signIn, edit, copy  *button
	said                *fyne.Container
	saidText            *prose
	whole               *fyne.Container
}

func newAppealView(k keys, do accountDeeds) *appealView {
	v := &appealView{
		title:    newProse("", face{size: sizeTitle, style: semiBold, ink: needs}),
		text:     newProse("", face{size: sizeText, ink: ink}),
		remark:   newProse("", face{size: sizeText, ink: needs}),
		saidText: newProse("", face{size: sizeSmall, style: mono, ink: muted}),
	}
	v.signIn = newButton("Sign in with the browser", primaryRank, k, do.signIn)
	v.edit = newButton("Change client details", primaryRank, k, do.edit)
	v.copy = newButton(copyLabel, plainRank, k, do.copyToken)
	buttons := container.New(beside{gap: 8, stretch: -1}, v.signIn, v.edit, v.copy)
	banner := container.New(card{22, 20}, newPanel(needsSoft, none, 12),
		container.New(column{14}, container.New(column{5}, v.title, v.text), v.remark, buttons))
	link := newButton("Copy details for support", linkRank, k, func() { do.copyText(v.saidText.text) })
	v.said = container.New(column{6},
		newLine("In the provider’s own words", face{size: sizeSmall, style: semiBold, ink: muted}),
		v.saidText, container.New(beside{stretch: -1}, link))
	v.whole = container.New(column{24}, banner, v.said)
	return v
}

// show draws why a person is needed. It reports whether the height may have changed.
func (v *appealView) show(a auth.Status, now time.Time) (changed bool) {
	e := words.State(a, now, words.Window)
	changed = v.title.say(bareSentence(e.Sentence))
	changed = v.text.say(e.Next) || changed
	changed = v.saidText.say(e.Said) || changed
	misfit := a.State == auth.StateMisconfigured
	for _, each := range []struct {
		o   fyne.CanvasObject
		yes bool
	}{{v.edit, misfit}, {v.signIn, !misfit}, {v.copy, a.ExpiresAt.After(now)}, {v.said, e.Said != ""}} {
		changed = changed || each.o.Visible() != each.yes
		visible(each.o, each.yes)
	}
	return changed
}

// complain says what came of a click where it didn't go well; nil takes it away.
func (v *appealView) complain(err *auth.Error) {
	text := ""
	if err != nil && err.Kind != auth.KindCancelled {
		text = told(err)
	}
	v.remark.say(text)
}
