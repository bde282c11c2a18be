package window_test

import (
	"context"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// fakeDesk answers by its fields and notes what it was asked. A func that is nil
// answers that nothing went wrong.
type fakeDesk struct {
	auth.Desk // what is not answered here is not asked
	providers []auth.Provider
	clients   map[auth.AccountID]auth.Details // those that aren't the usual one
	watch     func(context.Context) (<-chan struct{}, error)
	token     func(auth.AccountID, auth.Want) (auth.Token, error)
	refresh   func(auth.AccountID) error
	rename    func(auth.AccountID, string) error
	replace   func(auth.AccountID) error
	snooze    func(auth.AccountID, time.Time) error
	forgotten auth.Forgotten
	prefs     auth.Preferences
	prefer    func(auth.Preferences) error
	seal      func(auth.SealedBy, auth.Secret) error
	recovery  func(auth.Secret) error
	lock      func() error
	care      auth.Care
	mend      func(auth.Mending) (auth.Mended, error)
	paste     func(attempt string, address auth.Secret) error
	discover  func(string) (auth.Provider, error)
	bring     func(file []byte, passphrase auth.Secret) (auth.Imported, error)
	connect   func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error)
	reconnect func(context.Context, auth.AccountID, func(auth.SignInStep)) (auth.Status, error)
	how       auth.Reconnection // of the last Reconnect
	edit      func(auth.AccountID, auth.Change) error
	forget    func(auth.AccountID) error
	unlock    func(auth.Secret) error
	pause     func(auth.AccountID, time.Time) error

	mu       sync.Mutex // guards snapshot
	snapshot auth.Snapshot
}

var _ auth.Desk = (*fakeDesk)(nil)

func (d *fakeDesk) now(s auth.Snapshot) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.snapshot = s
}

func (d *fakeDesk) Snapshot(context.Context) (auth.Snapshot, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v := d.snapshot.Vault; v != auth.VaultUnlocked && v != auth.VaultNone {
		return d.snapshot, &auth.Error{Kind: auth.KindVault, Vault: v}
	}
	return d.snapshot, nil
}

func (d *fakeDesk) Watch(ctx context.Context) (<-chan struct{}, error) {
	if d.watch != nil {
		return d.watch(ctx)
	}
	c := make(chan struct{}, 1)
	context.AfterFunc(ctx, func() { close(c) })
	return c, nil
}

func (d *fakeDesk) Find(context.Context, string) (auth.AccountID, error) {
	return "", auth.ErrUnknownAccount
}

func (d *fakeDesk) Show(_ context.Context, id auth.AccountID) (auth.Details, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.snapshot.Accounts {
		if a.ID != id {
			continue
		}
		other, known := d.clients[id]
		if other.Status = a; known {
			return other, nil
		}
		return auth.Details{
			Status: a, ClientName: "Northwind tray client", ClientID: "4_1k8s0w",
			RedirectAddress: "http://127.0.0.1:17845/callback",
			Settings:        map[string]string{"address": "https://crm.example.com"},
		}, nil
	}
	return auth.Details{}, auth.ErrUnknownAccount
}

func (d *fakeDesk) Providers(context.Context) ([]auth.Provider, error) { return d.providers, nil }

func (d *fakeDesk) Token(_ context.Context, id auth.AccountID, want auth.Want) (auth.Token, error) {
	if d.token == nil {
		return auth.Token{}, nil
	}
	return d.token(id, want)
}

func (d *fakeDesk) Refresh(_ context.Context, id auth.AccountID) error { return d.refresh(id) }

func (d *fakeDesk) Replace(_ context.Context, id auth.AccountID) (auth.Status, error) {
	return auth.Status{ID: id}, d.replace(id)
}

func (d *fakeDesk) Snooze(_ context.Context, id auth.AccountID, until time.Time) error {
	return d.snooze(id, until)
}

func (d *fakeDesk) Preferences(context.Context) (auth.Preferences, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.prefs, nil
}

func (d *fakeDesk) Prefer(_ context.Context, p auth.Preferences) error { return d.prefer(p) }

func (d *fakeDesk) Seal(_ context.Context, by auth.SealedBy, p auth.Secret) error {
	return d.seal(by, p)
}

