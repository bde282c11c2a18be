package servers_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
	"github.com/tokentray/tokentray/test/browser"
	"github.com/tokentray/tokentray/test/servers"
)

// signInTime is what a test gives a person.
const signInTime = time.Minute

func newWire(t *testing.T) *oauth.Wire {
	t.Helper()
	w := oauth.New(oauth.Options{})
	t.Cleanup(func() { _ = w.Close() }) // it has nothing to report
	return w
}

// certified is oidc-provider as Tokentray finds it by its issuer.
func certified(t *testing.T, w *oauth.Wire, s *servers.Server) auth.Provider {
	t.Helper()
	p, err := w.Discover(t.Context(), auth.Provider{
		Name: "oidc-provider", Issuer: s.Issuer,
		Client:     auth.ClientRules{Authentication: auth.AuthenticateNone, Body: auth.BodyForm},
		Redirect:   auth.RedirectRules{Match: auth.MatchAnyPort, Address: "http://127.0.0.1/callback"},
		Scopes:     auth.ScopeRules{Send: true, Separator: " ", Default: []string{"openid", "email", "offline_access"}},
		Parameters: auth.Parameters{Authorize: map[string]string{"prompt": "consent"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.Endpoints.Revoke == "" || p.Endpoints.Device == "" || !p.CallbackNamesIssuer {
		t.Fatalf("discovery brought %+v, callback names issuer: %t", p.Endpoints, p.CallbackNamesIssuer)
	}
	return p
}

func asking(p auth.Provider, c auth.Client) auth.SignIn {
	return auth.SignIn{Account: "work", Provider: p, Client: c, Deadline: time.Now().Add(signInTime)}
}

// wantGone compares err with the failure that says that the grant is gone.
func wantGone(t *testing.T, what string, err error, status int) {
	t.Helper()
	var f *auth.Failure
	if !errors.As(err, &f) || f.Outcome != auth.OutcomeNeedsSignIn || f.Said.Code != "invalid_grant" || f.Said.Status != status {
		t.Errorf("%s: got %v, want invalid_grant with %d", what, err, status)
	}
}

// rotate refreshes and checks that the refresh token is another one.
func rotate(t *testing.T, w *oauth.Wire, p auth.Provider, c auth.Client, token auth.Secret) auth.Answer {
	t.Helper()
	a, err := w.Refresh(t.Context(), p, c, auth.Grant{RefreshToken: token})
	if err != nil || a.RefreshToken.IsZero() || a.RefreshToken.Equal(token) || a.AccessToken.IsZero() {
		t.Fatalf("refresh: a new refresh token: %t, %v", !a.RefreshToken.Equal(token), err)
	}
	return a
}

func TestTheWireAtOIDCProvider(t *testing.T) {
	s, b, w := servers.StartOIDC(t, servers.OIDC{AccessTTL: 20 * time.Second}), browser.Start(t), newWire(t)
	p, c := certified(t, w, s), auth.Client{Identifier: servers.Public().ID}
	signIn := func() auth.Answer {
		t.Helper()
		return consenting(t, asking(p, c), w.SignIn, func(ctx context.Context, step auth.SignInStep) error {
			if err := b.Open(ctx, step.Address); err != nil {
				return err
			}
			if err := b.SignInOIDCProvider(ctx, you); err != nil {
				return err
			}
			return b.WaitText(ctx, "You can go back to Tokentray")
		})
	}
	first := signIn()
	if first.ExpiresIn != 20*time.Second || first.Identity.Email != you || first.Identity.Issuer != s.Issuer || first.IDToken.IsZero() {
		t.Errorf("a life of %v, identity %+v", first.ExpiresIn, first.Identity)
	}
	second := rotate(t, w, p, c, first.RefreshToken)
	_, err := w.Refresh(t.Context(), p, c, auth.Grant{RefreshToken: first.RefreshToken})
	wantGone(t, "a used refresh token", err, http.StatusBadRequest)
	_, err = w.Refresh(t.Context(), p, c, auth.Grant{RefreshToken: second.RefreshToken})
	wantGone(t, "the rest of its family", err, http.StatusBadRequest)

	again := signIn()
	if err := w.Revoke(t.Context(), p, c, auth.Grant{RefreshToken: again.RefreshToken}); err != nil {
		t.Errorf("revoke: %v", err)
	}
	_, err = w.Refresh(t.Context(), p, c, auth.Grant{RefreshToken: again.RefreshToken})
	wantGone(t, "a revoked one", err, http.StatusBadRequest)
	wantShownOnce(t, s, 6, servers.Fingerprint(first.RefreshToken.Reveal()))
}

// wantShownOnce reads the ledger of n token requests: nothing was presented twice but again.
func wantShownOnce(t *testing.T, s *servers.Server, n int, again string) {
	t.Helper()
	times := map[string]int{}
	ledger := s.WaitLedger(n)
	for _, r := range ledger {
		times[r.Presented]++
	}
	for token, n := range times {
		if want := map[bool]int{true: 2, false: 1}[token == again]; n != want {
			t.Errorf("%s was presented %d times, want %d", token, n, want)
		}
	}
	if len(ledger) != n {
		t.Errorf("%d token requests, want %d", len(ledger), n)
	}
}

func TestTheWireAtOIDCProviderWithADeviceCode(t *testing.T) {
	s, b, w := servers.StartOIDC(t, servers.OIDC{AccessTTL: 20 * time.Second}), browser.Start(t), newWire(t)
	p, c := certified(t, w, s), auth.Client{Identifier: servers.Public().ID}
	a := consenting(t, asking(p, c), w.Device, func(ctx context.Context, step auth.SignInStep) error {
		if err := b.EnterUserCode(ctx, step.PlainAddress, step.UserCode, you); err != nil {
			return err
		}
		return b.WaitText(ctx, "Sign-in Success")
	})
	if a.Identity.Email != you || a.ExpiresIn != 20*time.Second {
		t.Errorf("identity %+v, a life of %v", a.Identity, a.ExpiresIn)
	}
	second := rotate(t, w, p, c, a.RefreshToken)
	if err := w.Revoke(t.Context(), p, c, auth.Grant{RefreshToken: second.RefreshToken}); err != nil {
		t.Errorf("revoke: %v", err)
	}
	_, err := w.Refresh(t.Context(), p, c, auth.Grant{RefreshToken: second.RefreshToken})
	wantGone(t, "a revoked one", err, http.StatusBadRequest)
}

// consenting runs a sign-in with a person who does what its step asks for, and waits for both.
func consenting(
	t *testing.T, ask auth.SignIn,
	sign func(context.Context, auth.SignIn, func(auth.SignInStep)) (auth.Answer, error),
	person func(context.Context, auth.SignInStep) error,
) auth.Answer {
	t.Helper()
	walked := make(chan error, 1)
	a, err := sign(t.Context(), ask, func(step auth.SignInStep) {
		go func() { walked <- person(t.Context(), step) }()
	})
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	if err := <-walked; err != nil {
		t.Fatalf("the person: %v", err)
	}
	return a
}

func TestTheWireAtNodeOAuth2Server(t *testing.T) {
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	redirect := "http://" + free.Addr().String() + "/callback"
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	// It takes Basic as it comes (it doesn't form-decode), so no reserved characters here.
	c := auth.Client{Identifier: "northwind-desk", Secret: auth.NewSecret("canary-plain-secret"), RedirectAddress: redirect}
	s := servers.StartNodeOAuth2(t, servers.NodeOAuth2{
		AccessTTL: 20 * time.Second, ClientID: c.Identifier, ClientSecret: c.Secret.Reveal(), RedirectAddress: redirect,
	})
	w := newWire(t)
	for _, way := range []auth.ClientAuthentication{auth.AuthenticateBasic, auth.AuthenticateBody} {
		t.Run(string(way), func(t *testing.T) {
			before := len(s.Ledger())
			p := auth.Provider{
				Name: "Northwind", Endpoints: auth.Endpoints{Authorize: s.Issuer + "/authorize", Token: s.Issuer + "/token"},
				Client:   auth.ClientRules{Authentication: way, Body: auth.BodyForm},
				Redirect: auth.RedirectRules{Match: auth.MatchExact, Address: redirect},
				Scopes:   auth.ScopeRules{Send: true, Separator: " ", Default: []string{"read"}},
			}
			first := consenting(t, asking(p, c), w.SignIn, func(ctx context.Context, step auth.SignInStep) error { return follow(ctx, step.Address) })
			if first.ExpiresIn <= 0 || first.ExpiresIn > 20*time.Second { // it counts on from when it made the token
				t.Errorf("a life of %v, want 20 s at most", first.ExpiresIn)
			}
			second := rotate(t, w, p, c, first.RefreshToken)
			_, err := w.Refresh(t.Context(), p, c, auth.Grant{RefreshToken: first.RefreshToken})
			wantGone(t, "a used refresh token", err, http.StatusBadRequest)
			wrong := auth.Client{Identifier: c.Identifier, Secret: auth.NewSecret("canary-wrong")}
			_, err = w.Refresh(t.Context(), p, wrong, auth.Grant{RefreshToken: second.RefreshToken})
			var f *auth.Failure
			if !errors.As(err, &f) || f.Outcome != auth.OutcomeMisconfigured {
				t.Errorf("a wrong secret: %v, want misconfigured", err)
			}
			third := rotate(t, w, p, c, second.RefreshToken)
			s.Revoke(you)
			_, err = w.Refresh(t.Context(), p, c, auth.Grant{RefreshToken: third.RefreshToken})
			wantGone(t, "after an administrator's revocation", err, http.StatusBadRequest)
			own, err := w.ClientCredentials(t.Context(), p, c, []string{"read"})
			if err != nil || own.AccessToken.IsZero() || !own.RefreshToken.IsZero() {
				t.Errorf("client credentials: type %q, %v", own.TokenType, err)
			}
			if got := len(s.WaitLedger(before+7)) - before; got != 7 {
				t.Errorf("%d token requests, want 7", got)
			}
		})
	}
}

// follow is a browser without pages.
func follow(ctx context.Context, address string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return got.Body.Close()
}
