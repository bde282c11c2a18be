package window

import (
	"reflect"
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
	shownAt time.Time // what is told in words of the time is a little old after a while

	back     *button
	head     *headView
	question *questionView
	hero     *heroView
	appeal   *appealView
	said     *saidView
	ending   *endingView
	life     *fyne.Container
	strip    *strip
	facts    *factsView
	token    *tokenView
	activity *activityView
	backRow  *fyne.Container
	whole    *fyne.Container
}

// accountDeeds is what can be done with the account that is shown.
type accountDeeds struct {
	back, copyToken, refresh, resume, signIn, snooze, edit, support, reveal, inspect func()
	copyText                                                                         func(string)
	copyAs, menu                                                                     func(at fyne.CanvasObject)
}

func newAccountView(k keys, now func() time.Time, do accountDeeds) *accountView {
	v := &accountView{now: now, strip: newStrip()}
	v.back = newButton("‹ Accounts", linkRank, k, do.back)
	v.head = newHeadView(k, do.menu)
	v.question = newQuestionView(k, func() { v.whole.Refresh() })
	v.hero = newHeroView(k, do)
	v.appeal = newAppealView(k, do)
	v.said = newSaidView(k, do.support)
	v.ending = newEndingView(k, do.signIn)
	v.life = container.New(column{8}, newLine("This token’s life", face{size: sizeSmall, style: semiBold, ink: muted}), v.strip)
	v.facts = newFactsView(k, do.copyText)
	v.token = newTokenView(k, do.reveal, do.inspect)
	v.activity = newActivityView(k, func() { v.show(v.account, v.details) })
	token := container.New(column{9}, v.facts.token, v.token.whole)
	content := container.New(column{20}, v.head.whole, v.question.whole, v.hero.whole, v.appeal.whole, v.ending.whole,
		v.said.whole, v.life, token, v.activity.whole, v.facts.account)
	v.backRow = container.New(beside{stretch: -1}, v.back)
	v.backRow.Hide()
	v.whole = container.NewStack(newPanel(surface, none, 0), newPage(28, 24, container.New(column{12}, v.backRow, content)))
	return v
}

// update is show where something differs from what is shown, or did a minute ago;
// otherwise it is a tick.
func (v *accountView) update(a auth.Status, d auth.Details) {
	now := v.now()
	same := reflect.DeepEqual(a, v.account) && (d.ID != a.ID || reflect.DeepEqual(d, v.details))
	if same && needsPerson(a, now) == v.appeal.whole.Visible() && now.Sub(v.shownAt) < time.Minute {
		v.tick(now)
		return
	}
	v.show(a, d)
}

// show takes the account and what is known of it beyond the Status; details of
// another account are left out.
func (v *accountView) show(a auth.Status, d auth.Details) {
	if a.ID != v.account.ID {
		v.question.done()
		v.token.hide()
		v.rest()
		v.details = auth.Details{}
	}
	v.account = a
	if d.ID == a.ID {
		v.details = d
	}
	now := v.now()
	v.shownAt = now
	v.head.show(a, now)
	visible(v.hero.whole, !needsPerson(a, now))
	visible(v.appeal.whole, needsPerson(a, now))
	v.said.show(a)
	v.ending.show(a, now)
	v.tick(now)
	v.facts.show(a, v.details, now)
	v.token.offer(a, v.details, now)
	v.activity.show(a, v.details.History, now)
	v.whole.Refresh()
}

// rest is how it looks when nothing was just done.
func (v *accountView) rest() {
	v.hero.rest()
	v.appeal.rest()
	v.said.rest()
}

// tick shows what depends on the time. It reports whether it counts seconds.
func (v *accountView) tick(now time.Time) (seconds bool) {
	if needsPerson(v.account, now) {
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

// ask asks before something is done.
func (v *accountView) ask(q question) {
	v.question.ask(q)
	v.whole.Refresh()
}

// headView is who it is.
type headView struct {
	tile      *tile
	name, who *prose
	pill      *pill
	more      *button
	whole     *fyne.Container
}

func newHeadView(k keys, menu func(fyne.CanvasObject)) *headView {
	v := &headView{
		tile: newTile(46), pill: newPill(),
		name: newProse("", face{size: sizeHeading, style: semiBold, ink: ink}),
		who:  newProse("", face{size: sizeText, ink: muted}),
	}
	v.more = newButton("···", plainRank, k, func() { menu(v.more) })
	v.more.spoken = "More"
	v.whole = container.New(headLayout{}, v.tile, container.New(column{-2}, v.name, v.who), v.pill, v.more)
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
	tone, word := toneOf(a, now), words.Label(a)
	switch {
	case a.SigningIn:
		tone, word = primary, "Signing in"
	case needsPerson(a, now) && a.State == auth.StateExpiring:
		tone, word = needs, words.Label(auth.Status{State: auth.StateNeedsSignIn})
	}
	v.pill.say(word, tone, softOf(tone))
	v.whole.Refresh()
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
