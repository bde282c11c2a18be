package cli_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/cli"
)

// now is when every test takes place: the moment of the contract's examples.
var now = time.Date(2026, 11, 22, 13, 13, 59, 0, time.UTC)

// desk is an auth.Front of a few functions; what a test doesn't set must not be called.
type desk struct {
	auth.Front
	accounts  []auth.Status
	vault     auth.VaultState
	details   auth.Details
	more      map[auth.AccountID]auth.Details // of those that are shown otherwise
	providers []auth.Provider

	token     func(context.Context, auth.AccountID, auth.Want) (auth.Token, error)
	connect   func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error)
	reconnect func(context.Context, auth.AccountID, time.Duration, func(auth.SignInStep)) (auth.Status, error)
	edit      func(auth.AccountID, auth.Change) error
	forget    func(auth.AccountID) (auth.Forgotten, error)
	unlock    func(auth.Secret) error
	rename    func(auth.AccountID, string) error
	pause     func(auth.AccountID, time.Time) error
	resume    func(auth.AccountID) error
	refresh   func(auth.AccountID) error
	replace   func(auth.AccountID) (auth.Status, error)
	paste     func(attempt string, address auth.Secret) error
	lock      func() error
	seal      func(auth.SealedBy, auth.Secret) error
	recovery  func(auth.Secret) error
	care      func() (auth.Care, error)
	mend      func(auth.Mending) (auth.Mended, error)
	export    func(auth.Export) ([]byte, error)
	imports   func(file []byte, passphrase auth.Secret) (auth.Imported, error)
	sealedBy  auth.SealedBy
	warnings  []auth.VaultWarning
	offline   bool
	wishes    auth.Preferences
}

func (d desk) Refresh(_ context.Context, id auth.AccountID) error { return d.refresh(id) }

func (d desk) Replace(_ context.Context, id auth.AccountID) (auth.Status, error) {
	return d.replace(id)
}

func (d desk) Paste(_ context.Context, attempt string, address auth.Secret) error {
	return d.paste(attempt, address)
}

func (d desk) Lock(context.Context) error { return d.lock() }

func (d desk) Seal(_ context.Context, by auth.SealedBy, passphrase auth.Secret) error {
	return d.seal(by, passphrase)
}

func (d desk) PutRecovery(_ context.Context, passphrase auth.Secret) error {
	return d.recovery(passphrase)
}

func (d desk) Care(context.Context) (auth.Care, error) { return d.care() }

func (d desk) Mend(_ context.Context, m auth.Mending) (auth.Mended, error) { return d.mend(m) }

func (d desk) Export(_ context.Context, e auth.Export) ([]byte, error) { return d.export(e) }

func (d desk) Import(_ context.Context, file []byte, passphrase auth.Secret) (auth.Imported, error) {
	return d.imports(file, passphrase)
}

func (d desk) Rename(_ context.Context, id auth.AccountID, name string) error {
	return d.rename(id, name)
}

func (d desk) Pause(_ context.Context, id auth.AccountID, until time.Time) error {
	return d.pause(id, until)
}

func (d desk) Resume(_ context.Context, id auth.AccountID) error { return d.resume(id) }

// Snapshot is an error, too, where the vault can't be used, as the Keeper's is.
func (d desk) Snapshot(context.Context) (auth.Snapshot, error) {
	s := auth.Snapshot{At: now, Accounts: d.accounts, Vault: d.vault, SealedBy: d.sealedBy, Warnings: d.warnings, Offline: d.offline}
	if d.vault != auth.VaultUnlocked && d.vault != auth.VaultNone && d.vault != "" {
		return s, &auth.Error{Kind: auth.KindVault, Vault: d.vault}
	}
	return s, nil
}

func (d desk) Preferences(context.Context) (auth.Preferences, error) { return d.wishes, nil }

func (d desk) Find(_ context.Context, name string) (auth.AccountID, error) {
	for _, s := range d.accounts {
		if name == s.Name || name == string(s.ID) {
			return s.ID, nil
		}
	}
	if name == "Ada" {
		return "", &auth.Error{Kind: auth.KindAmbiguousName, Account: name, Candidates: []string{"Adaptix · Northwind", "Adaptix · reporting job"}}
	}
	return "", &auth.Error{Kind: auth.KindUnknownAccount}
}

func (d desk) Show(_ context.Context, id auth.AccountID) (auth.Details, error) {
	if other, known := d.more[id]; known {
		return other, nil
	}
	return d.details, nil
}

func (d desk) Providers(context.Context) ([]auth.Provider, error) { return d.providers, nil }

