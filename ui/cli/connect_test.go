package cli_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

const signInAddress = "https://crm.example.com/oauth/v2/authorize?client_id=1_abc&state=canary-state"

func step() auth.SignInStep {
	return auth.SignInStep{
		Address: signInAddress, Waiting: "http://127.0.0.1:17845/callback?once=canary-once", Until: now.Add(5 * time.Minute),
	}
}

// connecting is a desk where a sign-in succeeds; what it was asked ends up in got.
func connecting(got *auth.Connection) desk {
	d := office()
	d.accounts = nil
	d.connect = func(_ context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		*got = c
		tell(step())
		return northwind(), nil
	}
	return d
}

// whole is a command line in which nothing is missing.
func whole(t *testing.T, more ...string) []string {
	t.Helper()
	return append([]string{
		"connect", "adaptix", "--set", "address=https://crm.example.com", "--client-id", "1_abc", "--client-secret-file", secretFile(t),
	}, more...)
}

func secretFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("canary-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const connected = "“Adaptix · Northwind” is connected as desk@northwind.example; its token is good for 48:12 and refreshes by itself.\n" +
	"Run tokentray token \"Adaptix · Northwind\" to get it.\n"

func TestConnectOpensTheBrowser(t *testing.T) {
	var got auth.Connection
	w := world(connecting(&got), whole(t, "--browser", "firefox -P work", "--name", "Northwind", "--scope", "a b", "--scope", "c",
		"--grant", "authorization_code", "--redirect-uri", "http://localhost:1/cb", "--timeout", "90s")...)
	var opened []string
	w.Open = func(address, command string) error {
		opened = append(opened, address, command)
		return nil
	}
	is(t, "connect", run(t, w), ran{0, "", "Your browser opens Adaptix. Sign in there and allow access; this goes on by itself.\n" + connected})
	if want := []string{signInAddress, "firefox -P work"}; !reflect.DeepEqual(opened, want) {
		t.Errorf("opened %q, want %q", opened, want)
	}
	want := auth.Connection{
		Provider: "adaptix", Name: "Northwind", ClientIdentifier: "1_abc", ClientSecret: auth.NewSecret("canary-secret"),
		RedirectAddress: "http://localhost:1/cb", Settings: map[string]string{"address": "https://crm.example.com"},
		Scopes: []string{"a", "b", "c"}, Grant: auth.AuthorizationCode, Timeout: 90 * time.Second,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Connect was asked for %+v, want %+v", got, want)
	}
}

func TestConnectPrintsTheAddressAloneBeforeItWaits(t *testing.T) {
	var got auth.Connection
	is(t, "connect", run(t, world(connecting(&got), whole(t, "--browser", "none")...)), ran{
		0, signInAddress + "\n", "Open this address in a browser on this computer to sign in at Adaptix.\n" + connected,
	})
	if got.Scopes != nil || got.Timeout != auth.DefaultSignInTime {
		t.Errorf("asked for scopes %v within %v, want the defaults", got.Scopes, got.Timeout)
	}
}

func TestConnectAsJSON(t *testing.T) {
	var got auth.Connection
	out := run(t, world(connecting(&got), whole(t, "--json")...))
	contains(t, "stdout", out.out, `{"id":"k7q2","name":"Adaptix · Northwind","provider":"adaptix","state":"fresh"`)
	is(t, "lines", strings.Count(out.out, "\n"), 1)
	is(t, "words", out.err, "")
	out = run(t, world(connecting(&got), whole(t, "--json", "--browser", "none")...))
	contains(t, "without a browser", out.out, signInAddress+"\n"+`{"id":"k7q2"`)
	is(t, "words", out.err, "")
	contains(t, "on a terminal", run(t, atTerminal(world(connecting(&got), whole(t, "--json")...), "")).err, "Your browser opens Adaptix.", connected)
}

// Where a program reads, nobody would see an address that no browser opened.
func TestASignInAsJSONThatComesToNothingIsOneDocument(t *testing.T) {
	d := connecting(new(auth.Connection))
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(step())
		if ctx.Err() != nil {
			return auth.Status{}, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
		}
		return auth.Status{}, &auth.Error{Kind: auth.KindTimedOut, Provider: "Adaptix"}
	}
	is(t, "nobody came", run(t, world(d, whole(t, "--json")...)), ran{4, "", `{"error":{"kind":"timed_out","message":"Nobody finished the sign-in in time, ` +
		`so nothing was stored.","provider_said":null,"next":"Start it again when you have a minute for it; --timeout 15m gives you longer."}}` + "\n"})
	w := world(d, whole(t, "--json")...)
	w.Open = func(string, string) error { return errors.New("xdg-open: not found") }
	is(t, "no browser", run(t, w), ran{1, "", `{"error":{"kind":"desktop","message":"No browser could be opened here, so nobody can sign in.",` +
		`"provider_said":null,"next":"Add --browser none to have the address printed, before the document."}}` + "\n"})
}

