package window_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
)

// oidc is the provider that any issuer is.
func oidc() auth.Provider {
	return auth.Provider{
		ID: "oidc", Name: "Other OpenID Connect", Issuer: "{issuer}", Grants: []auth.GrantType{auth.AuthorizationCode},
		Settings: []auth.Setting{{Key: "issuer", Label: "Issuer address", Type: auth.SettingURL, Required: true}},
	}
}

func TestAnIssuersAddressFillsTheRest(t *testing.T) {
	asked := make(chan string, 2)
	connected := make(chan auth.Connection, 1)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.providers = append(s.desk.providers, oidc())
		s.desk.discover = func(issuer string) (auth.Provider, error) {
			asked <- issuer
			if len(asked) == 1 {
				return auth.Provider{}, &auth.Error{Kind: auth.KindUnreachable, Provider: "login.example.com"}
			}
			p := oidc()
			p.Issuer = issuer
			return p, nil
		}
		s.desk.connect = func(_ context.Context, c auth.Connection, _ func(auth.SignInStep)) (auth.Status, error) {
			connected <- c
			return auth.Status{}, auth.ErrDenied
		}
	})
	s.tap("+ Add")
	s.sees("Fortellis")
	s.fill("ftp://login.example.com")
	s.sees("No provider is called like that.")
	s.fill("http://login.example.com")
	s.tap("Use this address")
	s.sees("http is only for this computer itself")
	s.fill("https://login.example.com")
	s.tap("Use this address")
	s.sees("Compare the address with what the provider states")
	s.w.Fyne().Canvas().Focus(s.fields()[0])
	s.press(fyne.KeyReturn)
	s.sees("Your Other OpenID Connect client")
	s.sees("https://login.example.com")
	s.fill("https://login.example.com", "client-1")
	s.tap("Continue in the browser")
	if c := <-connected; c.Provider != "oidc" || c.Settings["issuer"] != "https://login.example.com" {
		t.Errorf("asked to connect %+v", c)
	}
}

// file makes a file and returns its name.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "northwind.toml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAConnectionFileLeadsToItsForm(t *testing.T) {
	team := auth.Provider{
		ID: "northwind", Name: "Northwind CRM", Grants: []auth.GrantType{auth.AuthorizationCode}, Client: auth.ClientRules{Secret: auth.Required},
		Team: auth.Team{ClientIdentifier: "team-client", Locked: []string{"client_id"}, SealedSecret: "sealed"},
	}
	connected := make(chan auth.Connection, 1)
	s := open(t, auth.Snapshot{At: now, Vault: auth.VaultNone}, func(s *stage) {
		s.desk.bring = func(text []byte, _ auth.Secret) (auth.Imported, error) {
			if string(text) != "the file" {
				return auth.Imported{}, &auth.Error{Kind: auth.KindUsage, Detail: "it is something else"}
			}
			s.desk.providers = append(catalogue(), team)
			return auth.Imported{Provider: "northwind"}, nil
		}
		s.desk.connect = func(_ context.Context, c auth.Connection, _ func(auth.SignInStep)) (auth.Status, error) {
			connected <- c
			return auth.Status{}, &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
		}
	})
	s.tap("Add your first account")
	s.tap("Open a connection file…")
	s.tap("Open it")
	s.sees("Which file? It is missing.")
	s.fill(filepath.Join(t.TempDir(), "absent.toml"))
	s.tap("Open it")
	s.sees("There is no file of that name.")
	s.fill(file(t, "a letter"))
	s.tap("Open it")
	s.sees("it is something else")
	s.fill("file://" + file(t, "the file"))
	s.tap("Open it")
	s.sees("Your Northwind CRM client")
	if s.says("Client secret") {
		t.Error("the form asks for the secret that the file brings")
	}
	s.tap("Continue in the browser")
	s.sees("The passphrase is missing.")
	s.fill("canary-passphrase")
	s.tap("Continue in the browser")
	if c := <-connected; c.FilePassphrase.Reveal() != "canary-passphrase" || !c.ClientSecret.IsZero() || c.ClientIdentifier != "team-client" {
		t.Errorf("asked to connect %+v", c)
	}
}

