package practice_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

const (
	codeBad    = `{"error":"invalid_grant","error_description":"The authorization code is invalid or has expired."}`
	refreshBad = `{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}`
)

func TestFortellisAnswersAsDocumented(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis})
	back := practicetest.Answer(t, &http.Client{}, w.ask(), user, "allow")
	if !regexp.MustCompile(`^http://127\.0\.0\.1:17845/callback\?code=[\w-]+&state=a\+state$`).MatchString(back) {
		t.Error("the callback is not code, then state")
	}
	first := w.exchange(w.parameter(back, "code"))
	if !regexp.MustCompile(`^\{"token_type":"Bearer","expires_in":3600,"access_token":"[^"]+","scope":"openid offline_access","refresh_token":"[^"]+","id_token":"[^"]+"\}$`).MatchString(first.body) {
		t.Fatalf("got %d %s", first.status, first.body)
	}
	keys := w.must(http.MethodGet, w.server.Address()+okta+"/v1/keys", nil, nil).body
	access, id := verified(t, first.get("access_token"), keys), verified(t, first.get("id_token"), keys)
	for key, want := range map[string]any{
		"ver": 1.0, "iss": w.server.Address() + okta, "aud": "api_providers", "cid": confidential.ID, "sub": user, "uid": id["sub"],
	} {
		if access[key] != want {
			t.Errorf("access token, %s: got %v, want %v", key, access[key], want)
		}
	}
	for name, times := range map[string]map[string]any{"access": access, "ID": id} {
		if issued, now := times["iat"], float64(w.clock.Now().Unix()); issued != now || times["exp"] != now+3600 {
			t.Errorf("%s token: got iat %v, exp %v", name, issued, times["exp"])
		}
	}
	for pattern, value := range map[string]any{`^AT\.[^.]+\.[^.]+$`: access["jti"], `^ID\.`: id["jti"], `^00u.{17}$`: id["sub"]} {
		if text, ok := value.(string); !ok || !regexp.MustCompile(pattern).MatchString(text) {
			t.Errorf("got %v, want %s", value, pattern)
		}
	}
	if id["aud"] != confidential.ID || id["nonce"] != nil || id["at_hash"] == nil {
		t.Errorf("ID token: got %v", id)
	}
	second := w.refresh(first.get("refresh_token"), "scope", "offline_access")
	if second.get("refresh_token") != first.get("refresh_token") || second.get("id_token") != "" || second.get("scope") != "offline_access" {
		t.Errorf("a refresh: got %s", second.body)
	}
	if got := w.signedIn("scope", "openid"); got.get("refresh_token") != "" || got.get("id_token") == "" {
		t.Errorf("openid alone: got %s", got.body)
	}
	if got := w.signedIn("scope", "offline_access"); got.get("refresh_token") == "" || got.get("id_token") != "" {
		t.Errorf("offline_access alone: got %s", got.body)
	}
}

func TestFortellisGivesAnonymousTokens(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis})
	got := w.ask4Tokens("client_credentials", "scope", "anonymous")
	if got.get("scope") != "anonymous" || got.get("refresh_token") != "" {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	keys := w.must(http.MethodGet, w.server.Address()+okta+"/v1/keys", nil, nil).body
	access := verified(t, got.get("access_token"), keys)
	if access["sub"] != confidential.ID || access["cid"] != confidential.ID || access["uid"] != nil {
		t.Errorf("got %v", access)
	}
	w.expect(w.ask4Tokens("client_credentials"), 400, `{"error":"invalid_scope","error_description":"The authorization server resource does not have any configured default scopes, 'scope' must be provided."}`)
	w.expect(w.ask4Tokens("client_credentials", "scope", "openid"), 400, `{"error":"invalid_scope","error_description":"One or more scopes are not configured for the authorization server resource."}`)
}

func TestFortellisRefusesWrongTokenRequests(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis})
	narrow := w.signedIn("scope", "offline_access").get("refresh_token")
	rows := []struct {
		name, grant string
		change      []string
		status      int
		body        string
	}{
		{"unknown grant type", "password", nil, 400, `{"error":"unsupported_grant_type","error_description":"The authorization grant type is not supported by the authorization server."}`},
		{"unknown code", "authorization_code", []string{"code", "canary-code"}, 400, codeBad},
		{"other redirect address", "authorization_code", []string{"code", w.code(), "redirect_uri", callback + "/"}, 400, `{"error":"invalid_grant","error_description":"The 'redirect_uri' does not match the redirection URI used in the authorization request."}`},
		{"PKCE", "authorization_code", []string{"code", w.code("code_challenge", challenge, "code_challenge_method", "S256"), "code_verifier", "x"}, 400, `{"error":"invalid_grant","error_description":"PKCE verification failed."}`},
		{"unknown refresh token", "refresh_token", []string{"refresh_token", "canary-refresh"}, 400, refreshBad},
		{"more scope", "refresh_token", []string{"refresh_token", narrow, "scope", "openid"}, 400, `{"error":"access_denied","error_description":"Some of the scopes requested for the refresh request were not granted in the original authorize request."}`},
		{"header and body", "refresh_token", []string{"client_secret", "canary-secret"}, 401, `{"error":"invalid_request","error_description":"Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body."}`},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := w
			w.T = t
			w.expect(w.ask4Tokens(r.grant, r.change...), r.status, r.body)
		})
	}
}