func TestABrowserThatDoesNotOpenIsNoEnd(t *testing.T) {
	var got auth.Connection
	w := world(connecting(&got), whole(t)...)
	w.Open = func(string, string) error { return errors.New("xdg-open: not found") }
	is(t, "connect", run(t, w), ran{
		0, "", "No browser could be opened here. Open this address yourself to sign in at Adaptix:\n" + signInAddress + "\n" + connected,
	})
}

func TestAnAddressThatIsRefusedEndsTheSignIn(t *testing.T) {
	d := connecting(new(auth.Connection))
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		s := step()
		s.Address = "file:///etc/passwd\nhttps://evil.example"
		tell(s)
		<-ctx.Done()
		return auth.Status{}, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
	}
	for _, browser := range []string{"none", "firefox"} {
		w := world(d, whole(t, "--browser", browser)...)
		w.Open = func(string, string) error {
			return &auth.Error{Kind: auth.KindInvalidAnswer, Detail: "it is not https"}
		}
		got := run(t, w)
		if got.code != 1 || got.out != "" || strings.Contains(got.err, "evil") {
			t.Errorf("--browser %s = %+v, want it refused with 1 and the address not shown", browser, got)
		}
	}
}

func TestCtrlCEndsTheSignInWith130(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	d := connecting(new(auth.Connection))
	d.connect = func(ctx context.Context, _ auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
		tell(step())
		interrupt()
		<-ctx.Done()
		return auth.Status{}, &auth.Error{Kind: auth.KindCancelled, Cause: ctx.Err()}
	}
	got := runUntil(ctx, t, world(d, whole(t)...))
	is(t, "exit code", got.code, 130)
	contains(t, "stderr", got.err, "It was stopped before it was done.")
}

func TestDeniedAndTimedOutAreExitCodeFour(t *testing.T) {
	for _, kind := range []auth.Kind{auth.KindDenied, auth.KindTimedOut} {
		d := connecting(new(auth.Connection))
		d.connect = func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error) {
			return auth.Status{}, &auth.Error{Kind: kind, Provider: "Adaptix"}
		}
		got := run(t, world(d, whole(t)...))
		is(t, string(kind), got.code, 4)
		contains(t, string(kind), got.err, "nothing was stored")
	}
}

func TestWhatIsMissingIsListed(t *testing.T) {
	for _, row := range []struct {
		what string
		args []string
		want string
	}{
		{
			"everything", nil, "Adaptix needs more to connect an account: --set address=VALUE (Adaptix address, like https://crm.example.com), " +
				"--client-id ID, --client-secret-file FILE.\nAdd what is missing, or run the command in a terminal to be asked for it.\n",
		},
		{
			"the secret",
			[]string{"--set", "address=https://x.example", "--client-id", "1"},
			"Adaptix needs more to connect an account: --client-secret-file FILE.\nAdd what is missing, or run the command in a terminal to be asked for it.\n",
		},
		{"an unknown setting", []string{"--set", "adress=x"}, "Adaptix has no setting “adress”.\nAdaptix has these: address.\n"},
		{"a setting without =", []string{"--set", "address"}, "--set takes KEY=VALUE, and “address” has no = in it.\nAdaptix has these: address.\n"},
		{
			"a grant",
			[]string{"--grant", "password"},
			"Adaptix offers no grant “password”.\nGive --grant one of authorization_code, client_credentials, or leave it out.\n",
		},
	} {
		d := connecting(new(auth.Connection))
		is(t, row.what, run(t, world(d, append([]string{"connect", "adaptix"}, row.args...)...)), ran{2, "", row.want})
	}
	const others = "Run tokentray providers to see what there is, or bring your own with --provider-file.\n"
	is(t, "an unknown provider", run(t, world(office(), "connect", "nowhere")), ran{3, "", "There is no provider called “nowhere”.\n" + others})
	is(t, "a near one", run(t, world(office(), "connect", "adaptx")), ran{3, "", "There is no provider called “adaptx”.\nDid you mean “adaptix”? " + others})
}

