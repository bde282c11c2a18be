package auth_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
)

// everySetting is a provider that uses every kind of setting in every place.
func everySetting() auth.Provider {
	return auth.Provider{
		ID: "northwind", Name: "Northwind",
		Settings: []auth.Setting{
			{Key: "address", Type: auth.SettingURL, Required: true, Example: "https://crm.example.com"},
			{Key: "host", Type: auth.SettingHost, Required: true, Example: "id.example.com"},
			{Key: "tenant", Type: auth.SettingText},
			{Key: "region", Type: auth.SettingChoice, Choices: []string{"europe", "asia"}, Values: []string{"https://eu.example.com", "https://asia.example.com/"}},
		},
		Issuer: "{address}",
		Endpoints: auth.Endpoints{
			Authorize: "{address}/authorize", Token: "https://{host}/token", JWKS: "{region}/keys?from={host}",
		},
		Parameters: auth.Parameters{Authorize: map[string]string{"tenant": "{tenant}", "audience": "{address}", "fixed": "yes"}},
		API:        auth.API{URL: "{address}/api/{tenant}", Headers: map[string]string{"Tenant": "{tenant}", "Region": "{region}"}},
		Redirect:   auth.RedirectRules{Address: "http://127.0.0.1:17845/callback"},
	}
}

// enough adds to settings that are enough for everySetting.
func enough(more ...string) map[string]string {
	settings := map[string]string{"address": "https://crm.example.com", "host": "id.example.com:8443"}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	return settings
}