func (d *fakeDesk) PutRecovery(_ context.Context, p auth.Secret) error { return d.recovery(p) }

func (d *fakeDesk) Lock(context.Context) error { return d.lock() }

func (d *fakeDesk) Care(context.Context) (auth.Care, error) { return d.care, nil }

func (d *fakeDesk) Mend(_ context.Context, m auth.Mending) (auth.Mended, error) { return d.mend(m) }

func (d *fakeDesk) Paste(_ context.Context, attempt string, address auth.Secret) error {
	return d.paste(attempt, address)
}

func (d *fakeDesk) Discover(_ context.Context, issuer string) (auth.Provider, error) {
	return d.discover(issuer)
}

func (d *fakeDesk) Import(_ context.Context, file []byte, passphrase auth.Secret) (auth.Imported, error) {
	return d.bring(file, passphrase)
}

func (d *fakeDesk) Connect(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
	return d.connect(ctx, c, tell)
}

func (d *fakeDesk) Reconnect(ctx context.Context, id auth.AccountID, how auth.Reconnection, tell func(auth.SignInStep)) (auth.Status, error) {
	d.mu.Lock()
	d.how = how
	d.mu.Unlock()
	return d.reconnect(ctx, id, tell)
}

func (d *fakeDesk) Edit(_ context.Context, id auth.AccountID, c auth.Change) error {
	return d.edit(id, c)
}

func (d *fakeDesk) Forget(_ context.Context, id auth.AccountID) (auth.Forgotten, error) {
	return d.forgotten, d.forget(id)
}

func (d *fakeDesk) Rename(_ context.Context, id auth.AccountID, name string) error {
	return d.rename(id, name)
}

func (d *fakeDesk) Pause(_ context.Context, id auth.AccountID, until time.Time) error {
	return d.pause(id, until)
}

func (d *fakeDesk) Resume(_ context.Context, id auth.AccountID) error {
	return d.pause(id, time.Time{})
}

func (d *fakeDesk) Unlock(_ context.Context, passphrase auth.Secret) error {
	return d.unlock(passphrase)
}

// account is one that is fresh for another 48:12.
func account(id auth.AccountID, name string) auth.Status {
	return auth.Status{
		ID: id, Name: name, ProviderName: "Adaptix", Colour: "#7A4FD0", State: auth.StateFresh,
		Identity: auth.Identity{Email: "you@example.com"}, Grant: auth.AuthorizationCode,
		IssuedAt: now.Add(-12 * time.Minute), ExpiresAt: now.Add(48*time.Minute + 12*time.Second), RefreshAt: now.Add(43 * time.Minute),
		Scopes: []string{"openid"},
	}
}

func snapshot(accounts ...auth.Status) auth.Snapshot {
	return auth.Snapshot{At: now, Vault: auth.VaultUnlocked, Accounts: accounts}
}

// needy is an account that its provider wants a sign-in for.
func needy() auth.Status {
	a := account("needy", "Northwind")
	a.State, a.ExpiresAt = auth.StateNeedsSignIn, now.Add(-time.Hour)
	a.Cause = &auth.Error{Kind: auth.KindSignInNeeded, Said: auth.Said{Status: 400, Code: "invalid_grant", Description: "It has expired."}}
	return a
}

func catalogue() []auth.Provider {
	return []auth.Provider{
		{
			ID: "adaptix", Name: "Adaptix", Colour: "#7A4FD0",
			Settings: []auth.Setting{{
				Key: "address", Label: "Adaptix address", Type: auth.SettingURL, Required: true,
				Example: "https://crm.example.com", Help: "The address you use to open Adaptix.",
			}},
			Client:   auth.ClientRules{Secret: auth.Required, Help: []string{"Open the settings.", "Add a client."}},
			Grants:   []auth.GrantType{auth.AuthorizationCode, auth.ClientCredentials},
			Redirect: auth.RedirectRules{Address: "http://127.0.0.1:17845/callback"},
		},
		{ID: "fortellis", Name: "Fortellis", Colour: "#0E7285", Grants: []auth.GrantType{auth.ClientCredentials}},
		{ID: "practice", Name: "Practice provider", Grants: []auth.GrantType{auth.AuthorizationCode}},
	}
}
