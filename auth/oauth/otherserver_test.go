package oauth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"
	"github.com/go-oauth2/oauth2/v4/store"

	"github.com/tokentray/tokentray/auth"
)

// TestAgainstAServerThatOthersWrote runs a sign-in, refreshes, a reused refresh
// token and client credentials against go-oauth2: its parsing, its PKCE, its
// redirect rule, its tokens and its storage. test/servers has two more.
func TestAgainstAServerThatOthersWrote(t *testing.T) {
	c := auth.Client{
		Identifier: "northwind-desk", RedirectAddress: "http://127.0.0.1:" + freePort(t) + "/callback",
		// The server takes Basic as it comes (it doesn't form-decode), so no reserved characters here.
		Secret: auth.NewSecret("canary-plain-secret"),
	}
	p := startGoOAuth2(t, c)
	w := newWire(t)
	ask := asking(p)
	ask.Client = c
	u := begin(t, w, ask)
	consent := browse(t, u.step.Address)
	if consent.status != http.StatusFound {
		t.Fatalf("the authorization endpoint answered %d: %s", consent.status, consent.body)
	}
	page(t, consent.location)
	first, err := u.finish()
	if err != nil || first.RefreshToken.IsZero() || first.ExpiresIn != 20*time.Second || first.Scopes[0] != "read" {
		t.Fatalf("a life of %v, scopes %v, err %v", first.ExpiresIn, first.Scopes, err)
	}
	g := auth.Grant{RefreshToken: first.RefreshToken}
	second, err := w.Refresh(context.Background(), p, c, g)
	if err != nil || second.RefreshToken.IsZero() || second.RefreshToken.Equal(first.RefreshToken) {
		t.Fatalf("refresh: rotated %v, err %v", !second.RefreshToken.Equal(first.RefreshToken), err)
	}
	_, err = w.Refresh(context.Background(), p, c, g)
	if f := failure(t, err); f.Outcome != auth.OutcomeNeedsSignIn || f.Said.Status != http.StatusUnauthorized {
		t.Errorf("a used refresh token: %q after %d, want needs_sign_in after 401", f.Outcome, f.Said.Status)
	}
	// This server doesn't look at the secret of a refresh; it does where there is nothing else.
	wrong := auth.Client{Identifier: c.Identifier, Secret: auth.NewSecret("canary-wrong")}
	_, err = w.ClientCredentials(context.Background(), p, wrong, []string{"read"})
	if f := failure(t, err); f.Outcome != auth.OutcomeMisconfigured || f.Said.Code != "invalid_client" {
		t.Errorf("a wrong secret: %q, code %q, want misconfigured, invalid_client", f.Outcome, f.Said.Code)
	}
	own, err := w.ClientCredentials(context.Background(), p, c, []string{"read"})
	if err != nil || own.AccessToken.IsZero() || !own.RefreshToken.IsZero() {
		t.Errorf("client credentials: type %q, err %v", own.TokenType, err)
	}
}

// startGoOAuth2 serves go-oauth2 with its own manager and its own store, for c and
// a person who is always signed in and says yes.
func startGoOAuth2(t *testing.T, c auth.Client) auth.Provider {
	t.Helper()
	tokens, err := store.NewMemoryTokenStore()
	if err != nil {
		t.Fatal(err)
	}
	clients := store.NewClientStore()
	known := &models.Client{ID: c.Identifier, Secret: c.Secret.Reveal(), Domain: c.RedirectAddress}
	if err := clients.Set(c.Identifier, known); err != nil {
		t.Fatal(err)
	}
	m := manage.NewDefaultManager()
	m.MapTokenStorage(tokens)
	m.MapClientStorage(clients)
	m.SetAuthorizeCodeTokenCfg(&manage.Config{AccessTokenExp: 20 * time.Second, RefreshTokenExp: time.Hour, IsGenerateRefresh: true})
	other := server.NewServer(server.NewConfig(), m)
	other.SetAllowedGrantType(oauth2.AuthorizationCode, oauth2.Refreshing, oauth2.ClientCredentials)
	other.SetClientInfoHandler(server.ClientBasicHandler)
	other.SetUserAuthorizationHandler(func(http.ResponseWriter, *http.Request) (string, error) { return "you", nil })
	mux := http.NewServeMux()
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) { _ = other.HandleAuthorizeRequest(w, r) }) // it has answered
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) { _ = other.HandleTokenRequest(w, r) })         // as above
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return auth.Provider{
		Name: "Other", Endpoints: auth.Endpoints{Authorize: s.URL + "/authorize", Token: s.URL + "/token"},
		Client:   auth.ClientRules{Authentication: auth.AuthenticateBasic},
		Redirect: auth.RedirectRules{Match: auth.MatchExact, Address: c.RedirectAddress},
		Scopes:   auth.ScopeRules{Send: true, Separator: " ", Default: []string{"read"}},
	}
}
