package window_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
)

// known opens a window on the account "a", of which d is known.
func known(t *testing.T, d auth.Details, options ...func(*stage)) *stage {
	t.Helper()
	return open(t, snapshot(account("a", "Service desk")), append(options, func(s *stage) {
		s.desk.clients = map[auth.AccountID]auth.Details{"a": d}
	})...)
}

func TestATokenIsCopiedInTheFormThatWasChosen(t *testing.T) {
	s := known(t, auth.Details{API: auth.API{URL: "https://api.example.com/vehicles"}})
	s.fromMenu("Copy as…", "curl command")
	s.noted("copied as curl", func() bool { return len(s.copies) == 1 && s.copies[0] == "a as curl" })
	s.sees("Copied")
	s.until("the provider's own request is offered", func() bool {
		s.tap("Copy as…")
		overlays := s.w.Fyne().Canvas().Overlays()
		has := strings.Contains(textOf(overlays.Top()), "List vehicles")
		overlays.Remove(overlays.Top())
		return has
	})
}

func TestScopesThatWereNotGrantedAreNamed(t *testing.T) {
	s := known(t, auth.Details{AskedScopes: []string{"openid", "calendar.read"}})
	s.sees("Not granted calendar.read (asked for)")
}

func TestASignInThatEndsSoonIsTold(t *testing.T) {
	a := account("a", "Service desk")
	a.SignInBy = now.Add(26 * time.Hour)
	asked, signed := make(chan struct{}, 1), a
	s := open(t, snapshot(a), func(s *stage) {
		s.desk.reconnect = func(context.Context, auth.AccountID, func(auth.SignInStep)) (auth.Status, error) {
			asked <- struct{}{}
			return signed, nil
		}
	})
	s.sees("This sign-in ends soon: tomorrow at 15:13")
	s.tap("Sign in now")
	<-asked
	a.SignInBy = now.Add(49 * time.Hour)
	s.w.Show(snapshot(a))
	if s.says("ends soon") {
		t.Error("a sign-in that lasts three days is said to end soon")
	}
}

func TestATokenIsShownForAShortTimeOnly(t *testing.T) {
	token := func(s *stage) {
		s.desk.token = func(auth.AccountID, auth.Want) (auth.Token, error) {
			return auth.Token{AccessToken: auth.NewSecret("canary-access-token")}, nil
		}
	}
	shown := func(s *stage) bool { return s.says("canary-access-token") }
	s := known(t, auth.Details{}, token)
	if shown(s) {
		t.Fatal("the token is in sight before anybody asked")
	}
	s.tap("Show token")
	s.sees("canary-access-token")
	for _, p := range s.pokes {
		if p.after == 30*time.Second {
			p.f()
		}
	}
	s.until("the token is hidden", func() bool { return !shown(s) })

	for what, away := range map[string]func(){
		"a click":               func() { s.tap("Hide") },
		"the window was hidden": s.w.Hidden,
		"another screen":        func() { s.tap("+ Add"); s.press(fyne.KeyEscape) },
		"it was minimised": func() {
			s.w.Shown() // after the window was hidden
			s.hidden = true
			for _, p := range s.pokes {
				if !*p.ended && p.after <= time.Second {
					p.f()
				}
			}
			s.until("the token is hidden", func() bool { return !shown(s) })
			s.hidden = false
		},
	} {
		s.tap("Show token")
		s.sees("canary-access-token")
		away()
		if shown(s) {
			t.Errorf("the token stays in sight after %s", what)
		}
	}
}

func TestWhatATokenSaysIsShownInWords(t *testing.T) {
	s := known(t, auth.Details{Tokens: []auth.Inspection{{
		Of: "access_token", Header: `{"alg":"RS256"}`,
		Claims: `{"sub":"42","exp":1795356132,"roles":["admin","reader"],"deep":{"a":[1]},"odd":"\u202ex","exp2":1}`,
	}}})
	s.until("the details came", func() bool { return s.called("Inspect") != nil })
	s.tap("Inspect")
	for _, want := range []string{
		"What the token of Service desk says", "Access token", "sub 42 who it is about",
		"exp 1795356132 when it ends: 22 Nov 2026, 14:02, in 48 min", "roles admin, reader", `deep {"a":[1]}`, "odd �x", "alg RS256",
	} {
		s.sees(want)
	}
	s.press(fyne.KeyEscape)
	s.sees("Your token is fresh")
}

func TestActivityIsToldTheNewestFirstAndMoreWhenAsked(t *testing.T) {
	var all []auth.Event
	for i := range 40 {
		all = append(all, auth.Event{At: now.Add(-time.Duration(40-i) * time.Hour), What: auth.EventRefreshed, Detail: "number " + string(rune('A'+i%26)) + string(rune('a'+i/26))})
	}
	s := known(t, auth.Details{History: all})
	s.sees("Activity 12:13:48 Refreshed (number Nb).")
	if got := strings.Count(s.texts(), "Refreshed (number"); got != 5 {
		t.Errorf("%d events are shown at first, want 5", got)
	}
	s.tap("Show more")
	s.tap("Show more")
	if got := strings.Count(s.texts(), "Refreshed (number"); got != 40 {
		t.Errorf("%d events are shown in the end, want 40", got)
	}
	if s.called("Show more") != nil {
		t.Error("more is offered where there is none")
	}
}

