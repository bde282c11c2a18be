package window

import (
	"context"
	"errors"
	"strings"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// ask asks about the chosen account and puts the keyboard there.
func (w *Window) ask(q question) {
	w.home.account.ask(q)
	w.window.Canvas().Focus(w.home.account.question.first())
}

// answered takes the question away after what was wanted happened, or says why it didn't.
func (w *Window) answered(err error) (well bool) {
	v := w.home.account
	if e := problem(err); e != nil {
		v.question.complain(told(e))
	} else {
		v.question.done()
	}
	v.whole.Refresh()
	return err == nil
}

// askForget asks before an account is forgotten.
func (w *Window) askForget(id auth.AccountID) {
	a, known := find(w.snapshot, id)
	if !known {
		return
	}
	w.ask(question{
		title: "Forget " + words.Named(a.Name) + "?",
		text: "Tokentray removes it from the vault and asks " + strings.TrimSpace(words.Plain(a.ProviderName)+" to take its token back.") +
			" To use it again, you add it and sign in anew.",
		yes: "Forget it", no: "Keep it", rank: dangerRank,
		do: func(string) { w.forget(a) },
	})
}

// forget removes an account, and says what became of it at the provider.
func (w *Window) forget(a auth.Status) {
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		f, err := desk.Forget(ctx, a.ID)
		return func() {
			if !w.answered(err) {
				return
			}
			f.Name = firstOf([]string{f.Name, a.Name})
			e := words.Forgotten(f, a.ProviderName)
			w.notify(e.Line() + " " + e.Next)
			w.home.panes.onAccount = false
			w.pull()
		}
	})
}

// askName asks for another name.
func (w *Window) askName(id auth.AccountID) {
	a, known := find(w.snapshot, id)
	if !known {
		return
	}
	desk := w.parts.Desk
	w.ask(question{
		title: "Rename " + words.Named(a.Name), label: "Name in this list", typed: a.Name, check: checkName,
		yes: "Rename", no: "Leave it", rank: primaryRank,
		do: func(name string) {
			w.errands.run(func(ctx context.Context) func() {
				err := desk.Rename(ctx, id, strings.TrimSpace(name))
				return func() {
					if w.answered(err) {
						w.pull()
					}
				}
			})
		},
	})
}

// checkName says what is wrong with a name, as far as it can be known here.
func checkName(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("a name is missing")
	}
	return nil
}

// askReplace asks whether somebody else may take an account over: who signed in is
// the detail of e, who it should have been its candidate.
func (w *Window) askReplace(id auth.AccountID, e *auth.Error) {
	a, known := find(w.snapshot, id)
	if !known {
		return
	}
	was := a.Identity.Who()
	if len(e.Candidates) > 0 {
		was = e.Candidates[0]
	}
	text := "Somebody else signed in than before. Nothing was changed so far."
	if e.Detail != "" && was != "" {
		text = "You signed in as " + words.Named(e.Detail) + "; this account was " + words.Named(was) + ". Nothing was changed so far."
	}
	desk := w.parts.Desk
	w.ask(question{
		title: "Replace who " + words.Named(a.Name) + " belongs to?",
		text:  text + " If you replace it, whoever copies this account’s token from now on acts as the new person.",
		yes:   "Replace it", no: "Keep the one before", rank: dangerRank,
		do: func(string) {
			w.errands.run(func(ctx context.Context) func() {
				_, err := desk.Replace(ctx, id)
				return func() {
					if w.answered(err) {
						w.pull()
					}
				}
			})
		},
	})
}
