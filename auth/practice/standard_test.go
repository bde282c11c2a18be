package practice_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

func TestStandardSignsInByItsDiscoveryDocument(t *testing.T) {
	for _, alg := range []practice.Signing{practice.ES256, practice.RS256} {
		t.Run(string(alg), func(t *testing.T) {
			w := open(t, practice.Options{Signing: alg})
			doc := w.must(http.MethodGet, w.server.Address()+"/.well-known/openid-configuration", nil, nil)
			if got, want := doc.get("issuer"), w.server.Address(); got != want {
				t.Errorf("got issuer %s, want %s", got, want)
			}
			back := practicetest.Answer(t, &http.Client{}, w.ask("nonce", "a nonce"), user, "allow")
			if got, want := w.parameter(back, "iss"), w.server.Address(); got != want {
				t.Errorf("got iss %s, want %s", got, want)
			}
			if got := w.parameter(back, "state"); got != "a state" {
				t.Errorf("got state %q", got)
			}
			tokens := w.exchange(w.parameter(back, "code"))
			if got := tokens.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("got Cache-Control %q, want no-store", got)
			}
			keys := w.must(http.MethodGet, doc.get("jwks_uri"), nil, nil)
			claims := verified(t, tokens.get("id_token"), keys.body)
			sum := sha256.Sum256([]byte(tokens.get("access_token")))
			for key, want := range map[string]any{
				"iss": w.server.Address(), "aud": confidential.ID, "nonce": "a nonce", "name": "you", "email": user,
				"at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]),
				"iat":     float64(w.clock.Now().Unix()), "exp": float64(w.clock.Now().Unix() + 3600),
			} {
				if claims[key] != want {
					t.Errorf("claim %s: got %v, want %v", key, claims[key], want)
				}
			}
			info := w.must(http.MethodGet, doc.get("userinfo_endpoint"), nil, map[string]string{"Authorization": "Bearer " + tokens.get("access_token")})
			if info.get("sub") == "" || info.get("sub") != claims["sub"] {
				t.Errorf("got userinfo sub %q, want %v", info.get("sub"), claims["sub"])
			}
			again := verified(t, w.refresh(tokens.get("refresh_token")).get("id_token"), keys.body)
			if again["nonce"] != nil || again["sub"] != claims["sub"] || again["auth_time"] != claims["auth_time"] {
				t.Errorf("after a refresh: got %v", again)
			}
		})
	}
}

func TestStandardServesAPublicClientOnAnyPort(t *testing.T) {
	w := open(t, practice.Options{})
	redirect := "http://127.0.0.1:49152/callback"
	code := w.code("client_id", "public", "redirect_uri", redirect)
	got := w.exchange(code, "client_id", "public", "client_secret", "-", "redirect_uri", redirect)
	if got.status != http.StatusOK || got.get("refresh_token") == "" {
		t.Fatalf("got %d %s, want tokens", got.status, got.body)
	}
	if api := w.api(got.get("access_token")); api.get("hello") != "you" {
		t.Errorf("got %d %s", api.status, api.body)
	}
}

func TestStandardGivesARefreshTokenWithOfflineAccessOnly(t *testing.T) {
	w := open(t, practice.Options{})
	got := w.signedIn("scope", "openid unheard-of")
	if got.get("refresh_token") != "" || got.get("scope") != "openid" {
		t.Errorf("got %s", got.body)
	}
}