func TestRenaming(t *testing.T) {
	asked := make(chan string, 2)
	s := known(t, auth.Details{}, func(s *stage) {
		s.desk.rename = func(_ auth.AccountID, name string) error {
			asked <- name
			if name == "Taken" {
				return &auth.Error{Kind: auth.KindNameTaken, Account: "Taken"}
			}
			s.desk.now(snapshot(account("a", name)))
			return nil
		}
	})
	s.fromMenu("More", "Rename…")
	field := s.w.Fyne().Canvas().Focused().(field)
	field.SetText(" ")
	s.tap("Rename")
	s.sees("A name is missing.")
	field.SetText("Taken")
	s.w.Fyne().Canvas().Focus(field)
	s.press(fyne.KeyReturn)
	s.sees("Another account is called “Taken” already.")
	field.SetText(" Front desk ")
	s.tap("Rename")
	s.sees("1 F Front desk")
	if first, second := <-asked, <-asked; first != "Taken" || second != "Front desk" {
		t.Errorf("asked for %q and %q", first, second)
	}
}

func TestSomebodyElseSignedIn(t *testing.T) {
	replaced := make(chan auth.AccountID, 1)
	s := known(t, auth.Details{}, func(s *stage) {
		s.desk.reconnect = func(context.Context, auth.AccountID, func(auth.SignInStep)) (auth.Status, error) {
			return auth.Status{}, &auth.Error{Kind: auth.KindOtherPerson, Detail: "other@example.com", Candidates: []string{"you@example.com"}}
		}
		s.desk.replace = func(id auth.AccountID) error {
			replaced <- id
			return nil
		}
	})
	s.fromMenu("More", "Use a different account…")
	s.sees("You signed in as “other@example.com”; this account was “you@example.com”.")
	if !s.desk.how.Another {
		t.Error("the provider isn't asked to let the person choose")
	}
	s.tap("Keep the one before")
	if s.says("other@example.com") || len(replaced) > 0 {
		t.Error("the question stays, or was answered with yes")
	}
	s.fromMenu("More", "Sign in again…")
	s.sees("Replace who “Service desk” belongs to?")
	s.tap("Replace it")
	if got := <-replaced; got != "a" {
		t.Errorf("replaced %q, want a", got)
	}
	s.until("the question is gone", func() bool { return !s.says("Replace who") })
}

// A refresh that was interrupted too often waits for a person once its token has run out.
func TestARefreshThatWasInterruptedIsTriedOnceMore(t *testing.T) {
	a := account("a", "Northwind")
	a.State, a.RefreshAt, a.Cause = auth.StateInDoubt, time.Time{}, &auth.Error{Kind: auth.KindInDoubt}
	asked := make(chan auth.AccountID, 1)
	s := open(t, snapshot(a), func(s *stage) {
		s.desk.refresh = func(id auth.AccountID) error {
			asked <- id
			return nil
		}
	})
	s.sees("CONNECTED · 1 N Northwind The last refresh was interrupted")
	s.sees("The token you have is good for another 48:12. Choose “Refresh now” to try it once more")
	a.ExpiresAt = now.Add(-time.Second)
	s.w.Show(snapshot(a))
	s.sees("NEEDS YOU · 1 N Northwind Try once more, or sign in again")
	s.sees("Choose “Refresh now” to try it once more; if that brings nothing, sign in again.")
	if s.called("Sign in with the browser") == nil {
		t.Error("a sign-in is not offered")
	}
	s.tap("Refresh now")
	if got := <-asked; got != "a" {
		t.Errorf("refreshed %q", got)
	}
	a.RefreshAt = now
	s.w.Show(snapshot(a))
	s.sees("CONNECTED · 1")
	s.sees("Checking the last refresh")
}

func TestHelpersGetDetailsAndRemindersWait(t *testing.T) {
	asked := make(chan time.Time, 1)
	s := open(t, snapshot(needy()), func(s *stage) {
		s.desk.snooze = func(_ auth.AccountID, until time.Time) error {
			asked <- until
			return nil
		}
	})
	s.sees("It was last refreshed 12 min ago.")
	s.tap("Copy details for support")
	s.noted("the details are copied", func() bool {
		return len(s.copied) == 1 && strings.Contains(s.copied[0], "state: needs_sign_in") && strings.Contains(s.copied[0], "Tokentray: v1.2.3")
	})
	s.tap("Remind me tomorrow")
	if got, want := <-asked, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("reminded at %v, want %v", got, want)
	}
	s.sees("You are reminded tomorrow")
}
