package catalog_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
)

// small is the shortest file that is whole; what is left out has its default.
const small = `format = 1
id = "northwind"
name = "Northwind"

[endpoints]
issuer = "https://login.example.com"
`

// whole uses every key.
const whole = `format = 1
id = "northwind"
name = "Northwind"
colour = "#0A84FF"
home = "https://developer.example.com"

[[settings]]
key = "address"
label = "Northwind address"
type = "url"
example = "https://crm.example.com"
help = "Where you open it."
required = true

[[settings]]
key = "region"
type = "choice"
choices = ["europe", "asia"]
values = ["https://eu.example.com", "https://asia.example.com"]

[endpoints]
issuer = "{address}"
authorize = "{address}/authorize"
token = "{region}/token"
refresh = "{region}/refresh"
revoke = "{region}/revoke"
device = "{region}/device"
userinfo = "{region}/userinfo"
jwks = "{region}/keys"
introspect = "{region}/introspect"

[client]
authentication = "body"
body = "json"
secret = "optional"
help = ["First.", "Second."]

[grants]
supported = ["authorization_code", "client_credentials", "device_code"]
client_credentials_scope = "own"

[redirect]
rule = "prefix"
address = "http://127.0.0.1:17846/back"
state = "parameter-and-redirect"
pkce = "omit"

[scopes]
send = "always"
separator = ","
default = ["read"]
refresh = "offline"

[parameters.authorize]
grant_type = "authorization_code"
audience = "{address}"
claims = '{"userinfo":{"email":null}}'

[parameters.token]
expires_in = "1800"

[parameters.refresh]
type = "refresh"

[parameters.revoke]
all = "yes"

[lifetimes]
code = 60
access = "1h"
refresh = "14d"
refresh_counts_from = "use"

[rotation]
refresh_token = "rotates"
kills_old_access_token = true
grace = "30s"

[refresh]
margin = "2m"
interval = 2700

[errors]
shape = "errors-array"
sign_in = ["invalid_grant", "gone"]

[api]
method = "HEAD"
url = "{address}/api/me"
headers = { X-Region = "{region}" }
token_in = ["header", "query"]

[team]
client_id = "desk"
client_secret_sealed = """
-----BEGIN SEALED-----
canary-c2VhbGVk
-----END SEALED-----
"""
locked = ["address", "client_id"]

[team.settings]
address = "https://northwind.example.com"
`