func TestStandardRefusesWrongTokenRequests(t *testing.T) {
	w := open(t, practice.Options{})
	unauthorized := `{"error":"invalid_client","error_description":"the client is unknown or its secret is wrong"}`
	rows := []struct {
		name, grant string
		change      []string
		status      int
		body        string
	}{
		{"no grant type", "", nil, 400, `{"error":"invalid_request","error_description":"grant_type is missing"}`},
		{"unknown grant type", "password", nil, 400, `{"error":"unsupported_grant_type"}`},
		{"unknown client", "authorization_code", []string{"client_id", "nobody"}, 401, unauthorized},
		{"wrong secret", "authorization_code", []string{"client_secret", "canary-wrong"}, 401, unauthorized},
		{"no secret", "authorization_code", []string{"client_secret", "-"}, 401, unauthorized},
		{"no client", "authorization_code", []string{"client_id", "-"}, 401, `{"error":"invalid_client","error_description":"client_id is missing"}`},
		{"no code", "authorization_code", nil, 400, `{"error":"invalid_request","error_description":"code is missing"}`},
		{"unknown code", "authorization_code", []string{"code", "canary-code"}, 400, `{"error":"invalid_grant","error_description":"the code is unknown or was used"}`},
		{"other redirect address", "authorization_code", []string{"code", w.code(), "redirect_uri", callback + "/"}, 400, `{"error":"invalid_grant","error_description":"redirect_uri is not the one the code was sent to"}`},
		{"no verifier", "authorization_code", []string{"code", w.code(), "code_verifier", "-"}, 400, `{"error":"invalid_grant","error_description":"code_verifier does not fit"}`},
		{"wrong verifier", "authorization_code", []string{"code", w.code(), "code_verifier", strings.Repeat("x", 43)}, 400, `{"error":"invalid_grant","error_description":"code_verifier does not fit"}`},
		{"verifier without challenge", "authorization_code", []string{"code", w.code("code_challenge", "-", "code_challenge_method", "-")}, 400, `{"error":"invalid_grant","error_description":"code_verifier without a code_challenge"}`},
		{"another client's code", "authorization_code", []string{"code", w.code(), "client_id", stranger.ID, "client_secret", "canary-other"}, 400, `{"error":"invalid_grant","error_description":"it was issued to another client"}`},
		{"no refresh token", "refresh_token", nil, 400, `{"error":"invalid_request","error_description":"refresh_token is missing"}`},
		{"unknown refresh token", "refresh_token", []string{"refresh_token", "canary-refresh"}, 400, `{"error":"invalid_grant","error_description":"the refresh token is unknown, was used or was revoked"}`},
		{"more scope", "refresh_token", []string{"refresh_token", w.signedIn("scope", "openid offline_access").get("refresh_token"), "scope", "openid email"}, 400, `{"error":"invalid_scope","error_description":"more is asked for than was allowed"}`},
		{"public client's own token", "client_credentials", []string{"client_id", "public", "client_secret", "-"}, 400, `{"error":"unauthorized_client","error_description":"this client may not have tokens of its own"}`},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := w
			w.T = t
			w.expect(w.ask4Tokens(r.grant, r.change...), r.status, r.body)
		})
	}
}

func TestStandardReadsOneWayOfAuthenticationOnly(t *testing.T) {
	w := open(t, practice.Options{})
	form, _ := w.tokenForm("client_credentials")
	basic := map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(confidential.ID+":canary-secret"))}
	w.expect(w.must(http.MethodPost, w.path(1), form, basic), 400, `{"error":"invalid_request","error_description":"the client authenticates in two ways at once"}`)
	if got := w.must(http.MethodPost, w.path(1), url.Values{"grant_type": {"client_credentials"}}, basic); got.status != http.StatusOK {
		t.Errorf("Basic alone: got %d %s", got.status, got.body)
	}
	basic["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(confidential.ID+":canary-wrong"))
	got := w.must(http.MethodPost, w.path(1), url.Values{"grant_type": {"client_credentials"}}, basic)
	if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic") {
		t.Errorf("wrong Basic: got %d, WWW-Authenticate %q", got.status, got.header.Get("WWW-Authenticate"))
	}
	if got := w.must(http.MethodGet, w.path(1)+"?"+form.Encode(), nil, nil); got.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: got %d, want 405", got.status)
	}
	twice, _ := w.tokenForm("client_credentials")
	twice.Add("grant_type", "refresh_token")
	w.expect(w.must(http.MethodPost, w.path(1), twice, nil), 400, `{"error":"invalid_request","error_description":"grant_type stands more than once"}`)
}