func TestAKnownClientIsNotAskedForAgain(t *testing.T) {
	for _, args := range [][]string{
		{"--set", "address=https://crm.example.com"},
		{"--set", "address=https://crm.example.com", "--client-id", "1_abc"},
		{"--set", "address=https://other.example.com", "--client", "Northwind tray client"},
	} {
		var asked auth.Connection
		d := office()
		d.connect = connecting(&asked).connect
		is(t, strings.Join(args, " "), run(t, world(d, append([]string{"connect", "Adaptix"}, args...)...)).code, 0)
	}
	other := run(t, world(office(), "connect", "adaptix", "--set", "address=https://other.example.com"))
	contains(t, "another place", other.err, "--client-id ID, --client-secret-file FILE")
}

func TestTheTeamAndThePracticeProviderBringTheirOwn(t *testing.T) {
	d := connecting(new(auth.Connection))
	p := adaptix()
	p.Client.Secret = auth.Optional
	p.Team = auth.Team{ClientIdentifier: "1_team", Settings: map[string]string{"address": "https://crm.example.com"}}
	d.providers = []auth.Provider{p, {ID: "practice", Name: "Practice provider", Grants: []auth.GrantType{auth.AuthorizationCode}}}
	is(t, "team", run(t, world(d, "connect", "adaptix")).code, 0)
	is(t, "practice", run(t, world(d, "connect", "practice")).code, 0)
}

func TestATerminalIsAskedForWhatIsMissing(t *testing.T) {
	var got auth.Connection
	w := atTerminal(world(connecting(&got), "connect", "adaptix"), "crm\n\n https://crm.example.com \n1_abc\nnot read")
	secrets := []string{"", "canary-secret"}
	w.ReadSecret = func(context.Context) (auth.Secret, error) {
		s := auth.NewSecret(secrets[0])
		secrets = secrets[1:]
		return s, nil
	}
	out := run(t, w)
	is(t, "exit code", out.code, 0)
	is(t, "stdout", out.out, "")
	contains(t, "stderr", out.err, "The address you use to open Adaptix.\nAdaptix address, like https://crm.example.com: It takes ",
		"Open Settings › Developers.\nThe redirect address to register there is http://127.0.0.1:17845/callback\nClient ID: Client secret (it isn’t shown): ",
		"Waiting on http://127.0.0.1:17845/callback, 05:00 at most. Ctrl+C stops it.\n")
	if strings.Contains(out.err, "canary-once") || strings.Contains(out.err, "canary-secret") {
		t.Errorf("stderr shows a secret: %q", out.err)
	}
	if got.Settings["address"] != "https://crm.example.com" || got.ClientIdentifier != "1_abc" || got.ClientSecret.Reveal() != "canary-secret" {
		t.Errorf("Connect was asked for %+v", got)
	}
}

func TestATerminalThatEndsWithoutAnAnswer(t *testing.T) {
	got := run(t, atTerminal(world(connecting(new(auth.Connection)), "connect", "adaptix"), ""))
	is(t, "exit code", got.code, 2)
	contains(t, "stderr", got.err, "There was no answer, so nothing was done.")
}

