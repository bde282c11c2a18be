package main

import (
	"context"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// desk is a made-up one: it knows its snapshot and its providers, and a sign-in at
// it waits for ever unless connect says otherwise.
type desk struct {
	auth.Desk // what is not answered here is not asked
	snapshot  auth.Snapshot
	providers []auth.Provider
	connect   func(context.Context, auth.Connection, func(auth.SignInStep)) (auth.Status, error)
	clients   map[auth.AccountID]string // client_ids that aren't the usual one
	care      auth.Care
	gone      bool
}

func (d desk) Snapshot(context.Context) (auth.Snapshot, error) { return d.snapshot, nil }

func (d desk) Watch(context.Context) (<-chan struct{}, error) {
	if d.gone {
		return nil, &auth.Error{Kind: auth.KindAgent}
	}
	return make(chan struct{}), nil
}

func (d desk) Find(context.Context, string) (auth.AccountID, error) {
	return "", auth.ErrUnknownAccount
}

func (d desk) Show(_ context.Context, id auth.AccountID) (auth.Details, error) {
	for _, a := range append(troubled().Accounts, d.snapshot.Accounts...) {
		if a.ID == id {
			client := d.clients[id]
			if client == "" {
				client = "4_1k8s0w"
			}
			return auth.Details{
				Status: a, ClientName: "Northwind tray client", ClientID: client,
				RedirectAddress: "http://127.0.0.1:17845/callback",
				AskedScopes:     asked(a), Tokens: inspected(a), History: history(a), SignedInAt: now.Add(-4 * time.Hour),
			}, nil
		}
	}
	return auth.Details{}, auth.ErrUnknownAccount
}

func (d desk) Providers(context.Context) ([]auth.Provider, error) { return d.providers, nil }

// Token is one that has the length of a real one.
func (d desk) Token(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
	return auth.Token{AccessToken: auth.NewSecret("canary-" + strings.Repeat("fake-token-of-a-picture.", 18))}, nil
}

func (d desk) Refresh(context.Context, auth.AccountID) error { return nil }

func (d desk) Connect(ctx context.Context, c auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
	if d.connect != nil {
		return d.connect(ctx, c, tell)
	}
	tell(auth.SignInStep{
		Address: "https://crm.northwind.example/oauth/v2/authorize", Waiting: "http://127.0.0.1:17845",
		Until: now.Add(4*time.Minute + 31*time.Second), Attempt: "1",
	})
	<-ctx.Done()
	return auth.Status{}, auth.ErrCancelled
}

func (d desk) Reconnect(ctx context.Context, _ auth.AccountID, _ auth.Reconnection, tell func(auth.SignInStep)) (auth.Status, error) {
	return d.Connect(ctx, auth.Connection{}, tell)
}

func (d desk) Preferences(context.Context) (auth.Preferences, error) {
	return auth.Preferences{QuietFrom: 22 * time.Hour, QuietUntil: 7 * time.Hour, Notices: auth.NoticesSignIn}, nil
}

func (d desk) Prefer(_ context.Context, p auth.Preferences) error {
	if p.Network.Proxy == "" {
		return nil
	}
	return &auth.Error{Kind: auth.KindUsage, Detail: "expected here: an http, https or socks5 address, such as http://proxy.example.com:3128"}
}

func (d desk) Care(context.Context) (auth.Care, error) { return d.care, nil }

func (d desk) Paste(context.Context, string, auth.Secret) error {
	return &auth.Error{Kind: auth.KindUsage, Detail: "this is not where the provider sends the browser; the address begins with http://127.0.0.1:17845/callback"}
}

func (d desk) Discover(context.Context, string) (auth.Provider, error) {
	return auth.Provider{}, &auth.Error{Kind: auth.KindUnreachable, Provider: "login.example.com", Said: auth.Said{Status: 404}}
}

func (d desk) Import(context.Context, []byte, auth.Secret) (auth.Imported, error) {
	return auth.Imported{}, &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
}

func (d desk) Edit(context.Context, auth.AccountID, auth.Change) error { return nil }

func (d desk) Forget(context.Context, auth.AccountID) (auth.Forgotten, error) {
	return auth.Forgotten{}, nil
}

func (d desk) Rename(context.Context, auth.AccountID, string) error { return nil }

func (d desk) Pause(context.Context, auth.AccountID, time.Time) error { return nil }

func (d desk) Resume(context.Context, auth.AccountID) error { return nil }

func (d desk) Unlock(context.Context, auth.Secret) error { return nil }

var _ auth.Desk = desk{}

// gallery is a catalogue of the usual size.
func gallery() []auth.Provider {
	adaptix := auth.Provider{
		ID: "adaptix", Name: "Adaptix", Colour: "#7A4FD0",
		Settings: []auth.Setting{{
			Key: "address", Label: "Adaptix address", Type: auth.SettingURL, Required: true,
			Example: "https://crm.example.com", Help: "The address you use to open Adaptix.",
		}},
		Client: auth.ClientRules{Secret: auth.Required, Help: []string{
			"In Adaptix open Settings › Developers › APP Credentials.",
			"Add an OAuth 2 credential and give it the redirect address shown here.",
			"Copy its client ID and secret here. They stay on this computer, sealed in the vault.",
		}},
		Grants:   []auth.GrantType{auth.AuthorizationCode, auth.ClientCredentials},
		Redirect: auth.RedirectRules{Address: "http://127.0.0.1:17845/callback"},
	}
	all := []auth.Provider{adaptix}
	for _, p := range [][2]string{
		{"FortesMilestones", "#C2410C"},
		{"Fortellis", "#0E7285"},
		{"Google", "#2F6FDE"},
		{"Microsoft", "#0F6CBD"},
		{"GitHub", "#24292F"},
		{"GitLab", "#E24329"},
		{"Salesforce", "#0D9DDA"},
		{"Slack", "#611F69"},
		{"Atlassian", "#1868DB"},
		{"HubSpot", "#E8543F"},
		{"Zoom", "#0B5CFF"},
		{"Okta", "#191919"},
		{"Auth0", "#EB5424"},
		{"Keycloak", "#4A5058"},
		{"Dropbox", "#0061FE"},
		{"Practice provider", "#2F6B4F"},
	} {
		id := auth.ProviderID(p[0])
		if p[0] == "Practice provider" {
			id = "practice"
		}
		all = append(all, auth.Provider{ID: id, Name: p[0], Colour: p[1]})
	}
	return all
}
