package vaulttest

import (
	"fmt"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Sample returns an account with its client and grant, in which no field is
// zero. Its IDs are a<number> and c<number>; every secret begins with "canary-".
func Sample(number int) (auth.Account, auth.Client, auth.Grant) {
	named := func(what string) string { return fmt.Sprintf("%s-%d", what, number) }
	hidden := func(what string) auth.Secret { return auth.NewSecret("canary-" + named(what)) }
	at := time.Date(2026, 11, 22, 9, 14, 52, 123456789, time.UTC).Add(time.Duration(number) * time.Hour)
	client := auth.Client{
		ID: auth.ClientID(fmt.Sprintf("c%d", number)), Provider: "adaptix", Name: named("Northwind"),
		Identifier: named("client"), Secret: hidden("client-secret"), RedirectAddress: "http://127.0.0.1:17845/callback",
	}
	account := auth.Account{
		ID: auth.AccountID(fmt.Sprintf("a%d", number)), Name: named("Adaptix · Northwind"), Provider: provider(),
		Settings: map[string]string{"address": "https://crm.example.com"},
		Client:   client.ID, Grant: auth.AuthorizationCode, Scopes: []string{"openid", "offline_access"},
		Identity: auth.Identity{
			Issuer: "https://id.example.com", Subject: named("subject"), Name: "You",
			Email: "you@example.com", Tenant: "northwind",
		},
		Created: at, Pause: auth.Pause{Since: at, Until: at.Add(time.Hour)},
	}
	grant := auth.Grant{
		Generation: 7, RefreshToken: hidden("refresh"), AccessToken: hidden("access"), IDToken: hidden("id"),
		TokenType: "bearer", Scopes: []string{"openid"},
		IssuedAt: at, ExpiresAt: at.Add(time.Hour), RefreshExpiresAt: at.AddDate(0, 0, 14), SignedInAt: at.Add(-time.Minute),
		PreviousRefreshToken: hidden("refresh-before"), Unverified: true,
		Attempt: auth.Attempt{Began: at.Add(time.Second), Presentations: 1},
		Refusal: auth.Refusal{
			At:          at.Add(2 * time.Second),
			Said:        auth.Said{Status: 400, Code: "invalid_grant", Description: "the grant was revoked"},
			Interrupted: true, Rechecked: true,
		},
	}
	return account, client, grant
}

func provider() auth.Provider {
	return auth.Provider{
		ID: "adaptix", Name: "Adaptix", Colour: "#7A4FD0", Home: "https://developer.example.com",
		Settings: []auth.Setting{{
			Key: "address", Label: "Address", Example: "https://crm.example.com", Help: "Where you open it.",
			Type: auth.SettingURL, Required: true, Choices: []string{"one"}, Values: []string{"1"},
		}},
		Issuer: "https://id.example.com", CallbackNamesIssuer: true, IDTokenAlgorithms: []string{"RS256"},
		Endpoints: auth.Endpoints{
			Authorize: "https://id.example.com/authorize", Token: "https://id.example.com/token",
			Refresh: "https://id.example.com/refresh", Revoke: "https://id.example.com/revoke",
			Device: "https://id.example.com/device", UserInfo: "https://id.example.com/userinfo",
			JWKS: "https://id.example.com/jwks", Introspect: "https://id.example.com/introspect",
		},
		Client:     auth.ClientRules{Authentication: auth.AuthenticateBody, Body: auth.BodyForm, Secret: auth.Required, Help: []string{"Open the settings."}},
		Grants:     []auth.GrantType{auth.AuthorizationCode, auth.ClientCredentials},
		Redirect:   auth.RedirectRules{Match: auth.MatchPrefix, Address: "http://127.0.0.1:17845/callback", State: auth.StateInParameter, PKCE: auth.PKCESend},
		Scopes:     auth.ScopeRules{Send: true, Separator: " ", Default: []string{"openid"}, Refresh: "offline_access"},
		Parameters: auth.Parameters{Authorize: map[string]string{"a": "1"}, Token: map[string]string{"t": "1"}, Refresh: map[string]string{"r": "1"}, Revoke: map[string]string{"v": "1"}},
		Lifetimes:  auth.Lifetimes{Code: 30 * time.Second, Access: time.Hour, Refresh: 14 * 24 * time.Hour, RefreshCountsFrom: auth.CountsFromIssue},
		Rotation:   auth.Rotation{RefreshToken: auth.RefreshTokenSingleUse, KillsOldAccessToken: true, Grace: 30 * time.Second},
		Errors:     auth.ErrorRules{Shape: auth.ErrorsArray, SignIn: []string{"invalid_grant"}},
		API: auth.API{
			Method: "GET", URL: "https://crm.example.com/api/contacts?limit=1",
			Headers: map[string]string{"Accept": "application/json"}, TokenIn: []string{"header"},
		},
		Timing:                 auth.Timing{Margin: 2 * time.Minute, Interval: 10 * time.Minute},
		ClientCredentialsScope: "all",
		Team: auth.Team{
			ClientIdentifier: "team-client", Locked: []string{"address"},
			Settings: map[string]string{"address": "https://crm.example.com"}, SealedSecret: "canary-sealed-secret",
		},
		Origin: "connections/northwind.toml",
	}
}
