package cli_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

func TestListForAPerson(t *testing.T) {
	d := office()
	d.accounts = append(d.accounts, auth.Status{Name: "Z\x1b[31m", State: auth.StateNeedsSignIn, ExpiresAt: now})
	want := "NAME                 STATE           LEFT   WHO\n" +
		"Adaptix · Northwind  Connected       48:12  desk@northwind.example\n" +
		"Z\ufffd[31m               Sign in needed  ended\n"
	is(t, "list", run(t, world(d, "list")), ran{0, want, ""})

	w := atTerminal(world(d, "list"), "")
	contains(t, "on a terminal", run(t, w).out, "\x1b[32mConnected\x1b[0m       48:12", "\x1b[31mSign in needed\x1b[0m")
	w.Getenv = func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] }
	is(t, "with NO_COLOR", run(t, w).out, want)

	none := run(t, world(desk{vault: auth.VaultNone}, "list"))
	is(t, "nothing", none, ran{0, "", "No account is connected yet.\nRun tokentray providers to see what there is, then tokentray connect PROVIDER.\n"})
}

func TestShowForAPerson(t *testing.T) {
	d := office()
	d.details.AskedScopes = []string{"openid"}
	got := run(t, world(d, "show", "k7q2"))
	is(t, "show", got, ran{0, `Name          Adaptix · Northwind
State         Connected
              The token is fresh; it is good until 14:02.
              It refreshes by itself at 13:57; you don’t need to do anything.
Time left     48:12, issued at 13:02, ends at 14:02
Refreshes     at 13:57
Sign in by    on 6 Dec at 13:02
Signed in as  desk@northwind.example
Provider      Adaptix
  address     https://crm.example.com
Grant         authorization_code
Scopes asked  openid
Client        Northwind tray client
Client ID     1_abc
Redirect      http://127.0.0.1:17845/callback
Try it with   GET https://crm.example.com/api/contacts?limit=1
ID            k7q2
`, ""})
	d.details.API.URL = "" // the provider file names none
	if got := run(t, world(d, "show", "k7q2")); strings.Contains(got.out, "Try it with") {
		t.Errorf("got %q, want nothing to try without an address", got.out)
	}
}

// An ID token was checked when it came (OpenID Connect Core §3.1.3.7).
func TestShowSaysWhichClaimsNobodyHasVerified(t *testing.T) {
	d := office()
	d.details.Tokens = []auth.Inspection{{Of: "id_token", Claims: `{"sub":"42"}`}, {Of: "access_token", Claims: `{"scp":"a"}`}}
	contains(t, "show", run(t, world(d, "show", "k7q2")).out,
		"\n\nClaims of the ID token\n  {\"sub\":\"42\"}", "\n\nClaims of the access token, which nobody has verified here\n  {\"scp\":\"a\"}")
}

func TestReconnect(t *testing.T) {
	d := office()
	d.reconnect = func(_ context.Context, id auth.AccountID, timeout time.Duration, tell func(auth.SignInStep)) (auth.Status, error) {
		if id != "k7q2" || timeout != time.Minute {
			return auth.Status{}, errors.New("not what was asked")
		}
		tell(step())
		return northwind(), nil
	}
	got := run(t, world(d, "reconnect", "Adaptix · Northwind", "--browser", "none", "--timeout", "1m"))
	is(t, "reconnect", got, ran{0, signInAddress + "\n", "Open this address in a browser on this computer to sign in at Adaptix.\n" + connected})
}

func TestEdit(t *testing.T) {
	var got auth.Change
	d := office()
	d.edit = func(_ auth.AccountID, c auth.Change) error {
		got = c
		return nil
	}
	others := office().accounts
	for _, more := range []string{"x1", "x2", "x3"} {
		s := northwind()
		s.ID, s.Name = auth.AccountID(more), "Other "+more
		others = append(others, s)
	}
	elsewhere := d.details
	elsewhere.Settings = map[string]string{"address": "https://other.example.com"} // the same client ID there is another client
	d.accounts = others
	d.more = map[auth.AccountID]auth.Details{"x2": elsewhere, "x3": {Status: others[3], ClientID: "2_def", Settings: d.details.Settings}}
	is(t, "edit", run(t, world(d, "edit", "k7q2", "--client-secret-file", secretFile(t))), ran{
		0, "", "The client’s details are changed, for every account that uses this client: “Adaptix · Northwind”, “Other x1”.\n",
	})
	if got.ClientSecret == nil || got.ClientSecret.Reveal() != "canary-secret" || got.ClientIdentifier != nil || got.Scopes != nil || got.RedirectAddress != nil {
		t.Errorf("Edit was asked for %+v", got)
	}
	is(t, "edit", run(t, world(d, "edit", "k7q2", "--scope", "a", "--scope", "b")), ran{
		0, "", "The scopes are changed; run tokentray reconnect \"Adaptix · Northwind\" to ask the provider for them.\n",
	})
	if got.Scopes == nil || strings.Join(*got.Scopes, ",") != "a,b" || got.ClientSecret != nil {
		t.Errorf("Edit was asked for %+v", got)
	}
}

