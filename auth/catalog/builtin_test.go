package catalog_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
)

// builtin is the text of every built-in provider file by name.
func builtin(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := fs.Glob(assets.Providers, "*")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = fs.ReadFile(assets.Providers, name); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) == 0 {
		t.Fatal("no provider is built in")
	}
	return files
}

// examples are the example of every setting of p.
func examples(p auth.Provider) map[string]string {
	settings := map[string]string{}
	for _, s := range p.Settings {
		settings[s.Key] = s.Example
	}
	return settings
}

func TestEveryBuiltinProviderIsWhole(t *testing.T) {
	for name, text := range builtin(t) {
		t.Run(name, func(t *testing.T) {
			p, err := catalog.Read(name, text)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := string(p.ID), strings.TrimSuffix(name, path.Ext(name)); got != want {
				t.Errorf("id = %q, want the file's name, %q", got, want)
			}
			if len(p.Client.Help) == 0 {
				t.Error("no help says where to find the client ID")
			}
			if p.Colour == "#667085" {
				t.Error("the tile has no colour of its own")
			}
			for _, s := range p.Settings {
				if s.Label == s.Key || s.Example == "" || s.Help == "" {
					t.Errorf("setting %q has no label, no example or no help", s.Key)
				}
			}
			if p.Team.ClientIdentifier != "" || len(p.Team.Settings) > 0 || p.Origin != "" {
				t.Error("it is some team's, want it for everybody")
			}
			full, err := p.With(examples(p))
			if err != nil {
				t.Fatal(err)
			}
			wantFilled(t, full)
		})
	}
}

// wantFilled wants no placeholder left in p, and valid addresses.
func wantFilled(t *testing.T, p auth.Provider) {
	t.Helper()
	wantValid(t, p)
	for _, texts := range []map[string]string{
		p.Parameters.Authorize, p.Parameters.Token, p.Parameters.Refresh, p.Parameters.Revoke, p.API.Headers,
	} {
		for name, text := range texts {
			if left := auth.Placeholders(text); len(left) > 0 && text != "{request_id}" {
				t.Errorf("%s = %q, want it filled in", name, text)
			}
		}
	}
}

// wantValid wants every address of p to be one.
func wantValid(t *testing.T, p auth.Provider) {
	t.Helper()
	for what, address := range map[string]string{
		"issuer": p.Issuer, "authorize": p.Endpoints.Authorize, "token": p.Endpoints.Token, "refresh": p.Endpoints.Refresh,
		"revoke": p.Endpoints.Revoke, "device": p.Endpoints.Device, "userinfo": p.Endpoints.UserInfo, "jwks": p.Endpoints.JWKS,
		"introspect": p.Endpoints.Introspect, "api": p.API.URL, "redirect": p.Redirect.Address, "home": p.Home,
	} {
		if err := auth.CheckAddress(address); address != "" && err != nil {
			t.Errorf("%s = %q, want %v", what, address, err)
		}
	}
}

func TestFortellisEnvironments(t *testing.T) {
	p, err := catalog.Read("fortellis.toml", builtin(t)["fortellis.toml"])
	if err != nil {
		t.Fatal(err)
	}
	for environment, want := range map[string]string{
		"":            "https://identity.fortellis.io/oauth2/aus1p1ixy7YL8cMq02p7",
		"production":  "https://identity.fortellis.io/oauth2/aus1p1ixy7YL8cMq02p7",
		"demo":        "https://identity-demo.fortellis.io/oauth2/ausl5fngjEXkT0rMe5d6",
		"development": "https://identity-dev.fortellis.io/oauth2/aus1ni5i9n9WkzcYa2p7",
		"qat":         "https://identity-qat.fortellis.io/oauth2/ausax07ig2eIlo3pO4x6",
	} {
		full, err := p.With(map[string]string{"environment": environment})
		if err != nil {
			t.Fatal(err)
		}
		if full.Issuer != want || full.Endpoints.Token != want+"/v1/token" {
			t.Errorf("%q: issuer %q, token %q, want those of %q", environment, full.Issuer, full.Endpoints.Token, want)
		}
		if _, there := full.API.Headers["Subscription-Id"]; there {
			t.Error("a header without a subscription, want none")
		}
		if got := full.API.Headers["Request-Id"]; got != "{request_id}" {
			t.Errorf("Request-Id = %q, want one for each request", got)
		}
	}
}

func TestAnIssuerThatEndsInASlashKeepsIt(t *testing.T) {
	p, err := catalog.Read("oidc.toml", builtin(t)["oidc.toml"])
	if err != nil {
		t.Fatal(err)
	}
	for _, issuer := range []string{"https://tenant.example.com/", "https://tenant.example.com"} {
		full, err := p.With(map[string]string{"issuer": issuer})
		if err != nil {
			t.Fatal(err)
		}
		if full.Issuer != issuer {
			t.Errorf("issuer = %q, want %q", full.Issuer, issuer)
		}
	}
}
