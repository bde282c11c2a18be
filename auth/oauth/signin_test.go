package oauth_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
)

func TestSignInRedeemsOneCodeAndClosesTheDoor(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	u := begin(t, newWire(t), asking(p.definition()))
	if text := page(t, u.callback(u.state()+"&code="+code+"&unknown=1")); !strings.Contains(text, "You can go back to Tokentray; it finishes there") ||
		!strings.Contains(text, "Northwind sent its answer for Service desk") {
		t.Errorf("the page says %s", text)
	}
	answer, err := u.finish()
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.AccessToken.Reveal(); got != accessToken {
		t.Errorf("access token = %q, want %q", got, accessToken)
	}
	if got := answer.RefreshToken.Reveal(); got != rotatedToken {
		t.Errorf("refresh token = %q, want %q", got, rotatedToken)
	}
	if got := answer.ExpiresIn; got != time.Hour {
		t.Errorf("expires in %v, want an hour", got)
	}
	posts := p.ledger()
	if len(posts) != 1 {
		t.Fatalf("%d token requests, want 1", len(posts))
	}
	form := posts[0].form
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	for name, want := range map[string]string{
		"grant_type": "authorization_code", "code": code, "redirect_uri": u.sent.Get("redirect_uri"),
		"client_id": "northwind-desk", "client_secret": secret,
	} {
		if got := form.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got, want := base64.RawURLEncoding.EncodeToString(sum[:]), u.sent.Get("code_challenge"); got != want || u.sent.Get("code_challenge_method") != "S256" {
		t.Errorf("challenge of the verifier = %q, want %q by S256", got, want)
	}
	eventually(t, "the port is closed", func() bool { return !hears(u.step.Waiting) })
}

func TestThePageIsSafeAndTheCodeLeavesTheAddressBar(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Name = `<script>alert("x")</script>`
	u := begin(t, newWire(t), asking(d))
	first := browse(t, u.callback(u.state()+"&code="+code))
	if first.status != http.StatusSeeOther || strings.Contains(first.location, "?") {
		t.Fatalf("callback answered %d to %q, want 303 to a clean address", first.status, first.location)
	}
	seen := browse(t, first.location)
	if strings.Contains(seen.body, "<script") || !strings.Contains(seen.body, "&lt;script") {
		t.Error("the provider's name is not escaped")
	}
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(seen.body)
	if style == nil {
		t.Fatal("the page has no style")
	}
	sum := sha256.Sum256([]byte(style[1]))
	policy := seen.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	for _, v := range []visit{first, seen} {
		for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
			if got := v.header.Get(name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
	}
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
}

func TestThePageDoesNotWaitForTheExchange(t *testing.T) {
	release := make(chan struct{})
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		<-release
		says(200, "application/json", usualTokens)(w, r)
	})
	u := begin(t, newWire(t), asking(p.definition()))
	page(t, u.callback(u.state()+"&code="+code))
	u.waits()
	close(release)
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
}

func TestTheAuthorizationAddressSaysWhatIsAskedAndNoMore(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Endpoints.Authorize += "?tenant=a+b&state=theirs&scope=theirs"
	d.Parameters.Authorize = map[string]string{"access_type": "offline", "state": "x", "client_secret": canary, "response_mode": "form_post"}
	ask := asking(d)
	ask.Scopes, ask.LoginHint = []string{"read", "write"}, "you@example.com"
	u := begin(t, newWire(t), ask)
	if strings.ContainsAny(u.step.Address, "+ \"'<>") {
		t.Errorf("%s is not fully encoded", u.step.Address)
	}
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "northwind-desk", "scope": "read write", "tenant": "a b", "access_type": "offline",
		"login_hint": "you@example.com", "client_secret": "", "response_mode": "", "nonce": "",
	} {
		if got := u.sent.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got := len(u.sent["state"]); got != 1 || len(u.sent.Get("state")) < 43 {
		t.Errorf("%d states, want one of 256 bits", got)
	}
	d.Scopes, d.Redirect.PKCE = auth.ScopeRules{Default: []string{"openid"}}, auth.PKCEOmit
	u = begin(t, newWire(t), asking(d))
	for _, name := range []string{"scope", "code_challenge", "code_challenge_method", "nonce"} {
		if u.sent.Has(name) {
			t.Errorf("%s is sent, want it left out", name)
		}
	}
	d.Scopes = auth.ScopeRules{Send: true, Separator: ",", Default: []string{"a", "b"}}
	if got := begin(t, newWire(t), asking(d)).sent.Get("scope"); got != "a,b" {
		t.Errorf("scope = %q, want a,b", got)
	}
}

func TestUnusableAddressesAreRefusedBeforeABrowserOpens(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	w := newWire(t)
	for _, address := range []string{
		"", "file:///etc/passwd", "javascript:alert(1)", "-a Calculator", "http://login.example.com/", "https://you@example.com/",
		"https://example.com/#x", `https://example.com/"&calc&"`, "https://example.com/a b", "//example.com", "https://",
	} {
		d := p.definition()
		d.Endpoints.Authorize = address
		_ = refused(t, w, asking(d), auth.KindMisconfigured) // it has looked at the kind
	}
	for _, address := range []string{"https://127.0.0.1:1/", "http://example.com:8080/", "http://0.0.0.0:8080/", "http://127.0.0.1/?tokentray=1", "app://callback", "urn:ietf:wg:oauth:2.0:oob"} {
		d := p.definition()
		d.Redirect.Address = address
		_ = refused(t, w, asking(d), auth.KindMisconfigured) // as above
	}
	d := p.definition()
	d.Endpoints.Authorize = "https://login.example.com/$(touch%20x);calc?a=$(x)"
	u := begin(t, w, asking(d))
	if !strings.HasPrefix(u.step.Address, "https://login.example.com/$(touch%20x);calc?") || u.sent.Get("a") != "$(x)" {
		t.Errorf("address = %s, want it intact", u.step.Address)
	}
}

