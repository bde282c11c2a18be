package oauth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	oautherrors "github.com/go-oauth2/oauth2/v4/errors"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"

	"github.com/tokentray/tokentray/auth"
)

// TestAgainstAServerThatOthersWrote runs a sign-in, refreshes, a reused refresh
// token and client credentials against go-oauth2, whose parsing, PKCE, redirects
// and answers are not ours. Only its storage is, in memory, below.
func TestAgainstAServerThatOthersWrote(t *testing.T) {
	s := httptest.NewUnstartedServer(nil)
	other := server.NewServer(server.NewConfig(), &cabinet{tokens: map[string]oauth2.TokenInfo{}})
	other.SetAllowedGrantType(oauth2.AuthorizationCode, oauth2.Refreshing, oauth2.ClientCredentials)
	other.SetClientInfoHandler(server.ClientBasicHandler)
	other.SetUserAuthorizationHandler(func(http.ResponseWriter, *http.Request) (string, error) { return "you", nil })
	mux := http.NewServeMux()
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) { _ = other.HandleAuthorizeRequest(w, r) })
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) { _ = other.HandleTokenRequest(w, r) })
	s.Config.Handler = mux
	s.Start()
	defer s.Close()

	p := auth.Provider{
		Name: "Other", Endpoints: auth.Endpoints{Authorize: s.URL + "/authorize", Token: s.URL + "/token"},
		Client:   auth.ClientRules{Authentication: auth.AuthenticateBasic},
		Redirect: auth.RedirectRules{Match: auth.MatchAnyPort, Address: "http://127.0.0.1/callback"},
		Scopes:   auth.ScopeRules{Send: true, Separator: " ", Default: []string{"read"}},
	}
	// The server takes Basic as it comes (it doesn't form-decode), so no reserved characters here.
	c := auth.Client{Identifier: "northwind-desk", Secret: auth.NewSecret("canary-plain-secret")}
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
	if err != nil || first.RefreshToken.IsZero() || first.ExpiresIn < time.Minute || first.Scopes[0] != "read" {
		t.Fatalf("answer %+v, err %v", first, err)
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
	wrong := auth.Client{Identifier: c.Identifier, Secret: auth.NewSecret("canary-wrong")}
	_, err = w.Refresh(context.Background(), p, wrong, auth.Grant{RefreshToken: second.RefreshToken})
	if f := failure(t, err); f.Outcome != auth.OutcomeMisconfigured {
		t.Errorf("a wrong secret: %q, want misconfigured", f.Outcome)
	}
	own, err := w.ClientCredentials(context.Background(), p, c, []string{"read"})
	if err != nil || own.AccessToken.IsZero() || !own.RefreshToken.IsZero() {
		t.Errorf("client credentials: %+v, err %v", own, err)
	}
}

// cabinet is an oauth2.Manager that keeps tokens in memory and rotates refresh tokens.
type cabinet struct {
	mu     sync.Mutex
	made   int
	tokens map[string]oauth2.TokenInfo // by code, access and refresh token
}

func (c *cabinet) next(kind string) string {
	c.made++
	return fmt.Sprintf("%s-%d", kind, c.made)
}

func (c *cabinet) GetClient(_ context.Context, id string) (oauth2.ClientInfo, error) {
	if id != "northwind-desk" {
		return nil, oautherrors.ErrInvalidClient
	}
	return &models.Client{ID: id, Secret: "canary-plain-secret", Domain: "http://127.0.0.1"}, nil
}

func (c *cabinet) GenerateAuthToken(_ context.Context, _ oauth2.ResponseType, r *oauth2.TokenGenerateRequest) (oauth2.TokenInfo, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to, err := url.Parse(r.RedirectURI); err != nil || to.Hostname() != "127.0.0.1" {
		return nil, oautherrors.ErrInvalidRedirectURI
	}
	t := models.NewToken()
	t.SetClientID(r.ClientID)
	t.SetUserID(r.UserID)
	t.SetRedirectURI(r.RedirectURI)
	t.SetScope(r.Scope)
	t.SetCode(c.next("code"))
	t.SetCodeChallenge(r.CodeChallenge)
	t.SetCodeChallengeMethod(r.CodeChallengeMethod)
	c.tokens[t.GetCode()] = t
	return t, nil
}

func (c *cabinet) GenerateAccessToken(ctx context.Context, kind oauth2.GrantType, r *oauth2.TokenGenerateRequest) (oauth2.TokenInfo, error) {
	if err := c.authenticate(ctx, r); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	scope := r.Scope
	if kind == oauth2.AuthorizationCode {
		asked := c.tokens[r.Code]
		delete(c.tokens, r.Code)
		if asked == nil || asked.GetRedirectURI() != r.RedirectURI {
			return nil, oautherrors.ErrInvalidAuthorizeCode
		}
		if !asked.GetCodeChallengeMethod().Validate(asked.GetCodeChallenge(), r.CodeVerifier) {
			return nil, oautherrors.ErrInvalidCodeChallenge
		}
		scope = asked.GetScope()
	}
	return c.issue(r, scope, kind != oauth2.ClientCredentials), nil
}

func (c *cabinet) RefreshAccessToken(ctx context.Context, r *oauth2.TokenGenerateRequest) (oauth2.TokenInfo, error) {
	if err := c.authenticate(ctx, r); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.tokens[r.Refresh]
	if old == nil {
		return nil, oautherrors.ErrInvalidRefreshToken
	}
	delete(c.tokens, r.Refresh)
	return c.issue(r, old.GetScope(), true), nil
}

func (c *cabinet) authenticate(ctx context.Context, r *oauth2.TokenGenerateRequest) error {
	known, err := c.GetClient(ctx, r.ClientID)
	if err != nil || known.GetSecret() != r.ClientSecret {
		return oautherrors.ErrInvalidClient
	}
	return nil
}

func (c *cabinet) issue(r *oauth2.TokenGenerateRequest, scope string, withRefresh bool) oauth2.TokenInfo {
	t := models.NewToken()
	t.SetClientID(r.ClientID)
	t.SetScope(scope)
	t.SetAccess(c.next("canary-access"))
	t.SetAccessCreateAt(time.Now())
	t.SetAccessExpiresIn(2 * time.Hour)
	c.tokens[t.GetAccess()] = t
	if withRefresh {
		t.SetRefresh(c.next("canary-refresh"))
		c.tokens[t.GetRefresh()] = t
	}
	return t
}

func (c *cabinet) load(token string) (oauth2.TokenInfo, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.tokens[token]; t != nil {
		return t, nil
	}
	return nil, oautherrors.ErrInvalidRefreshToken
}

func (c *cabinet) LoadAccessToken(_ context.Context, token string) (oauth2.TokenInfo, error) {
	return c.load(token)
}

func (c *cabinet) LoadRefreshToken(_ context.Context, token string) (oauth2.TokenInfo, error) {
	return c.load(token)
}

func (c *cabinet) RemoveAccessToken(context.Context, string) error  { return nil }
func (c *cabinet) RemoveRefreshToken(context.Context, string) error { return nil }
