package window

import (
	"context"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// attempt is a sign-in under way: where it came from, and how to give it up.
type attempt struct {
	from   screen
	giveUp func()
	failed func(*auth.Error)
	done   func(auth.Status)
}

// SignIn signs an account in again: it opens the browser, so call it after a click
// only. Before the first snapshot it waits for that one.
func (w *Window) SignIn(id auth.AccountID) {
	if !w.seen {
		w.wanted = func() { w.SignIn(id) }
		return
	}
	w.signInAs(id, auth.Reconnection{})
}

// signInAs signs an account in again, and asks where somebody else did.
func (w *Window) signInAs(id auth.AccountID, how auth.Reconnection) {
	a, known := find(w.snapshot, id)
	if !known || w.attempt != nil {
		return
	}
	w.choosing(id)
	desk := w.parts.Desk
	failed := func(e *auth.Error) {
		if e.Kind == auth.KindOtherPerson {
			w.askReplace(id, e)
			return
		}
		w.home.account.complain(e)
	}
	w.signIn(a.ProviderName, a.Colour, attempt{from: w.home, failed: failed, done: w.toAccount},
		func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
			return desk.Reconnect(ctx, id, how, tell)
		})
}

// signIn waits with the person until run ends. What run tells opens the browser
// once: the click that led here asked for it.
func (w *Window) signIn(name, colour string, t attempt, run func(context.Context, func(auth.SignInStep)) (auth.Status, error)) {
	if w.attempt != nil {
		return
	}
	w.attempt = &t
	mine := w.attempt
	w.browser.begin(name, colour)
	w.turnTo(w.browser)
	giveUp := w.errands.run(func(ctx context.Context) func() {
		status, err := run(ctx, func(step auth.SignInStep) {
			w.errands.back(ctx, func() { w.step(step) })
		})
		return func() { w.signedIn(status, problem(err)) }
	})
	if w.attempt == mine { // an errand that ran at once may have ended it already
		w.attempt.giveUp = giveUp
	}
}

// step shows where to sign in and opens it.
func (w *Window) step(step auth.SignInStep) {
	w.browser.follow(step, w.parts.Now())
	w.ticker.again(w.parts.Now())
	w.browse(step.Address)
}

func (w *Window) browse(address string) {
	w.errands.run(func(context.Context) func() {
		if err := w.parts.Open(address); err != nil {
			return w.browser.unopened
		}
		return nil
	})
}

// waitDeeds is what can be done while a sign-in waits.
func (w *Window) waitDeeds() browserDeeds {
	v := func() *browserView { return w.browser }
	return browserDeeds{
		again: func() { w.browse(v().step.Address) },
		copyLink: func() {
			w.copyTextThen(v().step.Address, func() { v().copyLink.say("Copied") })
		},
		copyCode: func() {
			w.copyTextThen(v().step.UserCode, func() { v().code.copy.say("Copied") })
		},
		cancel: w.goBack,
		paste:  w.paste,
	}
}

// paste hands over the address at which a browser elsewhere ended. Where it fits,
// the sign-in goes on by itself.
func (w *Window) paste(address string) {
	desk, attempt := w.parts.Desk, w.browser.step.Attempt
	pasted := auth.NewSecret(strings.TrimSpace(address)) // it holds the code that is exchanged for the tokens
	w.errands.run(func(ctx context.Context) func() {
		err := problem(desk.Paste(ctx, attempt, pasted))
		return func() {
			if err != nil && w.browser.step.Attempt == attempt {
				w.browser.paste.refused(err)
				w.browser.sheet.whole.Refresh()
			}
		}
	})
}

// signedIn ends the attempt: with what it leads to, or where it came from with
// everything still there.
func (w *Window) signedIn(status auth.Status, err *auth.Error) {
	if w.attempt == nil {
		return
	}
	t := *w.attempt
	w.attempt = nil
	switch {
	case err != nil && err.Kind == auth.KindVault && closed(err.Vault):
		w.shut(err.Vault, "")
	case err != nil:
		w.turnTo(t.from)
		t.failed(err)
	default:
		w.form = nil // and the secret that was typed
		w.chosen = status.ID
		w.home.list.search.SetText("")
		w.Show(with(w.snapshot, status))
		t.done(status)
		w.pull()
	}
	w.ticker.again(w.parts.Now())
}

// toAccount turns to an account that was signed in.
func (w *Window) toAccount(status auth.Status) {
	w.home.panes.onAccount = true
	w.turnTo(w.home)
	w.choosing(status.ID)
}

// with is s with the status of one account, until the next snapshot says the same.
func with(s auth.Snapshot, a auth.Status) auth.Snapshot {
	accounts := make([]auth.Status, 0, len(s.Accounts)+1)
	for _, b := range s.Accounts {
		if b.ID != a.ID {
			accounts = append(accounts, b)
		}
	}
	s.Accounts = append(accounts, a)
	return s
}
