package window

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/tokentray/tokentray/auth"
)

// revealFor is how long a token that was shown stays in sight: long enough to
// compare it, short enough for a person who walks away.
const revealFor = 30 * time.Second

// tokenView is the token behind dots, which a person may lift.
type tokenView struct {
	dots    *fact
	show    *button
	inspect *button
	text    *prose
	note    *prose
	whole   *fyne.Container
	turn    int // counts what was shown, so that a late poke hides nothing else
}

const (
	tokenDots  = "••••••••••••••••••••"
	showToken  = "Show token"
	hideToken  = "Hide"
	revealNote = "It hides again after 30 seconds. To use it, copy it: a copied token is cleared from the clipboard by itself."
)

func newTokenView(k keys, show, inspect func()) *tokenView {
	v := &tokenView{
		dots: newFact("Token", mono),
		text: newProse("", face{size: sizeSmall, style: mono, ink: ink}),
		note: newProse("", face{size: sizeSmall, ink: muted}),
	}
	v.show = newButton(showToken, linkRank, k, show)
	v.inspect = newButton("Inspect", linkRank, k, inspect)
	v.dots.offer(v.show)
	v.dots.offer(v.inspect)
	v.dots.show(tokenDots)
	v.whole = container.New(column{8}, v.dots.whole, v.text, v.note)
	return v
}

// lift shows the token.
func (v *tokenView) lift(token auth.Secret) {
	v.turn++
	v.text.say(token.Reveal()) //nolint:forbidigo // a person asked to see it, and it hides again by itself
	v.note.say(revealNote)
	v.show.say(hideToken)
}

// hide puts the dots back and forgets the token. It reports whether it was in sight.
func (v *tokenView) hide() bool {
	v.turn++
	v.note.say("")
	v.show.say(showToken)
	return v.text.say("")
}

// lifted reports whether the token is in sight.
func (v *tokenView) lifted() bool { return v.text.text != "" }

// offer says whether there is a token, and something in it to look into.
func (v *tokenView) offer(a auth.Status, d auth.Details, now time.Time) {
	visible(v.whole, !a.IssuedAt.IsZero() && (a.ExpiresAt.IsZero() || a.ExpiresAt.After(now)) || len(d.Tokens) > 0)
	visible(v.inspect, len(d.Tokens) > 0)
}

// reveal shows the token of the chosen account, or hides it again.
func (w *Window) reveal() {
	v := w.home.account.token
	if v.lifted() {
		w.conceal()
		return
	}
	id, desk := w.chosen, w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		t, err := desk.Token(ctx, id, auth.Want{})
		return func() {
			if w.chosen != id || w.screen != w.home {
				return
			}
			if err != nil {
				w.home.account.complain(problem(err))
				return
			}
			v.lift(t.AccessToken)
			turn := v.turn
			w.home.account.whole.Refresh()
			w.ticker.again(w.parts.Now())
			w.later(revealFor, func() {
				if v.turn == turn {
					w.conceal()
				}
			})
		}
	})
}

// conceal hides a token that is in sight.
func (w *Window) conceal() {
	if w.home.account.token.hide() {
		w.home.account.whole.Refresh()
	}
}
