package window

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// attempt is a sign-in under way: where it came from, and how to give it up.
type attempt struct {
	from   screen
	giveUp func()
	failed func(*auth.Error)
}

// Add turns to the first step of adding an account. Before the first snapshot it
// waits for that one.
func (w *Window) Add() {
	if !w.seen {
		w.wanted = w.Add
		return
	}
	w.choose.complain(nil)
	w.choose.search.SetText("")
	w.choose.show(w.providers)
	w.turnTo(w.choose)
	if len(w.providers) == 0 {
		w.askCatalogue()
	}
}

// askCatalogue fetches the providers where they are not here yet.
func (w *Window) askCatalogue() {
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		providers, err := desk.Providers(ctx)
		return func() {
			if err != nil {
				w.choose.complain(problem(err))
				return
			}
			w.catalogue(providers)
		}
	})
}

func (w *Window) catalogue(providers []auth.Provider) {
	w.providers = providers
	w.choose.show(providers)
}

// useProvider goes on with a provider: to its form, or straight to the browser
// where there is nothing to fill in.
func (w *Window) useProvider(p auth.Provider) {
	if p.ID == practice {
		w.connectPractice(p, w.choose, w.choose.complain)
		return
	}
	if accounts := accountsAt(w.snapshot, p.ID); len(accounts) > 0 {
		w.askKnown(p, accounts)
		return
	}
	w.fillIn(p, nil)
}

// fillIn turns to the form for a provider, of which some clients may be known.
func (w *Window) fillIn(p auth.Provider, known []knownClient) {
	w.form = newFormView(w.keys(), p, known, formDeeds{
		next:     func(c auth.Connection) { w.connect(p, c, w.form, w.form.failed) },
		back:     w.goBack,
		copyText: w.copyText,
	})
	w.turnTo(w.form)
}

// practise is the short way from the empty window.
func (w *Window) practise() {
	p := auth.Provider{ID: practice, Name: "Practice provider"}
	for _, known := range w.providers {
		if known.ID == practice {
			p = known
		}
	}
	w.empty.complain(nil)
	w.connectPractice(p, w.empty, w.empty.complain)
}

func (w *Window) connectPractice(p auth.Provider, from screen, failed func(*auth.Error)) {
	w.connect(p, auth.Connection{Provider: p.ID}, from, failed)
}

func (w *Window) connect(p auth.Provider, c auth.Connection, from screen, failed func(*auth.Error)) {
	desk := w.parts.Desk
	w.signIn(p.Name, p.Colour, attempt{from: from, failed: failed},
		func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
			return desk.Connect(ctx, c, tell)
		})
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
	w.signIn(a.ProviderName, a.Colour, attempt{from: w.home, failed: failed},
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

func (w *Window) openAgain() { w.browse(w.browser.step.Address) }

func (w *Window) copyLink() {
	w.copyText(w.browser.step.Address)
	w.browser.copyLink.say("Copied")
}

// signedIn ends the attempt: with the account chosen, or where it came from with
// everything still there.
func (w *Window) signedIn(status auth.Status, err *auth.Error) {
	if w.attempt == nil {
		return
	}
	t := *w.attempt
	w.attempt = nil
	switch {
	case err != nil && err.Kind == auth.KindVault && closed(err.Vault):
		w.vault.show(err.Vault)
		w.turnTo(w.vault)
	case err != nil:
		w.turnTo(t.from)
		t.failed(err)
	default:
		w.form = nil // and the secret that was typed
		w.chosen = status.ID
		w.home.list.search.SetText("")
		w.Show(with(w.snapshot, status))
		w.home.panes.onAccount = true
		w.turnTo(w.home)
		w.home.list.choose(status.ID)
		w.pull()
	}
	w.ticker.again(w.parts.Now())
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

// goBack is Escape and every Back and Cancel: one step towards where the window rests.
func (w *Window) goBack() {
	switch {
	case w.attempt != nil:
		t := *w.attempt
		w.attempt = nil
		if t.giveUp != nil {
			t.giveUp()
		}
		w.turnTo(t.from)
	case w.form != nil && w.screen == w.form:
		w.form = nil
		w.turnTo(w.choose)
	case w.screen == w.choose || w.screen == w.client || w.screen == w.inspected:
		w.rest()
	case w.screen == w.home:
		w.back()
	}
}

// back leaves the search, the question, or the account where there is one pane.
func (w *Window) back() {
	w.home.account.question.done()
	w.home.account.whole.Refresh()
	if w.home.list.search.Text != "" {
		w.home.list.search.SetText("")
	}
	if w.home.panes.onePane {
		w.home.panes.onAccount = false
		w.home.whole.Refresh()
	}
	w.window.Canvas().Focus(w.home.list.list)
}