func TestStandardTurnsWrongAsksBack(t *testing.T) {
	w := open(t, practice.Options{})
	rows := []struct {
		name   string
		change []string
		code   string
	}{
		{"no response type", []string{"response_type", "-"}, "invalid_request"},
		{"token", []string{"response_type", "token"}, "unsupported_response_type"},
		{"fragment", []string{"response_mode", "fragment"}, "invalid_request"},
		{"request object", []string{"request", "x"}, "request_not_supported"},
		{"request address", []string{"request_uri", "x"}, "request_uri_not_supported"},
		{"plain PKCE", []string{"code_challenge_method", "plain"}, "invalid_request"},
		{"PKCE without a method", []string{"code_challenge_method", "-"}, "invalid_request"},
		{"PKCE too short", []string{"code_challenge", "x"}, "invalid_request"},
		{"public without PKCE", []string{"client_id", "public", "code_challenge", "-", "code_challenge_method", "-"}, "invalid_request"},
		{"no known scope", []string{"scope", "everything"}, "invalid_scope"},
		{"no questions", []string{"prompt", "none"}, "interaction_required"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got := w.must(http.MethodGet, w.ask(r.change...), nil, nil)
			back, err := url.Parse(got.header.Get("Location"))
			if err != nil || got.status != http.StatusFound {
				t.Fatalf("got %d, want a redirect", got.status)
			}
			q := back.Query()
			if q.Get("error") != r.code || q.Get("state") != "a state" || q.Get("iss") != w.server.Address() || q.Has("code") {
				t.Errorf("got %v, want error %s with state and iss", q, r.code)
			}
		})
	}
	got := w.must(http.MethodGet, w.ask()+"&state=another", nil, nil)
	if !strings.Contains(got.header.Get("Location"), "error=invalid_request") {
		t.Errorf("two states: got %d", got.status)
	}
}

func TestStandardRevokes(t *testing.T) {
	w := open(t, practice.Options{})
	tokens := w.signedIn()
	revoke := func(token string, client practice.Client) said {
		return w.must(http.MethodPost, w.server.Address()+"/revoke", url.Values{
			"token": {token}, "client_id": {client.ID}, "client_secret": {client.Secret.Reveal()},
		}, nil)
	}
	w.expect(revoke("canary-unknown", confidential), 200, "")
	w.expect(revoke(tokens.get("refresh_token"), stranger), 400, `{"error":"invalid_grant","error_description":"it was issued to another client"}`)
	w.expect(revoke("", confidential), 400, `{"error":"invalid_request","error_description":"token is missing"}`)
	w.expect(revoke(tokens.get("access_token"), confidential), 200, "")
	if got := w.api(tokens.get("access_token")); got.status != http.StatusUnauthorized {
		t.Errorf("revoked access token: got %d", got.status)
	}
	fresh := w.refresh(tokens.get("refresh_token"))
	w.expect(revoke(fresh.get("refresh_token"), confidential), 200, "")
	if got := w.refresh(fresh.get("refresh_token")).get("error"); got != "invalid_grant" {
		t.Errorf("revoked refresh token: got %q", got)
	}
	if got := w.api(fresh.get("access_token")); got.status != http.StatusUnauthorized {
		t.Errorf("its access token: got %d", got.status)
	}
	if got := w.server.Ledger().Revoked[practice.ReasonClientAsked]; got != 1 {
		t.Errorf("got %d families revoked, want 1", got)
	}
}

func TestAPIRefusesWhatBearerRefuses(t *testing.T) {
	w := open(t, practice.Options{})
	none := w.must(http.MethodGet, w.path(2), nil, nil)
	if none.status != 401 || none.header.Get("WWW-Authenticate") != `Bearer realm="practice"` {
		t.Errorf("no token: got %d, %q", none.status, none.header.Get("WWW-Authenticate"))
	}
	wrong := w.api("canary-wrong")
	if wrong.status != 401 || !strings.Contains(wrong.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
		t.Errorf("wrong token: got %d, %q", wrong.status, wrong.header.Get("WWW-Authenticate"))
	}
	own := w.ask4Tokens("client_credentials")
	info := w.must(http.MethodGet, w.server.Address()+"/userinfo", nil, map[string]string{"Authorization": "Bearer " + own.get("access_token")})
	if info.status != 403 || info.get("error") != "insufficient_scope" {
		t.Errorf("userinfo without openid: got %d %s", info.status, info.body)
	}
}

// decode reads one part of a JWT.
func decode(t *testing.T, part string, into any) {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("read a part of a JWT: %v", err)
	}
}
