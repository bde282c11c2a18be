package practice_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

// Sentences of the providers' documents that no other test here is about.

func TestFortesKeepsToItsPage(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.FortesMilestones})
	back := practicetest.Answer(t, &http.Client{}, w.ask("state", "-", "redirect_uri", callback+"?a=1&b=x%20y"), user, "allow")
	if !strings.HasPrefix(back, callback+"?a=1&b=x%20y&code=") {
		t.Error("“Additional query string parameters are allowed and are preserved”: they were not")
	}
	page := w.must(http.MethodGet, w.ask("redirect_uri", "http://127.0.0.1:17845/"), nil, nil)
	if page.status != 400 || page.header.Get("Location") != "" {
		t.Errorf("“must be part of redirect_uri”: got %d", page.status)
	}
	first := w.signedIn()
	if got := w.refresh(first.get("refresh_token"), "redirect_uri", "-"); got.status != 200 {
		t.Errorf("a refresh names no redirect address: got %d %s", got.status, got.body)
	}
	if got := w.api(first.get("access_token")); got.status != 401 || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), `Bearer error="invalid_token"`) {
		t.Errorf("“The old access_token and refresh_token are invalidated”: got %d", got.status)
	}
	form, _ := w.tokenForm("refresh_token", "client_id", "-", "client_secret", "-")
	basic := w.must(http.MethodPost, w.path(1), form, map[string]string{"Authorization": "Basic bm9ydGh3aW5kOmNhbmFyeQ=="})
	w.expect(basic, 401, `{"error":"invalid_client"}`) // everything stands in the request's body
	if got := w.must(http.MethodGet, w.path(1)+"?"+form.Encode(), nil, nil); got.status != http.StatusMethodNotAllowed {
		t.Errorf("a GET: got %d, want 405", got.status)
	}
}

func TestFortellisKeepsToItsPage(t *testing.T) {
	alone := practice.Client{ID: "0oa-alone", Secret: confidential.Secret, RedirectAddresses: []string{callback}, NoClientCredentials: true}
	w := open(t, practice.Options{Dialect: practice.Fortellis, Clients: []practice.Client{confidential, stranger, alone}})
	code := w.code("scope", "openid")
	w.clock.advance(time.Minute) // “is valid for 60 seconds”
	first := w.exchange(code)
	if first.status != 200 || first.get("scope") != "openid" || first.get("token_type") != "Bearer" || first.get("id_token") == "" {
		t.Errorf("got %d with scope %q", first.status, first.get("scope"))
	}
	w.expect(w.exchange(code), 400, codeBad) // it was used

	visitor := newBrowser(t)
	practicetest.Answer(t, visitor, w.ask(), user, "allow")
	back := practicetest.Answer(t, visitor, w.ask(), "nobody-is-asked", "allow") // “Users without an existing session are directed to the Log In page”
	claims := w.exchange(w.parameter(back, "code"))
	if got := w.must(http.MethodGet, w.base+okta+"/v1/userinfo", nil, map[string]string{"Authorization": "Bearer " + claims.get("access_token")}); got.status != 200 || strings.Contains(got.body, "nobody") {
		t.Errorf("the session's person was not the one: got %d", got.status)
	}

	form, header := w.tokenForm("client_credentials", "scope", "anonymous")
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(alone.ID, "canary-secret")
	header["Authorization"] = r.Header.Get("Authorization")
	w.expect(w.must(http.MethodPost, w.path(1), form, header), 400, `{"error":"unauthorized_client","error_description":"The client is not authorized to use the provided grant type."}`)
	w.expect(w.ask4Tokens(""), 400, `{"error":"invalid_request","error_description":"The token endpoint requires the 'grant_type' parameter."}`)
	for want, change := range map[string][]string{
		"invalid_request": {"response_type", "-"}, "invalid_scope": {"scope", "-"},
	} {
		got := w.must(http.MethodGet, w.ask(change...), nil, nil).header.Get("Location")
		if w.parameter(got, "error") != want || w.parameter(got, "state") != "a state" {
			t.Errorf("%v: got %q, want %s with the state", change, w.parameter(got, "error"), want)
		}
	}
	unknown := w.must(http.MethodGet, w.ask("client_id", "nobody"), nil, nil)
	if unknown.status != 400 || !strings.Contains(unknown.body, "Invalid value for") || unknown.header.Get("Location") != "" {
		t.Errorf("an unknown client: got %d", unknown.status)
	}
	nobody := w.must(http.MethodGet, w.base+okta+"/v1/userinfo", nil, map[string]string{"Authorization": "Bearer canary"})
	if nobody.status != 401 || !strings.HasPrefix(nobody.header.Get("WWW-Authenticate"), `Bearer error="invalid_token"`) {
		t.Errorf("userinfo: got %d %q", nobody.status, nobody.header.Get("WWW-Authenticate"))
	}
}

func TestAdaptixKeepsToItsPage(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Adaptix, AccessLife: 2 * time.Hour, RefreshLife: 24 * time.Hour, LosesHeaders: true})
	back := practicetest.Answer(t, &http.Client{}, w.ask("state", "-"), user, "allow") // “The state is optional”
	if strings.Contains(back, "state") {
		t.Error("a state came back that was not sent")
	}
	tokens := w.exchange(w.parameter(back, "code"))
	if !strings.Contains(tokens.body, `"expires_in":7200`) { // “may differ based on what is configured”
		t.Errorf("got %s", tokens.body)
	}
	// “apache_request_headers() is not available to PHP running under fcgi”
	w.expect(w.api(tokens.get("access_token")), 401, adaptixError(401, "access_denied", "API authorization denied."))
	body := url.Values{"access_token": {tokens.get("access_token")}}
	for what, got := range map[string]said{
		"the query": w.must(http.MethodGet, w.path(2)+"?"+body.Encode(), nil, nil), "the body": w.must(http.MethodPost, w.path(2), body, nil),
	} {
		if got.status != 200 {
			t.Errorf("a token in %s: got %d", what, got.status)
		}
	}
	w.clock.advance(24*time.Hour + time.Second) // “The refresh token's expiration time is configurable”
	w.expect(w.refresh(tokens.get("refresh_token")), 400, adaptixError(400, "invalid_grant", "Refresh token has expired"))
	if got := w.ask4Tokens("client_credentials"); got.status != 200 || got.get("refresh_token") != "" {
		t.Errorf("client credentials: got %d", got.status)
	}
}
