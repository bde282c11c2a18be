package oauth_test

import (
	"context"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// These hold the three providers that Tokentray began with to the letter of their
// own pages, with their own provider files, on a scripted server.

// local is the built-in provider id, at p instead of at home.
func local(t *testing.T, p *provider, id auth.ProviderID) auth.Provider {
	t.Helper()
	d := builtin(t, id)
	d.Endpoints = auth.Endpoints{Authorize: p.URL + "/authorize", Token: p.URL + "/token", JWKS: d.Endpoints.JWKS}
	d.Redirect.Address = strings.Replace(d.Redirect.Address, "17845", freePort(t), 1)
	return d
}

// wantSent wants exactly these parameters; "*" stands for any value.
func wantSent(t *testing.T, what string, got url.Values, want map[string]string) {
	t.Helper()
	if names, wanted := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(names, wanted) {
		t.Errorf("%s: parameters = %v, want %v", what, names, wanted)
	}
	for name, value := range want {
		if g := got[name]; len(g) != 1 || value != "*" && g[0] != value || g[0] == "" {
			t.Errorf("%s: %s = %q, want %q", what, name, g, value)
		}
	}
}

// connect signs in at d and returns what was sent to the authorization endpoint,
// the only token request, and the answer.
func connect(t *testing.T, p *provider, d auth.Provider, change ...func(*auth.SignIn)) (url.Values, post, auth.Answer) {
	t.Helper()
	ask := asking(d)
	for _, c := range change {
		c(&ask)
	}
	u := begin(t, newWire(t), ask)
	page(t, u.callback("code="+code+"&"+u.state()))
	answer, err := u.finish()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(p.ledger()); got != 1 {
		t.Fatalf("%d token requests, want 1", got)
	}
	return u.sent, p.ledger()[0], answer
}

func TestAdaptixToTheLetter(t *testing.T) {
	const both = `{"access_token":"` + accessToken + `","expires_in":3600,"token_type":"bearer","scope":null,"refresh_token":"` + rotatedToken + `"}`
	p := newProvider(t, says(200, "application/json", both))
	d := local(t, p, "adaptix")
	sent, first, answer := connect(t, p, d)
	wantSent(t, "authorize", sent, map[string]string{
		"client_id": "northwind-desk", "grant_type": "authorization_code", "redirect_uri": d.Redirect.Address,
		"response_type": "code", "state": "*", "code_challenge": "*", "code_challenge_method": "S256",
	})
	wantSent(t, "token", first.form, map[string]string{
		"client_id": "northwind-desk", "client_secret": secret, "grant_type": "authorization_code",
		"redirect_uri": d.Redirect.Address, "code": code, "code_verifier": "*",
	})
	if first.header.Get("Authorization") != "" {
		t.Error("there is an Authorization header, which Adaptix answers with 403")
	}
	if answer.TokenType != "bearer" || answer.Scopes != nil || answer.ExpiresIn != time.Hour || answer.RefreshToken.IsZero() {
		t.Errorf("answer = %+v, want a bearer token for an hour, no word on scopes, a refresh token", answer)
	}
	g := auth.Renewed(auth.Grant{}, answer, d, nil)
	if got, want := g.RefreshExpiresAt.Sub(g.IssuedAt), 14*24*time.Hour; got != want || g.Token().Type != "Bearer" {
		t.Errorf("the refresh token lasts %v, type %q, want %v from its issue, Bearer", got, g.Token().Type, want)
	}

	w := newWire(t)
	if _, err := w.Refresh(context.Background(), d, client(), grant()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ClientCredentials(context.Background(), d, client(), []string{"canary-scope"}); err != nil {
		t.Fatal(err)
	}
	posts := p.ledger()
	wantSent(t, "refresh", posts[1].form, map[string]string{
		"client_id": "northwind-desk", "client_secret": secret, "grant_type": "refresh_token", "refresh_token": refreshToken,
	})
	wantSent(t, "client_credentials", posts[2].form, map[string]string{
		"client_id": "northwind-desk", "client_secret": secret, "grant_type": "client_credentials",
	})
}

func TestFortellisToTheLetter(t *testing.T) {
	const tokens = `{"access_token":"` + accessToken + `","token_type":"Bearer","expires_in":3600,"scope":"anonymous"}`
	p := newProvider(t, says(200, "application/json", tokens))
	d := local(t, p, "fortellis")
	if !strings.HasSuffix(d.Redirect.Address, "/") || !slices.Equal(d.Scopes.Default, []string{"openid"}) || d.Scopes.Refresh != "offline_access" || d.ClientCredentialsScope != "anonymous" {
		t.Errorf("the file says %q, %v, %q, %q", d.Redirect.Address, d.Scopes.Default, d.Scopes.Refresh, d.ClientCredentialsScope)
	}
	sent, first, _ := connect(t, p, d, func(ask *auth.SignIn) { ask.Scopes = []string{"offline_access"} })
	wantSent(t, "authorize", sent, map[string]string{
		"client_id": "northwind-desk", "response_type": "code", "scope": "offline_access", "redirect_uri": d.Redirect.Address,
		"state": "*", "code_challenge": "*", "code_challenge_method": "S256",
	})
	wantSent(t, "token", first.form, map[string]string{
		"grant_type": "authorization_code", "redirect_uri": d.Redirect.Address, "code": code, "code_verifier": "*",
	})
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("northwind-desk:"+url.QueryEscape(secret)))
	w := newWire(t)
	if _, err := w.ClientCredentials(context.Background(), d, client(), []string{d.ClientCredentialsScope}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Refresh(context.Background(), d, client(), grant()); err != nil {
		t.Fatal(err)
	}
	posts := p.ledger()
	wantSent(t, "client_credentials", posts[1].form, map[string]string{"grant_type": "client_credentials", "scope": "anonymous"})
	wantSent(t, "refresh", posts[2].form, map[string]string{"grant_type": "refresh_token", "refresh_token": refreshToken})
	for i, one := range posts {
		if got := one.header.Get("Authorization"); got != basic || one.header.Get("Accept") != "application/json" || one.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("request %d: %d bytes of authorization, Accept %q, want Basic with the secret form-encoded, JSON", i, len(got), one.header.Get("Accept"))
		}
	}
}

func TestFortellisSendsAnIDTokenThatIsChecked(t *testing.T) {
	d := builtin(t, "fortellis")
	for nonce, want := range map[string]auth.Kind{"": "", canary + "of-somebody-else": auth.KindInvalidAnswer} {
		o := newOpenID(t)
		ask := o.asking()
		ask.Scopes, ask.Provider.Scopes, ask.Provider.Redirect = d.Scopes.Default, d.Scopes, d.Redirect
		ask.Provider.Redirect.Address = strings.Replace(d.Redirect.Address, "17845", freePort(t), 1)
		u := begin(t, newWire(t), ask)
		if u.sent.Get("scope") != "openid" || u.sent.Get("nonce") == "" {
			t.Errorf("scope = %q, nonce of %d, want openid and one", u.sent.Get("scope"), len(u.sent.Get("nonce")))
		}
		claims := o.usual(u)
		if nonce != "" {
			claims["nonce"] = nonce
		}
		o.token = func() string { return newSigner().sign("RS256", "r", claims) }
		page(t, u.callback("code="+code+"&"+u.state()))
		answer, err := u.finish()
		if want == "" {
			if err != nil || answer.Identity.Subject != "you-1" || !answer.RefreshToken.IsZero() {
				t.Errorf("identity %+v, %v, want you-1 without a refresh token", answer.Identity, err)
			}
			continue
		}
		if f := failure(t, err); f.Kind != want {
			t.Errorf("kind = %q, want %q", f.Kind, want)
		}
	}
}

func TestFortesMilestonesToTheLetter(t *testing.T) {
	// The page writes its answers without quotes around the names; a server that is
	// built after it may do so, too.
	asThePage := strings.NewReplacer(`{"`, "{\n    ", `,"`, ",\n    ", `":`, ": ").Replace(usualTokens)
	for what, body := range map[string]string{"JSON": usualTokens, "as the page has it": asThePage} {
		for _, state := range []string{"echoed", "dropped"} {
			t.Run(what+", state "+state, func(t *testing.T) {
				p := newProvider(t, says(200, "application/json", body))
				d := local(t, p, "fortesmilestones")
				u := begin(t, newWire(t), asking(d))
				back := u.callback("code=" + code)
				if state == "echoed" {
					back += "&" + u.state()
				}
				page(t, back)
				answer, err := u.finish()
				if err != nil || answer.AccessToken.Reveal() != accessToken || answer.RefreshToken.Reveal() != rotatedToken || answer.ExpiresIn != time.Hour {
					t.Fatalf("answer = %+v, %v, want both tokens for an hour", answer, err)
				}
				sent := u.sent.Get("redirect_uri")
				if !strings.HasPrefix(sent, d.Redirect.Address+"?tokentray=") {
					t.Errorf("redirect_uri = %q, want the registered one with a one-time value", sent)
				}
				wantSent(t, "authorize", u.sent, map[string]string{
					"response_type": "code", "client_id": "northwind-desk", "redirect_uri": sent,
					"state": "*", "code_challenge": "*", "code_challenge_method": "S256",
				})
				first := p.ledger()[0]
				wantSent(t, "token", first.form, map[string]string{
					"grant_type": "authorization_code", "code": code, "client_id": "northwind-desk", "client_secret": secret,
					"redirect_uri": sent, "code_verifier": "*",
				})
				if _, err := newWire(t).Refresh(context.Background(), d, client(), grant()); err != nil {
					t.Fatal(err)
				}
				wantSent(t, "refresh", p.ledger()[1].form, map[string]string{
					"grant_type": "refresh_token", "refresh_token": refreshToken, "client_id": "northwind-desk", "client_secret": secret,
				})
				if first.header.Get("Authorization") != "" || d.Rotation.RefreshToken != auth.RefreshTokenSingleUse || !d.Rotation.KillsOldAccessToken {
					t.Errorf("credentials beside the body, or rotation %+v; want none, and both old tokens dead", d.Rotation)
				}
			})
		}
	}
	p := newProvider(t, says(http.StatusBadRequest, "text/html", "<html>Bad Request</html>"))
	_, err := newWire(t).Refresh(context.Background(), local(t, p, "fortesmilestones"), client(), grant())
	if f := failure(t, err); f.Outcome == auth.OutcomeNeedsSignIn {
		t.Errorf("a page with 400: %q, want nobody asked to sign in", f.Outcome)
	}
}