func TestCtrlCAtAQuestion(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	w := atTerminal(world(connecting(new(auth.Connection)), "connect", "adaptix"), "")
	w.Stdin = reader(func([]byte) (int, error) {
		interrupt()
		select {} // a terminal where nobody types; it ends with the process
	})
	is(t, "exit code", runUntil(ctx, t, w).code, 130)
}

type reader func([]byte) (int, error)

func (r reader) Read(b []byte) (int, error) { return r(b) }

func TestAProviderFileIsCheckedAndHandedOn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.toml")
	if err := os.WriteFile(file, []byte("format = 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(name string, text []byte) (auth.Provider, error) {
		if name != file || string(text) != "format = 1" {
			return auth.Provider{}, errors.New("mine.toml:2:1: unknown key \"nmae\"\nmine.toml:3:1: no id")
		}
		return adaptix(), nil
	}
	var got auth.Connection
	w := world(connecting(&got), "connect", "--provider-file", file, "--set", "address=https://x.example", "--client", "c")
	w.Check = check
	is(t, "connect", run(t, w).code, 0)
	if got.Provider != "" || got.ProviderFileName != file || string(got.ProviderFile) != "format = 1" {
		t.Errorf("Connect was asked for %+v", got)
	}

	for args, want := range map[string]ran{
		"providers --check " + file: {0, "", "“" + file + "” can be used: Adaptix, with authorization_code, client_credentials.\n"},
		"providers --json --check " + file: {0, `{"providers":[{"id":"adaptix","name":"Adaptix","grants":["authorization_code","client_credentials"],` +
			`"settings":[{"key":"address","type":"url","required":true}]}]}` + "\n", ""},
		"providers --check -": {2, "", "“-” can’t be used as a provider file: mine.toml:2:1: unknown key \"nmae\"\nmine.toml:3:1: no id.\n" +
			"Change that line and check again with tokentray providers --check \"-\".\n"},
	} {
		w := world(nil, strings.Fields(args)...)
		w.Stdin, w.Check = strings.NewReader("nmae = 1"), check
		w.Dial = func(context.Context, cli.Start) (auth.Front, func() error, error) {
			return nil, nil, errors.New("a check needs no agent")
		}
		is(t, args, run(t, w), want)
	}
}

func TestAConnectThatFailsSpeaksOfNoAccount(t *testing.T) {
	for kind, want := range map[auth.Kind]ran{
		auth.KindUnreachable:   {5, "", "Nothing was stored. Check the address and your connection, then run the command again.\n"},
		auth.KindMisconfigured: {7, "", "Nothing was stored. Compare client ID, client secret, redirect address and scopes with what Adaptix shows"},
	} {
		d := connecting(new(auth.Connection))
		d.connect = func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error) {
			return auth.Status{}, &auth.Error{Kind: kind, Account: "Northwind", Provider: "Adaptix", Said: auth.Said{Status: 401, Code: "invalid_client"}}
		}
		args := []string{"connect", "adaptix", "--set", "address=https://x.example", "--client", "c"}
		got := run(t, world(d, args...))
		is(t, "exit code", got.code, want.code)
		contains(t, "stderr", got.err, "\n"+want.err)
		contains(t, "as JSON", run(t, world(d, append(args, "--json")...)).err, `"provider_said":{"status":401,"code":"invalid_client","description":""}`)
	}
}

func TestTheBrowserThatSomebodyPrefers(t *testing.T) {
	for _, row := range []struct{ what, environment, prefers, want string }{
		{"preferred", "", "firefox --private-window", "firefox --private-window"},
		{"the environment says more", "lynx", "firefox", ""},
		{"nothing is said", "", "", ""},
	} {
		d := connecting(new(auth.Connection))
		d.wishes.Browser = row.prefers
		w := world(d, whole(t)...)
		w.Getenv = func(name string) string { return map[string]string{"BROWSER": row.environment}[name] }
		opened := "nothing"
		w.Open = func(_, command string) error {
			opened = command
			return nil
		}
		is(t, row.what, run(t, w).code, 0)
		is(t, row.what, opened, row.want)
	}
}