func TestReadKnowsEveryKey(t *testing.T) {
	got, err := catalog.Read("northwind.toml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Provider{
		ID: "northwind", Name: "Northwind", Colour: "#0A84FF", Home: "https://developer.example.com",
		Settings: []auth.Setting{
			{Key: "address", Label: "Northwind address", Type: auth.SettingURL, Example: "https://crm.example.com", Help: "Where you open it.", Required: true},
			{
				Key: "region", Label: "region", Type: auth.SettingChoice, Choices: []string{"europe", "asia"},
				Values: []string{"https://eu.example.com", "https://asia.example.com"},
			},
		},
		Issuer: "{address}",
		Endpoints: auth.Endpoints{
			Authorize: "{address}/authorize", Token: "{region}/token", Refresh: "{region}/refresh", Revoke: "{region}/revoke",
			Device: "{region}/device", UserInfo: "{region}/userinfo", JWKS: "{region}/keys", Introspect: "{region}/introspect",
		},
		Client: auth.ClientRules{Authentication: auth.AuthenticateBody, Body: auth.BodyJSON, Secret: auth.Optional, Help: []string{"First.", "Second."}},
		Grants: []auth.GrantType{auth.AuthorizationCode, auth.ClientCredentials, auth.DeviceCode}, ClientCredentialsScope: "own",
		Redirect: auth.RedirectRules{
			Match: auth.MatchPrefix, Address: "http://127.0.0.1:17846/back", State: auth.StateInParameterAndRedirect, PKCE: auth.PKCEOmit,
		},
		Scopes: auth.ScopeRules{Send: true, Separator: ",", Default: []string{"read"}, Refresh: "offline"},
		Parameters: auth.Parameters{
			Authorize: map[string]string{"grant_type": "authorization_code", "audience": "{address}", "claims": `{"userinfo":{"email":null}}`},
			Token:     map[string]string{"expires_in": "1800"}, Refresh: map[string]string{"type": "refresh"}, Revoke: map[string]string{"all": "yes"},
		},
		Lifetimes: auth.Lifetimes{Code: time.Minute, Access: time.Hour, Refresh: 14 * 24 * time.Hour, RefreshCountsFrom: auth.CountsFromUse},
		Rotation:  auth.Rotation{RefreshToken: auth.RefreshTokenRotates, KillsOldAccessToken: true, Grace: 30 * time.Second},
		Timing:    auth.Timing{Margin: 2 * time.Minute, Interval: 45 * time.Minute},
		Errors:    auth.ErrorRules{Shape: auth.ErrorsArray, SignIn: []string{"invalid_grant", "gone"}},
		API:       auth.API{Method: "HEAD", URL: "{address}/api/me", Headers: map[string]string{"X-Region": "{region}"}, TokenIn: []string{"header", "query"}},
		Team: auth.Team{
			ClientIdentifier: "desk", Settings: map[string]string{"address": "https://northwind.example.com"}, Locked: []string{"address", "client_id"},
			SealedSecret: "-----BEGIN SEALED-----\ncanary-c2VhbGVk\n-----END SEALED-----\n",
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Read =\n%+v, want\n%+v", got, want)
	}
}

func TestReadDefaults(t *testing.T) {
	// Editors on Windows write a byte order mark and their own line ends.
	got, err := catalog.Read("northwind.toml", []byte("\xef\xbb\xbf"+strings.ReplaceAll(small, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Provider{
		ID: "northwind", Name: "Northwind", Colour: "#667085", Issuer: "https://login.example.com",
		Client:    auth.ClientRules{Authentication: auth.AuthenticateBasic, Body: auth.BodyForm, Secret: auth.Required},
		Grants:    []auth.GrantType{auth.AuthorizationCode},
		Redirect:  auth.RedirectRules{Match: auth.MatchExact, Address: "http://127.0.0.1:17845/callback", State: auth.StateInParameter, PKCE: auth.PKCESend},
		Scopes:    auth.ScopeRules{Send: true, Separator: " "},
		Lifetimes: auth.Lifetimes{RefreshCountsFrom: auth.CountsFromIssue},
		Rotation:  auth.Rotation{RefreshToken: auth.RefreshTokenSingleUse},
		Errors:    auth.ErrorRules{Shape: auth.ErrorsRFC, SignIn: []string{"invalid_grant"}},
		API:       auth.API{Method: "GET", TokenIn: []string{"header"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Read =\n%+v, want\n%+v", got, want)
	}
}

func TestReadTellsEverythingAtOnceInTheOrderOfTheFile(t *testing.T) {
	_, err := catalog.Read("northwind.toml", []byte(small+"[redirect]\npkce = \"no\"\nrule = \"exakt\"\n[client]\nbody = \"xml\"\n"))
	want := []string{
		`northwind.toml:8:1: redirect.pkce: "no" is not one of send, omit`,
		`northwind.toml:9:1: redirect.rule: "exakt" is not one of exact, prefix, any-port, contains`,
		`northwind.toml:11:1: client.body: "xml" is not one of form, json`,
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("error =\n%v, want\n%s", err, strings.Join(want, "\n"))
	}
}

func TestReadErrorsAreSafeToPrint(t *testing.T) {
	many := small + "[parameters.token]\n"
	for i := range 100 {
		many += fmt.Sprintf("\"\\u001b[%dm\" = \"a\"\n", i)
	}
	_, err := catalog.Read("north\nwind.toml", []byte(many))
	if err == nil || strings.Contains(err.Error(), "\x1b") || strings.Contains(err.Error(), "north\n") {
		t.Errorf("error = %q, want one without control characters", err)
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines > 20 {
		t.Errorf("%d lines, want 20 at most", lines)
	}
	if _, err = catalog.Read("large.toml", []byte(small+strings.Repeat("#", 70_000))); err == nil {
		t.Error("a file of 70 kB is read, want it refused")
	}
}

func TestReservedParametersAtEveryStage(t *testing.T) {
	reserved := map[string]string{
		"client_id": "", "client_secret": "", "redirect_uri": "", "response_type": "", "state": "", "code": "", "code_challenge": "",
		"code_challenge_method": "", "code_verifier": "", "nonce": "", "scope": "", "refresh_token": "", "grant_type": "", "Client_ID": "",
	}
	for _, stage := range []string{"authorize", "token", "refresh", "revoke"} {
		for _, name := range slices.Sorted(maps.Keys(reserved)) {
			text := fmt.Sprintf("%s[parameters.%s]\n%s = \"canary\"\n", small, stage, name)
			if _, err := catalog.Read("northwind.toml", []byte(text)); err == nil {
				t.Errorf("%s at %s is accepted, want it refused", name, stage)
			}
		}
	}
}