func TestFortellisTakesBasicAlone(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis})
	form, good := w.tokenForm("client_credentials", "scope", "anonymous")
	basic := func(id, secret string) map[string]string {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(id, secret)
		return map[string]string{"Authorization": r.Header.Get("Authorization")}
	}
	w.expect(w.must(http.MethodPost, w.path(1), form, nil), 401, `{"error":"invalid_client","error_description":"No client credentials found."}`)
	w.expect(w.must(http.MethodPost, w.path(1), form, basic("nobody", "canary")), 401, `{"error":"invalid_client","error_description":"Invalid value for 'client_id' parameter."}`)
	w.expect(w.must(http.MethodPost, w.path(1), form, basic(confidential.ID, "canary-wrong")), 401, `{"error":"invalid_client","error_description":"The client secret supplied for a confidential client is invalid."}`)
	w.expect(w.must(http.MethodPost, w.path(1)+"?client_id="+confidential.ID+"&client_secret=canary-secret", form, nil), 400, `{"error":"invalid_request","error_description":"Client credentials cannot be supplied via query parameters."}`)
	if got := w.must(http.MethodPost, w.path(1)+"?"+form.Encode(), nil, good); got.status != 200 {
		t.Errorf("the grant's parameters in the address: got %d %s", got.status, got.body)
	}
	token := w.signedIn().get("refresh_token")
	other, _ := w.tokenForm("refresh_token", "refresh_token", token)
	w.expect(w.must(http.MethodPost, w.path(1), other, basic(stranger.ID, "canary-other")), 400, `{"error":"invalid_grant","error_description":"The grant was issued to another client."}`)
}

func TestFortellisTokensStayForAWeekOfIdleness(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis})
	token := w.signedIn().get("refresh_token")
	for range 3 {
		w.clock.advance(6 * 24 * time.Hour)
		if got := w.refresh(token); got.get("refresh_token") != token {
			t.Fatalf("used within a week: got %d %s", got.status, got.body)
		}
	}
	w.clock.advance(7*24*time.Hour + time.Second)
	w.expect(w.refresh(token), 400, refreshBad)
	code := w.code()
	w.clock.advance(time.Minute + time.Millisecond)
	w.expect(w.exchange(code), 400, codeBad)
}

func TestFortellisRotatesWithGraceWhenToldTo(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis, Rotation: practice.RotationReplaces})
	first := w.signedIn()
	second := w.refresh(first.get("refresh_token"))
	if second.get("refresh_token") == first.get("refresh_token") {
		t.Fatal("the refresh token stayed")
	}
	w.clock.advance(30 * time.Second)
	third := w.refresh(first.get("refresh_token"))
	if third.status != 200 {
		t.Fatalf("within 30 s: got %d %s", third.status, third.body)
	}
	w.clock.advance(time.Second)
	w.expect(w.refresh(first.get("refresh_token")), 400, refreshBad)
	w.expect(w.refresh(third.get("refresh_token")), 400, refreshBad)
	if got := w.api(third.get("access_token")); got.get("code") != "INVALID-TOKEN" {
		t.Errorf("its access token: got %d %s", got.status, got.body)
	}
	other := w.signedIn().get("refresh_token")
	w.clock.advance(4 * 24 * time.Hour)
	other = w.refresh(other).get("refresh_token")
	w.clock.advance(3*24*time.Hour + time.Second)
	w.expect(w.refresh(other), 400, refreshBad) // the new one lapses when the first would have
}

func TestFortellisGateway(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis})
	token := "Bearer " + w.signedIn().get("access_token")
	rows := []struct {
		name   string
		header map[string]string
		status int
		code   string
	}{
		{"nothing", nil, 401, "MISSING-AUTHORIZATION"},
		{"unknown token", map[string]string{"Authorization": "Bearer canary"}, 401, "INVALID-TOKEN"},
		{"no subscription", map[string]string{"Authorization": token}, 400, "MISSING-SUBSCRIPTION-ID"},
		{"all", map[string]string{"Authorization": token, "Subscription-Id": "test", "Request-Id": "r-1"}, 200, ""},
	}
	for _, r := range rows {
		got := w.must(http.MethodGet, w.path(2), nil, r.header)
		if got.status != r.status || got.get("code") != r.code {
			t.Errorf("%s: got %d %s, want %d %s", r.name, got.status, got.body, r.status, r.code)
		}
		if id := got.header.Get("Request-Id"); id == "" || (r.header["Request-Id"] != "" && id != r.header["Request-Id"]) {
			t.Errorf("%s: got Request-Id %q", r.name, id)
		}
	}
	w.clock.advance(time.Hour)
	if got := w.must(http.MethodGet, w.path(2), nil, rows[3].header); got.get("code") != "TOKEN-EXPIRED" {
		t.Errorf("after an hour: got %d %s", got.status, got.body)
	}
}

func TestFortellisTurnsWrongAsksBack(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Fortellis})
	page := w.must(http.MethodGet, w.ask("redirect_uri", callback+"/"), nil, nil)
	if page.status != 400 || !strings.Contains(page.body, "must be a Login redirect URI in the client app settings.") {
		t.Errorf("other redirect address: got %d", page.status)
	}
	for code, change := range map[string][]string{
		"unsupported_response_type": {"response_type", "token"},
		"invalid_scope":             {"scope", "openid anonymous"},
	} {
		got := w.must(http.MethodGet, w.ask(change...), nil, nil).header.Get("Location")
		if w.parameter(got, "error") != code {
			t.Errorf("%v: got %s, want %s", change, w.parameter(got, "error"), code)
		}
	}
	doc := w.must(http.MethodGet, w.server.Address()+okta+"/.well-known/openid-configuration", nil, nil)
	if doc.get("issuer") != w.server.Address()+okta || doc.get("token_endpoint") != w.path(1) {
		t.Errorf("discovery: got %s", doc.body)
	}
}