func TestWithFillsEveryPlaceIn(t *testing.T) {
	p, err := everySetting().With(enough("tenant", " a/b c ", "region", "asia"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ what, got, want string }{
		{"issuer", p.Issuer, "https://crm.example.com"},
		{"authorize", p.Endpoints.Authorize, "https://crm.example.com/authorize"},
		{"token", p.Endpoints.Token, "https://id.example.com:8443/token"},
		{"jwks", p.Endpoints.JWKS, "https://asia.example.com/keys?from=id.example.com:8443"},
		{"api", p.API.URL, "https://crm.example.com/api/a%2Fb%20c"},
		{"parameter", p.Parameters.Authorize["tenant"], "a/b c"},
		{"fixed parameter", p.Parameters.Authorize["fixed"], "yes"},
		{"header", p.API.Headers["Tenant"], "a/b c"},
		{"redirect", p.Redirect.Address, "http://127.0.0.1:17845/callback"},
	} {
		if row.got != row.want {
			t.Errorf("%s = %q, want %q", row.what, row.got, row.want)
		}
	}
}

func TestWithKeepsAnIssuerToTheByte(t *testing.T) {
	p, err := everySetting().With(enough("address", "https://tenant.example.com/"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Issuer, "https://tenant.example.com/"; got != want {
		t.Errorf("issuer = %q, want %q", got, want)
	}
	if got, want := p.Endpoints.Authorize, "https://tenant.example.com/authorize"; got != want {
		t.Errorf("authorize = %q, want %q", got, want)
	}
	if got, want := p.Parameters.Authorize["audience"], "https://tenant.example.com/"; got != want {
		t.Errorf("audience = %q, want %q", got, want)
	}
}

func TestWithLeavesOutWhatNeedsAnOptionalSetting(t *testing.T) {
	p, err := everySetting().With(enough("tenant", "  "))
	if err != nil {
		t.Fatal(err)
	}
	if _, there := p.Parameters.Authorize["tenant"]; there {
		t.Error("the parameter is there, want it left out")
	}
	if _, there := p.API.Headers["Tenant"]; there || p.API.URL != "" {
		t.Errorf("the recipe is %+v, want it without tenant and address", p.API)
	}
	if got, want := p.API.Headers["Region"], "https://eu.example.com"; got != want {
		t.Errorf("region = %q, want that of the first choice, %q", got, want)
	}

	needs := everySetting()
	needs.Endpoints.Token = "https://{host}/{tenant}/token"
	_, err = needs.With(enough())
	wantUsageOfSetting(t, err, `"tenant"`)
}

func TestWithDoesNotTouchTheProviderItWasAskedOf(t *testing.T) {
	p := everySetting()
	if _, err := p.With(enough("tenant", "a")); err != nil {
		t.Fatal(err)
	}
	if got, want := p.Parameters.Authorize["tenant"], "{tenant}"; got != want {
		t.Errorf("parameter = %q, want %q", got, want)
	}
}

func TestWithRefusesAndNamesTheKey(t *testing.T) {
	for _, row := range []struct {
		what, key, value string
	}{
		{"missing", "address", ""},
		{"no scheme", "address", "crm.example.com"},
		{"http", "address", "http://crm.example.com"},
		{"a query", "address", "https://crm.example.com/?a=b"},
		{"an empty query", "address", "https://crm.example.com/?"},
		{"a fragment", "address", "https://crm.example.com/#top"},
		{"a user", "address", "https://you:canary-password@crm.example.com"},
		{"no host", "address", "https:///path"},
		{"another setting", "address", "https://crm.example.com/{tenant}"},
		{"a host with a path", "host", "id.example.com/path"},
		{"a host with a scheme", "host", "https://id.example.com"},
		{"a host with a user", "host", "you@id.example.com"},
		{"a host with a query", "host", "id.example.com?a"},
		{"a host with a bad port", "host", "id.example.com:99999"},
		{"two lines", "tenant", "a\nb"},
		{"turned letters", "tenant", "a\u202eb"},
		{"not UTF-8", "tenant", "\xff"},
		{"too long", "tenant", strings.Repeat("a", 3000)},
		{"no such choice", "region", "Europe"},
		{"unknown key", "adress", "https://crm.example.com"},
	} {
		t.Run(row.what, func(t *testing.T) {
			_, err := everySetting().With(enough(row.key, row.value))
			wantUsageOfSetting(t, err, `"`+row.key+`"`)
			if strings.Contains(err.Error(), "canary-") {
				t.Errorf("error %q repeats what was given", err)
			}
		})
	}
}

// wantUsageOfSetting wants an error of KindUsage that names part and knows the keys.
func wantUsageOfSetting(t *testing.T, err error, part string) {
	t.Helper()
	var e *auth.Error
	if !errors.As(err, &e) || e.Kind != auth.KindUsage {
		t.Fatalf("error = %v, want one of kind usage", err)
	}
	if !strings.Contains(e.Detail, part) || !strings.Contains(e.Detail, ": ") {
		t.Errorf("detail = %q, want it to name %s and what is expected", e.Detail, part)
	}
	if want := []string{"address", "host", "tenant", "region"}; !slices.Equal(e.Candidates, want) {
		t.Errorf("candidates = %v, want %v", e.Candidates, want)
	}
}

func TestWithRefusesPlaceholdersThatNobodyKnows(t *testing.T) {
	p := everySetting()
	p.Endpoints.Revoke = "https://example.com/{unknown}"
	_, err := p.With(enough())
	wantUsageOfSetting(t, err, "revoke")
}

func TestTextCannotLeaveItsPlaceInAnAddress(t *testing.T) {
	p := everySetting()
	p.Endpoints.Token = "https://{tenant}.example.com/token"
	for _, text := range []string{"evil.example/", "evil.example?", "evil.example#", "you@evil.example", "evil.example:443", `evil.example\`} {
		if got, err := p.With(enough("tenant", text)); err == nil {
			t.Errorf("with %q the token address is %q, want an error", text, got.Endpoints.Token)
		}
	}
}

func TestTeamSettings(t *testing.T) {
	p := everySetting()
	p.Team = auth.Team{
		Settings: map[string]string{"address": "https://team.example.com", "tenant": "desk"},
		Locked:   []string{"address"},
	}
	got, err := p.With(map[string]string{"host": "id.example.com", "tenant": "mine"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "https://team.example.com/api/mine"; got.API.URL != want {
		t.Errorf("api = %q, want %q", got.API.URL, want)
	}
	_, err = p.With(map[string]string{"host": "id.example.com", "address": "https://other.example.com"})
	wantUsageOfSetting(t, err, `"address"`)
	if _, err = p.With(map[string]string{"host": "id.example.com", "address": "https://team.example.com"}); err != nil {
		t.Errorf("the locked value itself: %v, want it accepted", err)
	}
}