// refused is a sign-in that ends before a browser opens.
func refused(t *testing.T, w *oauth.Wire, ask auth.SignIn, want auth.Kind) *auth.Failure {
	t.Helper()
	_, err := w.SignIn(context.Background(), ask, func(s auth.SignInStep) { t.Errorf("the browser was sent to %s", s.Address) })
	f := failure(t, err)
	if f.Kind != want {
		t.Errorf("kind = %q (%v), want %q", f.Kind, f, want)
	}
	return f
}

func TestEveryAttemptHasSecretsOfItsOwn(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	w := newWire(t)
	seen := map[string]bool{}
	for range 200 {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := w.SignIn(ctx, asking(p.definition()), func(s auth.SignInStep) {
			u, _ := url.Parse(s.Address)
			for _, name := range []string{"state", "code_challenge"} {
				if v := u.Query().Get(name); v == "" || seen[v] {
					t.Errorf("%s %q is not fresh", name, v)
				} else {
					seen[v] = true
				}
			}
			cancel()
		})
		if f := failure(t, err); f.Kind != auth.KindCancelled {
			t.Fatalf("kind = %q, want cancelled", f.Kind)
		}
	}
}

func TestABusyPortIsNamedBeforeABrowserOpens(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	_, port, _ := net.SplitHostPort(other.Addr().String())
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Redirect = auth.RedirectRules{Match: auth.MatchExact, Address: "http://127.0.0.1:" + port + "/callback"}
	if f := refused(t, newWire(t), asking(d), auth.KindPortTaken); !strings.Contains(f.Detail, port) {
		t.Errorf("detail = %q, want port %s in it", f.Detail, port)
	}
}

func TestTheClientsRedirectAddressComesFirstAndStaysAsItIs(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	w := newWire(t)
	for _, address := range []string{"/", "", "/deep/path%20x/", "/callback?fixed=1"} {
		registered := "http://127.0.0.1:" + freePort(t) + address
		ask := asking(p.definition())
		ask.Provider.Redirect.Match = auth.MatchExact
		ask.Client.RedirectAddress = registered
		u := begin(t, w, ask)
		if got := u.sent.Get("redirect_uri"); got != registered {
			t.Errorf("redirect_uri = %q, want %q", got, registered)
		}
		page(t, u.callback(u.state()+"&code="+code))
		if _, err := u.finish(); err != nil {
			t.Error(err)
		}
		posts := p.ledger()
		if got := posts[len(posts)-1].form.Get("redirect_uri"); got != registered {
			t.Errorf("redirect_uri at the token endpoint = %q, want %q", got, registered)
		}
	}
}

func TestALocalhostRedirectIsHeardInBothFamilies(t *testing.T) {
	probe, err := net.Listen("tcp6", "[::1]:0")
	hasIPv6 := err == nil
	if hasIPv6 {
		probe.Close()
	}
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Redirect.Address = "http://localhost/callback"
	u := begin(t, newWire(t), asking(d))
	sent, err := url.Parse(u.sent.Get("redirect_uri"))
	if err != nil || sent.Hostname() != "localhost" {
		t.Fatalf("redirect_uri = %v, want localhost", sent)
	}
	addresses := []string{"http://127.0.0.1:" + sent.Port()}
	if hasIPv6 {
		addresses = append(addresses, "http://[::1]:"+sent.Port())
	}
	for _, address := range addresses {
		if v := request(t, http.MethodGet, address+"/callback?state=x", sent.Host); v.status != http.StatusBadRequest {
			t.Errorf("%s answered %d, want 400", address, v.status)
		}
	}
	u.waits()
}

func TestADeadlineEndsTheAttemptAndClosesThePort(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	ask := asking(p.definition())
	ask.Deadline = time.Now().Add(200 * time.Millisecond)
	u := begin(t, newWire(t), ask)
	_, err := u.finish()
	if f := failure(t, err); f.Kind != auth.KindTimedOut {
		t.Errorf("kind = %q, want timed_out", f.Kind)
	}
	if hears(u.step.Waiting) {
		t.Error("the port is still open")
	}
	if got := len(p.ledger()); got != 0 {
		t.Errorf("%d token requests, want none", got)
	}
}

func TestTheCodeIsNeverRedeemedTwice(t *testing.T) {
	p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) { hangUp(w, quietly) })
	u := begin(t, newWire(t), asking(p.definition()))
	page(t, u.callback(u.state()+"&code="+code))
	_, err := u.finish()
	if f := failure(t, err); f.Outcome != auth.OutcomeAmbiguous {
		t.Errorf("outcome = %q, want ambiguous", f.Outcome)
	}
	if got := len(p.ledger()); got != 1 {
		t.Errorf("%d token requests, want 1", got)
	}
}
