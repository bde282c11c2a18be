package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// accountView is the right side: who it is, how its token stands, and what can be done.
type accountView struct {
	now     func() time.Time
	account auth.Status
	details auth.Details

	back    *button
	head    *headView
	hero    *heroView
	appeal  *appealView
	forget  *forgetView
	life    *fyne.Container
	strip   *strip
	facts   *factsView
	body    *fyne.Container
	backRow *fyne.Container
	whole   *fyne.Container
}

// accountDeeds is what can be done with the account that is shown.
type accountDeeds struct {
	back, copyToken, refresh, signIn, edit, forget func()
	copyText                                       func(string)
	menu                                           func(at fyne.CanvasObject)
}

func newAccountView(k keys, now func() time.Time, do accountDeeds) *accountView {
	v := &accountView{now: now, strip: newStrip()}
	v.back = newButton("‹ Accounts", linkRank, k, do.back)
	v.head = newHeadView(k, do.menu)
	v.hero = newHeroView(k, do)
	v.appeal = newAppealView(k, do)
	v.forget = newForgetView(k, do.forget, func() { v.ask(false) })
	v.life = container.New(column{8}, newLine("This token’s life", face{size: sizeSmall, style: semiBold, ink: muted}), v.strip)
	v.facts = newFactsView(k, do.copyText)
	content := container.New(column{20}, v.head.whole, v.forget.whole, v.hero.whole, v.appeal.whole, v.life, v.facts.whole)
	v.backRow = container.New(beside{stretch: -1}, v.back)
	v.backRow.Hide()
	v.body = container.New(column{12}, v.backRow, content)
	v.forget.whole.Hide()
	v.whole = container.NewStack(newPanel(surface, none, 0), newPage(28, 24, v.body))
	return v
}

// show takes the account and what is known of it beyond the Status; details of
// another account are left out.
func (v *accountView) show(a auth.Status, d auth.Details) {
	if a.ID != v.account.ID {
		v.forget.whole.Hide()
		v.hero.rest()
		v.details = auth.Details{}
	}
	v.account = a
	if d.ID == a.ID {
		v.details = d
	}
	v.head.show(a, v.now())
	visible(v.hero.whole, !appeals(a, v.now()))
	visible(v.appeal.whole, appeals(a, v.now()))
	v.tick(v.now())
	v.facts.show(a, v.details, v.now())
	v.whole.Refresh()
}

// tick shows what depends on the time. It reports whether it counts seconds.
func (v *accountView) tick(now time.Time) (seconds bool) {
	if appeals(v.account, now) {
		v.life.Hide()
		if v.appeal.show(v.account, now) {
			v.whole.Refresh()
		}
		return false
	}
	v.strip.show(v.account, now)
	visible(v.life, v.strip.Visible())
	if v.hero.show(v.account, now) {
		v.whole.Refresh()
	}
	return countsSeconds(v.account, now)
}

// appeals reports whether the page asks for a person instead of showing the countdown.
func appeals(a auth.Status, now time.Time) bool { return needsPerson(a, now) }

// ask shows or hides the question before an account is forgotten.
func (v *accountView) ask(yes bool) {
	v.forget.show(v.account)
	visible(v.forget.whole, yes)
	v.whole.Refresh()
}

// headView is who it is.
type headView struct {
	tile      *tile
	name, who *line
	pill      *pill
	more      *button
	whole     *fyne.Container
}

func newHeadView(k keys, menu func(fyne.CanvasObject)) *headView {
	v := &headView{
		tile: newTile(46), pill: newPill(),
		name: newFlexible(face{size: sizeHeading, style: semiBold, ink: ink}),
		who:  newFlexible(face{size: sizeText, ink: muted}),
	}
	v.more = newButton("···", plainRank, k, func() { menu(v.more) })
	v.more.spoken = "More"
	v.whole = container.New(beside{gap: 14, stretch: 1}, v.tile,
		container.New(column{1}, v.name, v.who), v.pill, v.more)
	return v
}

func (v *headView) show(a auth.Status, now time.Time) {
	v.tile.show(a.Name, a.Colour)
	v.name.say(words.Plain(a.Name))
	who := words.Plain(a.Identity.Who())
	if who == "" {
		who = words.Plain(a.ProviderName)
	}
	v.who.say(who)
	tone, word := toneOf(a, now), words.Label(a.State)
	switch {
	case a.SigningIn:
		tone, word = primary, "Signing in"
	case needsPerson(a, now) && a.State == auth.StateExpiring:
		tone, word = needs, words.Label(auth.StateNeedsSignIn)
	}
	v.pill.say(word, tone, softOf(tone))
	v.whole.Refresh()
}

// forgetView asks before an account is forgotten, in the page and not over it.
type forgetView struct {
	title *line
	text  *prose
	whole *fyne.Container
}

func newForgetView(k keys, forget, keep func()) *forgetView {
	v := &forgetView{
		title: newFlexible(face{size: sizeName + 1, style: semiBold, ink: ink}),
		text:  newProse("", face{size: sizeText, ink: ink}),
	}
	buttons := container.New(beside{gap: 8, stretch: -1},
		newButton("Forget it", dangerRank, k, forget), newButton("Keep it", plainRank, k, keep))
	v.whole = container.New(card{20, 18}, newPanel(ground, hairline, 12), container.New(column{10}, v.title, v.text, buttons))
	return v
}

func (v *forgetView) show(a auth.Status) {
	v.title.say("Forget " + words.Named(a.Name) + "?")
	v.text.say("Tokentray removes it from the vault and asks " + strings.TrimSpace(words.Plain(a.ProviderName)+" to take its token back.") +
		" To use it again, you add it and sign in anew.")
}

// copied says for a moment that the token is on the clipboard, or why it isn't.
func (v *accountView) copied(err *auth.Error, later func(time.Duration, func())) {
	v.hero.copied(err, later)
	v.complain(err)
}

// complain says what came of a click where it didn't go well; nil takes it away.
func (v *accountView) complain(err *auth.Error) {
	v.hero.complain(err)
	v.appeal.complain(err)
	v.whole.Refresh()
}
