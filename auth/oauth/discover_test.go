package oauth_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
)

// metadata serves a discovery document, in which {self} is the provider's address.
func (p *provider) metadata(path, body string) {
	p.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		write(w, strings.ReplaceAll(body, "{self}", p.URL))
	})
}

const wholeMetadata = `{"issuer":"{self}","authorization_endpoint":"{self}/a","token_endpoint":"{self}/t","revocation_endpoint":"{self}/r",
	"userinfo_endpoint":"{self}/u","jwks_uri":"{self}/k","introspection_endpoint":"javascript:1","device_authorization_endpoint":"{self}/d",
	"authorization_response_iss_parameter_supported":true,"id_token_signing_alg_values_supported":["HS256","none","ES256"]}`

func TestDiscoveryFillsInOnlyWhatIsEmpty(t *testing.T) {
	p := newProvider(t, nil)
	p.metadata("/.well-known/openid-configuration", wholeMetadata)
	ask := auth.Provider{Issuer: p.URL, Endpoints: auth.Endpoints{Token: "https://kept.example.com/token"}}
	got, err := newWire(t).Discover(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Endpoints{
		Authorize: p.URL + "/a", Token: "https://kept.example.com/token", Revoke: p.URL + "/r",
		Device: p.URL + "/d", UserInfo: p.URL + "/u", JWKS: p.URL + "/k",
	}
	if got.Endpoints != want || !got.CallbackNamesIssuer || !slices.Contains(got.IDTokenAlgorithms, "ES256") {
		t.Errorf("discovered %+v, want %+v", got, want)
	}
	plain := auth.Provider{ID: "plain"}
	if same, err := newWire(t).Discover(context.Background(), plain); err != nil || same.ID != "plain" || same.Endpoints != plain.Endpoints {
		t.Errorf("without an issuer: %+v, %v", same, err)
	}
}

func TestDiscoveryFallsBackToRFC8414(t *testing.T) {
	p := newProvider(t, nil)
	p.metadata("/.well-known/oauth-authorization-server/tenant/", `{"issuer":"{self}/tenant","token_endpoint":"{self}/t"}`)
	p.metadata("/.well-known/oauth-authorization-server/tenant", `{"issuer":"{self}/tenant","token_endpoint":"{self}/t"}`)
	got, err := newWire(t).Discover(context.Background(), auth.Provider{Issuer: p.URL + "/tenant"})
	if err != nil || got.Endpoints.Token != p.URL+"/t" {
		t.Errorf("token endpoint %q, err %v", got.Endpoints.Token, err)
	}
}

func TestAnIssuersPathStaysAsItIsWritten(t *testing.T) {
	p := newProvider(t, nil)
	var asked []string
	p.mux.HandleFunc("/.well-known/", func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.EscapedPath())
		w.WriteHeader(http.StatusNotFound)
	})
	_, err := newWire(t).Discover(context.Background(), auth.Provider{Issuer: p.URL + "/a%2Fb"})
	if f := failure(t, err); f.Kind != auth.KindInvalidAnswer {
		t.Errorf("kind = %q, want %q", f.Kind, auth.KindInvalidAnswer)
	}
	if want := []string{"/.well-known/oauth-authorization-server/a%2Fb"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

// A provider file that states everything doesn't depend on a document that the
// provider may not offer; one that names another issuer is refused all the same.
func TestACompleteProviderNeedsNoDiscovery(t *testing.T) {
	p := newProvider(t, nil)
	ask := auth.Provider{Issuer: p.URL, Endpoints: auth.Endpoints{
		Authorize: "https://kept.example.com/a", Token: "https://kept.example.com/t", JWKS: "https://kept.example.com/k",
	}}
	got, err := newWire(t).Discover(context.Background(), ask)
	if err != nil || got.Endpoints != ask.Endpoints {
		t.Errorf("without metadata: %+v, %v", got.Endpoints, err)
	}
	p.metadata("/.well-known/openid-configuration", `{"issuer":"https://other.example.com"}`)
	if _, err := newWire(t).Discover(context.Background(), ask); err == nil {
		t.Error("another issuer's document was accepted")
	}
}

func TestDiscoveryThatCanNotBeTrusted(t *testing.T) {
	for what, row := range map[string]struct {
		body string
		want auth.Kind
	}{
		"another issuer":    {`{"issuer":"https://evil.example","token_endpoint":"{self}/t"}`, auth.KindInvalidAnswer},
		"a slash more":      {`{"issuer":"{self}/","token_endpoint":"{self}/t"}`, auth.KindInvalidAnswer},
		"no issuer":         {`{"token_endpoint":"{self}/t"}`, auth.KindInvalidAnswer},
		"no token endpoint": {`{"issuer":"{self}"}`, auth.KindInvalidAnswer},
		"an unsafe one":     {`{"issuer":"{self}","token_endpoint":"http://evil.example/t"}`, auth.KindInvalidAnswer},
		"not JSON":          {`<html>`, auth.KindInvalidAnswer},
	} {
		p := newProvider(t, nil)
		p.metadata("/.well-known/openid-configuration", row.body)
		_, err := newWire(t).Discover(context.Background(), auth.Provider{Issuer: p.URL})
		if f := failure(t, err); f.Kind != row.want {
			t.Errorf("%s: %q (%v), want %q", what, f.Kind, f, row.want)
		}
	}
	p := newProvider(t, nil)
	p.mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	_, err := newWire(t).Discover(context.Background(), auth.Provider{Issuer: p.URL})
	if f := failure(t, err); f.Outcome != auth.OutcomeTransient || f.Kind != "" {
		t.Errorf("503: %+v, want transient", f)
	}
	_, err = newWire(t).Discover(context.Background(), auth.Provider{Issuer: "http://127.0.0.1:" + freePort(t)})
	if f := failure(t, err); f.Outcome != auth.OutcomeTransient {
		t.Errorf("nobody there: %+v, want transient", f)
	}
	_, err = newWire(t).Discover(context.Background(), auth.Provider{Issuer: "http://id.example.com"})
	if f := failure(t, err); f.Kind != auth.KindMisconfigured {
		t.Errorf("plain http: %+v, want misconfigured", f)
	}
}
