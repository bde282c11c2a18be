package window_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
)

const (
	useNorthwind = "Use the client of Northwind (4_1k8s0w)"
	useSandbox   = "Use the client of Sandbox (9_sandbox…)"
)

// atAdaptix are three accounts with two clients.
func atAdaptix() auth.Snapshot {
	s := snapshot(account("a", "Northwind"), account("b", "Northwind again"), account("c", "Sandbox"))
	for i := range s.Accounts {
		s.Accounts[i].Provider = "adaptix"
	}
	return s
}

// toKnown goes to the form for Adaptix at a desk that knows two clients; what is
// asked to connect is sent to the channel, and fails.
func toKnown(t *testing.T) (*stage, <-chan auth.Connection) {
	t.Helper()
	asked := make(chan auth.Connection, 1)
	s := open(t, atAdaptix(), func(s *stage) {
		s.desk.clients = map[auth.AccountID]auth.Details{"c": {
			ClientID: "9_sandbox_of_northwind", Settings: map[string]string{"address": "https://sandbox.example.com"},
		}}
		s.desk.connect = func(_ context.Context, c auth.Connection, _ func(auth.SignInStep)) (auth.Status, error) {
			asked <- c
			return auth.Status{}, &auth.Error{Kind: auth.KindDenied, Provider: "Adaptix"}
		}
	})
	s.tap("+ Add")
	s.sees("Fortellis")
	s.tap("Adaptix")
	s.sees(useNorthwind)
	return s, asked
}

func TestAKnownClientIsOfferedOnce(t *testing.T) {
	s, _ := toKnown(t)
	s.sees(useSandbox)
	s.sees("Other client details")
	for _, text := range []string{"Use the client of Northwind again (4_1k8s0w)", "Client ID", "Client secret", "Where do I find these?"} {
		if s.says(text) {
			t.Errorf("the form says %q although the client is known", text)
		}
	}
}

func TestAKnownClientNeedsAName(t *testing.T) {
	s, asked := toKnown(t)
	s.tap(useSandbox)
	s.fill("Mine")
	s.tap("Continue in the browser")
	got := <-asked
	if got.Provider != "adaptix" || got.Name != "Mine" || got.Client != "9_sandbox_of_northwind" || got.ClientIdentifier != "" ||
		got.Settings["address"] != "https://sandbox.example.com" || got.Grant != auth.AuthorizationCode || !got.ClientSecret.IsZero() || got.RedirectAddress != "" {
		t.Errorf("asked to connect %+v", got)
	}
	s.sees("The sign-in was declined, so nothing was stored.")
	s.sees("Mine") // and what was chosen
	s.tap("Continue in the browser")
	if got := <-asked; got.Client != "9_sandbox_of_northwind" {
		t.Errorf("asked to connect with %q after a failure, want the same client", got.Client)
	}
}

func TestAKnownClientByTheKeyboardAlone(t *testing.T) {
	s, asked := toKnown(t)
	for _, r := range "Mine" { // the name has the focus
		s.w.Fyne().Canvas().Focused().TypedRune(r)
	}
	s.press(fyne.KeyReturn)
	if got := <-asked; got.Client != "4_1k8s0w" || got.Name != "Mine" || got.Settings["address"] != "https://crm.example.com" {
		t.Errorf("asked to connect %+v", got)
	}
}

func TestOtherClientDetailsAreTyped(t *testing.T) {
	s, asked := toKnown(t)
	s.tap("Other client details")
	s.sees("Where do I find these?")
	s.fill("https://crm.example.com", "client-1", "canary-secret", "Mine")
	s.tap(useNorthwind) // and back: what was typed is still there
	s.tap("Other client details")
	s.tap("Continue in the browser")
	if got := <-asked; got.Client != "" || got.ClientIdentifier != "client-1" || got.ClientSecret.Reveal() != "canary-secret" || got.Name != "Mine" {
		t.Errorf("asked to connect %+v", got)
	}
}

func TestAKnownClientThatIsRefusedIsTypedAnew(t *testing.T) {
	s, asked := toKnown(t)
	s.desk.connect = func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error) {
		return auth.Status{}, &auth.Error{Kind: auth.KindMisconfigured, Provider: "Adaptix"}
	}
	s.tap("Continue in the browser")
	s.sees("Choose “Other client details” to type them anew.")
	if len(asked) > 0 {
		t.Error("it went on although the client was refused")
	}
}
