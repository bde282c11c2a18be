package window

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

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
	w.askCatalogue()
}

// askCatalogue fetches the providers: a connection file may have come since.
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
	w.signIn(p.Name, p.Colour, attempt{from: from, failed: failed, done: w.welcome},
		func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
			return desk.Connect(ctx, c, tell)
		})
}