func TestForgetSaysWhatBecameOfTheProvidersSide(t *testing.T) {
	for revocation, want := range map[auth.Revocation]string{
		auth.Revoked: "“Adaptix · Northwind” is forgotten here, and Adaptix took its token back.\nThere is nothing else to do.\n",
		auth.RevocationNotOffered: "“Adaptix · Northwind” is forgotten here; Adaptix has no way to be told, so there its token lives on until it runs out.\n" +
			"To end it there at once, remove Tokentray’s access in your settings at Adaptix.\n",
	} {
		d := office()
		d.forget = func(auth.AccountID) (auth.Forgotten, error) {
			return auth.Forgotten{Name: "Adaptix · Northwind", Revocation: revocation}, nil
		}
		is(t, string(revocation), run(t, world(d, "forget", "k7q2", "--yes")), ran{0, "", want})
	}
}

func TestForgetAsksFirst(t *testing.T) {
	question := "Forget “Adaptix · Northwind”? Its tokens are removed here, and using it again takes a new sign-in. [y/N] "
	for typed, want := range map[string]ran{
		"y\n":  {0, "", question + "“x” is forgotten here; there was no token that Adaptix could have taken back.\nThere is nothing else to do.\n"},
		"no\n": {1, "", question + "“Adaptix · Northwind” stays as it is.\nRun the command again if you change your mind.\n"},
		"\n":   {1, "", question + "“Adaptix · Northwind” stays as it is.\nRun the command again if you change your mind.\n"},
	} {
		d := office()
		forgotten := 0
		d.forget = func(auth.AccountID) (auth.Forgotten, error) {
			forgotten++
			return auth.Forgotten{Name: "x", Revocation: auth.NothingToRevoke}, nil
		}
		is(t, typed, run(t, atTerminal(world(d, "forget", "k7q2"), typed)), want)
		is(t, "forgotten", forgotten, 1-want.code)
	}
}

func TestTheProgramsNameAlone(t *testing.T) {
	is(t, "with an account", run(t, world(office())), ran{
		0, "", "Tokentray is running in the background and looks after 1 account.\n" +
			"Run tokentray list to see how they are, tokentray token NAME for a token.\n",
	})
	is(t, "without", run(t, world(desk{})), ran{
		0, "", "Tokentray is running in the background; no account is connected yet.\n" +
			"Run tokentray providers to see what it can connect to, then tokentray connect PROVIDER.\n",
	})
	is(t, "hidden", run(t, world(desk{}, "--hidden")), ran{0, "", ""})
}

func TestAgent(t *testing.T) {
	w := world(nil, "agent", "--no-tray", "--passphrase-file", "-")
	w.Stdin = strings.NewReader("canary-pass\n")
	w.RunAgent = func(_ context.Context, o cli.AgentOptions) error {
		if !o.NoTray || o.Passphrase.Reveal() != "canary-pass" {
			return errors.New("not what was asked")
		}
		o.Ready()
		return nil
	}
	is(t, "agent", run(t, w), ran{0, "", "Tokentray’s agent is running.\n"}) // Ctrl+C is for who has a terminal
	there := w
	there.Stdin, there.Terminal = strings.NewReader("canary-pass\n"), cli.Terminal{Err: true}
	is(t, "agent on a terminal", run(t, there), ran{0, "", "Tokentray’s agent is running. Ctrl+C ends it.\n"})
}

func TestAnAgentBesideAnother(t *testing.T) {
	w := world(nil, "agent")
	w.RunAgent = func(context.Context, cli.AgentOptions) error {
		return &auth.Error{Kind: auth.KindAgent, Detail: "another agent runs already (process 7)"}
	}
	is(t, "which answers", run(t, w), ran{1, "", "No agent is started here: another agent runs already (process 7).\n" +
		"Commands talk to that one. To end it choose “Quit” in the tray’s menu, press Ctrl+C where it was started, or end that process.\n"})
	w.Dial = func(context.Context, cli.Start) (auth.Front, func() error, error) { return nil, nil, auth.ErrAgent }
	got := run(t, w)
	is(t, "exit code", got.code, 1)
	contains(t, "which doesn't", got.err, "Tokentray’s agent can’t be used: another agent runs already (process 7).")
}

func TestAnAgentThatIsEndedIsDone(t *testing.T) {
	for _, row := range []struct {
		err  error
		code int
	}{{nil, 0}, {&auth.Error{Kind: auth.KindVault, Vault: auth.VaultUnlocked, Detail: "save the last grant"}, 6}} {
		ctx, end := context.WithCancel(t.Context())
		w := world(nil, "agent")
		w.RunAgent = func(context.Context, cli.AgentOptions) error {
			end()
			return row.err
		}
		is(t, "exit code", runUntil(ctx, t, w).code, row.code)
	}
}

func TestCtrlCWhileAFileIsRead(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	w := world(nil, "list", "--passphrase-file", "-")
	w.Stdin = reader(func([]byte) (int, error) {
		interrupt()
		select {} // a pipe into which nobody writes; it ends with the process
	})
	is(t, "exit code", runUntil(ctx, t, w).code, 130)
}