func TestExportedAccountsComeWithTheirPassphrase(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.bring = func(_ []byte, p auth.Secret) (auth.Imported, error) {
			if p.Reveal() != "canary-right" {
				return auth.Imported{}, &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
			}
			return auth.Imported{Accounts: []auth.Status{account("b", "B"), account("c", "C")}, Known: []string{"Service desk"}, Rotating: []string{"C"}}, nil
		}
	})
	s.tap("+ Add")
	s.tap("Open a connection file…")
	s.fill(file(t, "sealed"))
	s.tap("Open it")
	s.sees("Passphrase of this file")
	s.fill(file(t, "sealed"), "canary-wrong")
	s.tap("Open it")
	s.sees("This passphrase doesn’t open the file.")
	s.fill(file(t, "sealed"), "canary-right")
	s.tap("Open it")
	s.sees("2 accounts came. Left as they are, because they were here already: “Service desk”. Don’t use “C” on the other computer")
}

func TestABrowserOnAnotherComputer(t *testing.T) {
	result := make(chan error, 1)
	pasted := make(chan string, 2)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.connect = func(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
			return signing(result)(ctx, c, func(step auth.SignInStep) {
				step.Attempt = "attempt-1"
				tell(step)
			})
		}
		s.desk.paste = func(attempt string, address auth.Secret) error {
			pasted <- attempt + " " + address.Reveal()
			if len(pasted) == 1 {
				return &auth.Error{Kind: auth.KindUsage, Detail: "this is another sign-in’s address"}
			}
			result <- nil
			return nil
		}
	})
	s.toForm()
	s.tap("Continue in the browser")
	s.until("the way is offered", func() bool { return s.called("My browser is on another computer") != nil })
	s.tap("My browser is on another computer")
	s.tap("Finish the sign-in")
	s.sees("The address is missing.")
	s.fill("http://127.0.0.1:17845/callback?code=canary-old")
	s.tap("Finish the sign-in")
	s.sees("This is another sign-in’s address.")
	s.sees("Waiting on http://127.0.0.1:17845")
	s.fill(" http://127.0.0.1:17845/callback?code=canary-new ")
	s.tap("Finish the sign-in")
	s.sees("You’re signed in")
	<-pasted
	if got, want := <-pasted, "attempt-1 http://127.0.0.1:17845/callback?code=canary-new"; got != want {
		t.Errorf("pasted %q, want %q", got, want)
	}
}

func TestACodeForAnotherDevice(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
			tell(auth.SignInStep{
				Address: "https://login.example.com/device?user_code=WDJB-MJHT", PlainAddress: "https://login.example.com/device",
				UserCode: "WDJB-MJHT", Until: now.Add(10 * time.Minute),
			})
			<-ctx.Done()
			return auth.Status{}, auth.ErrCancelled
		}
	})
	s.toForm()
	s.tap("Continue in the browser")
	s.sees("WDJB-MJHT")
	s.tap("Copy the code")
	s.noted("the code is copied", func() bool { return len(s.copied) == 1 && s.copied[0] == "WDJB-MJHT" })
	var says string
	for _, o := range objects(s.w.Content()) {
		if a, ok := o.(fyne.Accessible); ok && a.AccessibilityRole() == fyne.AccessibleRoleText {
			says = a.AccessibilityLabel()
		}
	}
	if want := "QR code that opens https://login.example.com/device with the code WDJB-MJHT"; says != want {
		t.Errorf("the picture is called %q, want %q", says, want)
	}
	if s.called("My browser is on another computer") != nil {
		t.Error("an address can be pasted where nothing waits for one")
	}
}

func TestANewAccountIsNamed(t *testing.T) {
	result := make(chan error, 1)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.connect = signing(result)
		s.desk.rename = func(id auth.AccountID, name string) error {
			if name == "Service desk" {
				return &auth.Error{Kind: auth.KindNameTaken, Account: name}
			}
			s.desk.now(snapshot(account("a", "Service desk"), account(id, name)))
			return nil
		}
	})
	s.toForm()
	s.tap("Continue in the browser")
	result <- nil
	s.sees("What do you want to call it?")
	s.fill("Service desk")
	s.tap("Done")
	s.sees("Another account is called “Service desk” already.")
	s.fill("Reporting")
	s.press(fyne.KeyTab)
	s.tap("Done")
	s.sees("Reporting you@example.com Connected")
}
