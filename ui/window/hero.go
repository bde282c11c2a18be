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
	copyAs  *button
	refresh *button
	resume  *button
	forms   bool // a token can be copied in other forms
	whole   *fyne.Container
}

const (
	copyLabel    = "Copy token"
	refreshLabel = "Refresh now"
)

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
	v.copyAs = newButton("Copy as…  ▾", plainRank, k, func() { do.copyAs(v.copyAs) })
	v.copyAs.spoken = "Copy as…"
	v.forms = do.copyAs != nil
	v.refresh = newButton(refreshLabel, plainRank, k, do.refresh)
	v.resume = newButton("Resume", plainRank, k, do.resume)
	buttons := container.New(flow{gap: 8}, v.resume, v.copy, v.copyAs, v.refresh)
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
	paused := a.State == auth.StatePaused
	changed = changed || v.resume.Visible() != paused
	visible(v.resume, paused)
	visible(v.refresh, !paused)
	over := paused && !a.ExpiresAt.After(now) // nothing to copy before it is resumed
	changed = changed || v.copy.Visible() == over
	visible(v.copy, !over)
	visible(v.copyAs, !over && v.forms)
	v.resume.rate(plainRank)
	if over {
		v.resume.rate(primaryRank)
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
func (v *heroView) complain(err *auth.Error) { v.remark.say(remarkOn(err)) }

// rest is how it looks when nothing was just done.
func (v *heroView) rest() {
	v.copy.say(copyLabel)
	v.complain(nil)
}
