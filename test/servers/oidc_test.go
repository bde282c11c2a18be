package servers_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/test/browser"
	"github.com/tokentray/tokentray/test/servers"
)

const you = "you@example.com"

// answer is what a token endpoint says (RFC 6749 §5).
type answer struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Expires int    `json:"expires_in"`
	Error   string `json:"error"`
}

func TestConsentInABrowserThenRotation(t *testing.T) {
	s := servers.StartOIDC(t, servers.OIDC{AccessTTL: 20 * time.Second})
	b := browser.Start(t)

	redirect, callback := listen(t)
	first := exchange(t, s, redirect, consent(t, s, b, redirect, callback))
	if first.Refresh == "" || first.Access == "" || first.Expires != 20 {
		t.Fatalf("the exchange gave refresh %t, access %t, expires_in %d, want both and 20", first.Refresh != "", first.Access != "", first.Expires)
	}
	second := refresh(t, s, first.Refresh)
	if second.Refresh == "" || second.Refresh == first.Refresh {
		t.Fatalf("the refresh token did not rotate: error %q", second.Error)
	}
	if got := refresh(t, s, first.Refresh).Error; got != "invalid_grant" {
		t.Errorf("the old refresh token got error %q, want invalid_grant", got)
	}

	ledger := s.WaitLedger(3)
	for i, want := range []servers.TokenRequest{
		{Grant: "authorization_code", Presented: ledger[0].Presented, Given: servers.Fingerprint(first.Refresh), Status: 200},
		{Grant: "refresh_token", Presented: servers.Fingerprint(first.Refresh), Given: servers.Fingerprint(second.Refresh), Status: 200},
		{Grant: "refresh_token", Presented: servers.Fingerprint(first.Refresh), Status: 400, Error: "invalid_grant"},
	} {
		if ledger[i] != want {
			t.Errorf("ledger[%d] = %+v, want %+v", i, ledger[i], want)
		}
	}
}

func TestRevokeTakesAGrantBack(t *testing.T) {
	s := servers.StartOIDC(t, servers.OIDC{})
	b := browser.Start(t)
	redirect, callback := listen(t)
	first := exchange(t, s, redirect, consent(t, s, b, redirect, callback))
	if got := userInfo(t, s, first.Access); got["email"] != you || got["sub"] != you {
		t.Errorf("userinfo = %v, want the email and sub %s", got, you)
	}
	s.WaitLedger(1)
	s.Revoke(you)
	if got := refresh(t, s, first.Refresh).Error; got != "invalid_grant" {
		t.Errorf("after the revocation a refresh got error %q, want invalid_grant", got)
	}
}

func TestDeviceCodeInABrowser(t *testing.T) {
	s := servers.StartOIDC(t, servers.OIDC{})
	b := browser.Start(t)
	var device struct {
		Device  string `json:"device_code"`
		User    string `json:"user_code"`
		Address string `json:"verification_uri"`
	}
	post(t, s.Issuer+"/device/auth", url.Values{
		"client_id": {"tokentray-public"}, "scope": {"openid offline_access"}, "prompt": {"consent"},
	}, &device)
	ask := func() (a answer) {
		post(t, s.Issuer+"/token", url.Values{
			"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {"tokentray-public"}, "device_code": {device.Device},
		}, &a)
		return a
	}
	if got := ask().Error; got != "authorization_pending" {
		t.Fatalf("before the consent: error %q, want authorization_pending", got)
	}
	if err := b.EnterUserCode(t.Context(), device.Address, device.User, you); err != nil {
		t.Fatal(err)
	}
	if err := b.WaitText(t.Context(), "Sign-in Success"); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got.Refresh == "" {
		t.Errorf("after the consent there is no refresh token: error %q", got.Error)
	}
}

func TestClientCredentialsOfTheConfidentialClient(t *testing.T) {
	s := servers.StartOIDC(t, servers.OIDC{})
	client := servers.Confidential(servers.DefaultRedirect)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Issuer+"/token", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(client.ID), url.QueryEscape(client.Secret)) // RFC 6749 §2.3.1
	var got answer
	send(t, r, &got)
	if got.Access == "" {
		t.Errorf("no access token: error %q", got.Error)
	}
}

// consent has a person agree in the browser, which gets the address as the app would
// hand it over, and returns the code that arrived.
func consent(t *testing.T, s *servers.Server, b *browser.Browser, redirect string, callback <-chan url.Values) string {
	t.Helper()
	challenge := sha256.Sum256([]byte(verifier))
	address := s.Issuer + "/auth?" + url.Values{
		"response_type": {"code"}, "client_id": {"tokentray-public"}, "redirect_uri": {redirect},
		"scope": {"openid email offline_access"}, "prompt": {"consent"}, "state": {"canary-state"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}.Encode()
	if out, err := exec.CommandContext(t.Context(), b.Opener(t), address).CombinedOutput(); err != nil {
		t.Fatalf("opener: %v: %s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if got, err := b.Follow(ctx); err != nil || got != address {
		t.Fatalf("Follow gave the address handed over: %t, error %v", got == address, err)
	}
	if err := b.SignInOIDCProvider(ctx, you); err != nil {
		t.Fatal(err)
	}
	if err := b.WaitText(ctx, "You can go back"); err != nil {
		t.Fatal(err)
	}
	got := <-callback
	if got.Get("state") != "canary-state" || got.Get("iss") != s.Issuer {
		t.Errorf("callback: state came back %t, iss %q, want true, %q (RFC 9207)", got.Get("state") == "canary-state", got.Get("iss"), s.Issuer)
	}
	return got.Get("code")
}

// verifier is a PKCE code verifier, long enough for RFC 7636 §4.1.
const verifier = "canary-verifier-canary-verifier-canary-verifier"

// listen is a callback listener on a free port, and what arrives there.
func listen(t *testing.T) (redirect string, callback <-chan url.Values) {
	t.Helper()
	arrived := make(chan url.Values, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callback" {
			arrived <- r.URL.Query()
			_, _ = w.Write([]byte("You can go back")) // the browser's wait tells whether it came
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/callback", arrived
}

func exchange(t *testing.T, s *servers.Server, redirect, code string) (a answer) {
	t.Helper()
	post(t, s.Issuer+"/token", url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"tokentray-public"}, "redirect_uri": {redirect},
		"code": {code}, "code_verifier": {verifier},
	}, &a)
	return a
}

func refresh(t *testing.T, s *servers.Server, token string) (a answer) {
	t.Helper()
	post(t, s.Issuer+"/token", url.Values{
		"grant_type": {"refresh_token"}, "client_id": {"tokentray-public"}, "refresh_token": {token},
	}, &a)
	return a
}

func userInfo(t *testing.T, s *servers.Server, access string) (claims map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Issuer+"/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+access)
	send(t, r, &claims)
	return claims
}

func post(t *testing.T, address string, form url.Values, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	send(t, r, into)
}

func send(t *testing.T, r *http.Request, into any) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatalf("%s answered %s and no JSON: %v", r.URL.Path, resp.Status, err)
	}
}