func (d desk) Token(ctx context.Context, id auth.AccountID, w auth.Want) (auth.Token, error) {
	return d.token(ctx, id, w)
}

func (d desk) Connect(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
	return d.connect(ctx, c, tell)
}

func (d desk) Reconnect(ctx context.Context, id auth.AccountID, t auth.Reconnection, tell func(auth.SignInStep)) (auth.Status, error) {
	return d.reconnect(ctx, id, t.Timeout, tell)
}

func (d desk) Edit(_ context.Context, id auth.AccountID, c auth.Change) error { return d.edit(id, c) }

func (d desk) Forget(_ context.Context, id auth.AccountID) (auth.Forgotten, error) {
	return d.forget(id)
}

func (d desk) Unlock(_ context.Context, passphrase auth.Secret) error { return d.unlock(passphrase) }

// northwind is the account of the contract's example.
func northwind() auth.Status {
	return auth.Status{
		ID: "k7q2", Name: "Adaptix · Northwind", Provider: "adaptix", ProviderName: "Adaptix", State: auth.StateFresh,
		Since: time.Date(2026, 11, 22, 9, 14, 52, 7, time.UTC), ExpiresAt: time.Date(2026, 11, 22, 14, 2, 11, 0, time.UTC),
		RefreshAt: time.Date(2026, 11, 22, 13, 57, 11, 0, time.UTC), SignInBy: time.Date(2026, 12, 6, 13, 2, 11, 0, time.UTC),
		IssuedAt: time.Date(2026, 11, 22, 13, 2, 11, 0, time.UTC),
		Identity: auth.Identity{Email: "desk@northwind.example", Subject: "42"}, Grant: auth.AuthorizationCode,
	}
}

func adaptix() auth.Provider {
	return auth.Provider{
		ID: "adaptix", Name: "Adaptix", Grants: []auth.GrantType{auth.AuthorizationCode, auth.ClientCredentials},
		Settings: []auth.Setting{{
			Key: "address", Label: "Adaptix address", Type: auth.SettingURL, Required: true,
			Example: "https://crm.example.com", Help: "The address you use to open Adaptix.",
		}},
		Client:   auth.ClientRules{Secret: auth.Required, Help: []string{"Open Settings › Developers."}},
		Redirect: auth.RedirectRules{Address: "http://127.0.0.1:17845/callback"},
	}
}

// office is a desk with that account and that provider.
func office() desk {
	return desk{
		vault: auth.VaultUnlocked, accounts: []auth.Status{northwind()}, providers: []auth.Provider{adaptix()},
		details: auth.Details{
			Status: northwind(), ClientName: "Northwind tray client", ClientID: "1_abc", Generation: 3,
			RedirectAddress: "http://127.0.0.1:17845/callback", Settings: map[string]string{"address": "https://crm.example.com"},
			API: auth.API{Method: "GET", URL: "https://crm.example.com/api/contacts?limit=1"},
		},
		token: func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) { return goodToken(), nil },
	}
}

func goodToken() auth.Token {
	return auth.Token{AccessToken: auth.NewSecret("canary-token"), Type: "Bearer", IssuedAt: northwind().IssuedAt, ExpiresAt: northwind().ExpiresAt}
}

// ran is what a command line left behind.
type ran struct {
	code     int
	out, err string
}

// world is a World in which d answers and nobody sits at a terminal.
func world(d auth.Front, args ...string) cli.World {
	return cli.World{
		Args: args, Stdin: strings.NewReader(""), Getenv: func(string) string { return "" },
		Now: func() time.Time { return now }, Version: "1.2.3",
		Session: func() auth.Session { return auth.Session{} },
		Dial: func(context.Context, cli.Start) (auth.Front, func() error, error) {
			return d, func() error { return nil }, nil
		},
		Open: func(string, string) error { return nil },
	}
}

func run(t *testing.T, w cli.World) ran {
	t.Helper()
	return runUntil(t.Context(), t, w)
}

func runUntil(ctx context.Context, t *testing.T, w cli.World) ran {
	t.Helper()
	var out, err bytes.Buffer
	w.Stdout, w.Stderr = &out, &err
	if l, ok := w.Stdin.(*later); ok {
		w.Stderr = l // who answers what is said there
	}
	return ran{cli.Run(ctx, w), out.String(), err.String()}
}

// atTerminal has a person sit there who types what is in typed.
func atTerminal(w cli.World, typed string) cli.World {
	w.Stdin = strings.NewReader(typed)
	w.Terminal = cli.Terminal{In: true, Out: true, Err: true}
	return w
}

func is(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func contains(t *testing.T, what, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", what, got, want)
		}
	}
}
