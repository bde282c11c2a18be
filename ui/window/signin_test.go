package window_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/tokentray/tokentray/auth"
)

// consent is where every sign-in of these tests is made.
const consent = "https://crm.example.com/oauth/v2/authorize?state=canary-state"

// signing tells where to sign in and waits for what comes of it.
func signing(result <-chan error) func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error) {
	return func(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(auth.SignInStep{Address: consent, Waiting: "http://127.0.0.1:17845", Until: now.Add(5 * time.Minute)})
		select {
		case err := <-result:
			a := account("new", "Brand new")
			return a, err
		case <-ctx.Done():
			return auth.Status{}, auth.ErrCancelled
		}
	}
}

// toForm goes to the form for Adaptix and fills it in.
func (s *stage) toForm() {
	s.Helper()
	s.tap("+ Add")
	s.sees("Fortellis")
	s.tap("Adaptix")
	s.sees("Your Adaptix client")
	s.fill("https://crm.example.com", "client-1", "canary-secret", "Mine")
}

func TestAddingAnAccount(t *testing.T) {
	result := make(chan error, 1)
	var got auth.Connection
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		connect := signing(result)
		s.desk.connect = func(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
			got = c
			return connect(ctx, c, tell)
		}
	})
	s.toForm()
	s.sees("2. Add a client.")
	if len(s.opened) > 0 {
		t.Error("a browser opened before anybody asked for one")
	}
	s.tap("Continue in the browser")
	s.sees("Waiting on http://127.0.0.1:17845 · 05:00 left")
	s.noted("the browser is open", func() bool { return len(s.opened) == 1 && s.opened[0] == consent })
	s.tap("Copy the link")
	s.noted("the link is copied", func() bool { return len(s.copied) == 1 && s.copied[0] == consent })
	s.tap("Open the browser again")
	s.noted("the browser opened again", func() bool { return len(s.opened) == 2 })
	s.desk.now(snapshot(account("a", "Service desk"), account("new", "Brand new")))
	result <- nil
	s.sees("You’re signed in As you@example.com.")
	s.sees("Brand new")
	s.tap("Done")
	s.sees("Brand new you@example.com Connected")
	if got.Provider != "adaptix" || got.Name != "Mine" || got.ClientIdentifier != "client-1" ||
		got.Settings["address"] != "https://crm.example.com" || got.Grant != auth.AuthorizationCode || got.ClientSecret.Reveal() != "canary-secret" {
		t.Errorf("asked to connect %+v", got)
	}
}

func TestWhatWasTypedSurvivesAFailure(t *testing.T) {
	result := make(chan error, 1)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) { s.desk.connect = signing(result) })
	s.toForm()
	s.tap("Continue in the browser")
	result <- &auth.Error{Kind: auth.KindDenied, Provider: "Adaptix"}
	s.sees("The sign-in was declined, so nothing was stored.")
	for _, text := range []string{"https://crm.example.com", "client-1", "Mine"} {
		s.sees(text)
	}
	s.tap("Show")
	s.sees("canary-secret")
}

func TestCancellingGivesTheSignInUp(t *testing.T) {
	ended := make(chan struct{})
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		connect := signing(nil)
		s.desk.connect = func(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
			defer close(ended)
			return connect(ctx, c, tell)
		}
	})
	s.toForm()
	s.tap("Continue in the browser")
	s.sees("Continue in your browser")
	s.tap("Cancel")
	<-ended
	s.sees("Your Adaptix client")
	s.sees("client-1")
}

func TestTheFormSaysWhatIsMissing(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")))
	s.tap("+ Add")
	s.sees("Fortellis")
	s.tap("Adaptix")
	s.fill("http://crm.example.com") // as one types
	s.sees("http is only for this computer itself")
	s.tap("Continue in the browser")
	s.sees("The client ID is missing.")
	s.sees("The client secret is missing.")
}

func TestThePracticeProviderNeedsNoForm(t *testing.T) {
	result := make(chan error, 1)
	s := open(t, auth.Snapshot{At: now, Vault: auth.VaultNone}, func(s *stage) { s.desk.connect = signing(result) })
	s.tap("Try it with the practice provider")
	s.sees("We opened Practice provider in your browser.")
	result <- errors.New("something nobody foresaw")
	s.sees("Try it once more")
	s.sees("Add your first account")
}

func TestSigningInAgain(t *testing.T) {
	result := make(chan error, 1)
	s := open(t, snapshot(needy()), func(s *stage) {
		connect := signing(result)
		s.openErr = errors.New("no browser")
		s.desk.reconnect = func(ctx context.Context, _ auth.AccountID, tell func(auth.SignInStep)) (auth.Status, error) {
			return connect(ctx, auth.Connection{}, tell)
		}
	})
	s.sees("Adaptix said: 400 invalid_grant — “It has expired.”")
	s.tap("Sign in with the browser")
	s.sees("Your browser didn’t start.")
	result <- &auth.Error{Kind: auth.KindTimedOut}
	s.sees("Nobody finished the sign-in in time")
	s.sees("Northwind")
}

func TestAMisfitIsMendedByItsClient(t *testing.T) {
	misfit := account("m", "Misfit")
	misfit.State, misfit.Cause = auth.StateMisconfigured, &auth.Error{Kind: auth.KindMisconfigured}
	changes := make(chan auth.Change, 2)
	fail := true
	s := open(t, snapshot(misfit), func(s *stage) {
		s.desk.edit = func(_ auth.AccountID, c auth.Change) error {
			changes <- c
			if fail {
				fail = false
				return &auth.Error{Kind: auth.KindAgent}
			}
			return nil
		}
	})
	s.tap("Change client details")
	s.sees("Change the client of Misfit")
	s.fill("4_1k8s0w", "canary-new")
	s.tap("Save and try again")
	c := <-changes
	if c.ClientIdentifier != nil || c.RedirectAddress != nil || c.ClientSecret == nil || c.ClientSecret.Reveal() != "canary-new" {
		t.Errorf("asked to change %+v, want the secret alone", c)
	}
	s.sees("Start Tokentray again.")
	s.tap("Save and try again") // what was typed is still there
	if c := <-changes; c.ClientSecret == nil || c.ClientSecret.Reveal() != "canary-new" {
		t.Errorf("asked to change %+v, want the secret again", c)
	}
	s.sees("Misfit")
}

func TestShortcutsWorkWhileTyping(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")))
	canvas := s.w.Fyne().Canvas()
	s.tap("+ Add")
	canvas.Focus(s.fields()[0])
	ctrl := func(key fyne.KeyName) {
		canvas.Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault})
	}
	s.press(fyne.KeyEscape)
	canvas.Focus(s.fields()[0])
	ctrl(fyne.KeyF)
	if canvas.Focused() != fyne.Focusable(s.fields()[0]) {
		t.Error("Ctrl+F doesn't go to the search")
	}
	ctrl(fyne.KeyN)
	s.sees("Where do you want to sign in?")
}

func TestASignInAskedForBeforeAnythingIsKnown(t *testing.T) {
	asked := make(chan auth.AccountID, 1)
	s := begin(t, snapshot(needy()), func(s *stage) {
		s.desk.reconnect = func(_ context.Context, id auth.AccountID, _ func(auth.SignInStep)) (auth.Status, error) {
			asked <- id
			return needy(), nil
		}
	})
	s.w.SignIn("needy")
	s.w.Show(snapshot(needy()))
	if got := <-asked; got != "needy" {
		t.Errorf("signs %q in, want needy", got)
	}
}
