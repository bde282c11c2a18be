package practice_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

func TestAdaptixAnswersAsDocumented(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Adaptix})
	back := practicetest.Answer(t, &http.Client{}, w.ask(), user, "allow")
	if !regexp.MustCompile(`^http://127\.0\.0\.1:17845/callback\?state=a\+state&code=[\w-]{86}$`).MatchString(back) {
		t.Errorf("the callback is not state, then code")
	}
	form := regexp.MustCompile(`^\{"access_token":"[\w-]{86}","expires_in":3600,"token_type":"bearer","scope":null,"refresh_token":"[\w-]{86}"\}$`)
	first := w.exchange(w.parameter(back, "code"))
	if first.status != 200 || !form.MatchString(first.body) {
		t.Errorf("got %d %s", first.status, first.body)
	}
	for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache"} {
		if got := first.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	second := w.refresh(first.get("refresh_token"))
	if second.status != 200 || !form.MatchString(second.body) {
		t.Errorf("got %d %s", second.status, second.body)
	}
	if got := w.api(first.get("access_token")); got.status != 200 {
		t.Errorf("the old access token lives on: got %d", got.status)
	}
	w.expect(w.refresh(first.get("refresh_token")), 400, adaptixError(400, "invalid_grant", "Invalid refresh token"))
	if got := w.refresh(second.get("refresh_token")); got.status != 200 {
		t.Errorf("a used refresh token revokes nothing here: got %d %s", got.status, got.body)
	}
}

func adaptixError(status int, kind, message string) string {
	return `{"errors":[{"message":"` + message + `","code":` + map[int]string{400: "400", 401: "401", 403: "403"}[status] + `,"type":"` + kind + `"}]}`
}

func TestAdaptixScopes(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Adaptix})
	empty := w.signedIn("scope", "")
	if !strings.Contains(empty.body, `"scope":""`) {
		t.Errorf("an empty scope: got %s", empty.body)
	}
	if got := w.refresh(empty.get("refresh_token")); !strings.Contains(got.body, `"scope":""`) {
		t.Errorf("an empty scope, refreshed: got %s", got.body)
	}
	own := w.ask4Tokens("client_credentials")
	if !regexp.MustCompile(`^\{"access_token":"[\w-]{86}","expires_in":3600,"token_type":"bearer","scope":null\}$`).MatchString(own.body) {
		t.Errorf("a client's own: got %s", own.body)
	}
	invalid := adaptixError(400, "invalid_scope", "An unsupported scope was requested.")
	code := w.code()
	w.expect(w.exchange(code, "scope", "read"), 400, invalid)
	w.expect(w.ask4Tokens("client_credentials", "scope", "read"), 400, invalid)
	got := w.exchange(code)
	if got.status != 200 {
		t.Fatalf("the code is as it was: got %d %s", got.status, got.body)
	}
	w.expect(w.refresh(got.get("refresh_token"), "scope", "read"), 400, invalid)
}

func TestAdaptixRefusesWrongTokenRequests(t *testing.T) {
	noAdmin := practice.Client{ID: "9_plain", Secret: confidential.Secret, RedirectAddresses: []string{callback}, NoClientCredentials: true}
	w := open(t, practice.Options{Dialect: practice.Adaptix, Clients: []practice.Client{confidential, stranger, noAdmin}})
	rows := []struct {
		name, grant   string
		change        []string
		kind, message string
	}{
		{"no grant type", "", nil, "invalid_request", "Invalid grant_type parameter or parameter missing"},
		{"odd grant type", "nonsense", nil, "invalid_request", "Invalid grant_type parameter or parameter missing"},
		{"password", "password", nil, "unauthorized_client", "The grant type is unauthorized for this client_id"},
		{"not an administrator's client", "client_credentials", []string{"client_id", "9_plain"}, "unauthorized_client", "The grant type is unauthorized for this client_id"},
		{"no client", "authorization_code", []string{"client_id", "-"}, "invalid_client", "Client id was not found in the headers or body"},
		{"unknown client", "authorization_code", []string{"client_id", "1_x"}, "invalid_client", "The client credentials are invalid"},
		{"wrong secret", "refresh_token", []string{"client_secret", "canary-wrong"}, "invalid_client", "The client credentials are invalid"},
		{"no code", "authorization_code", nil, "invalid_request", `Missing parameter. \"code\" is required`},
		{"no redirect address", "authorization_code", []string{"code", "canary-code", "redirect_uri", "-"}, "invalid_request", "The redirect URI parameter is required."},
		{"unknown code", "authorization_code", []string{"code", "canary-code"}, "invalid_grant", "Code doesn't exist or is invalid for the client"},
		{"another client's code", "authorization_code", []string{"code", w.code(), "client_id", stranger.ID, "client_secret", "canary-other"}, "invalid_grant", "Code doesn't exist or is invalid for the client"},
		{"other redirect address", "authorization_code", []string{"code", w.code(), "redirect_uri", "http://127.0.0.1:17846/callback"}, "redirect_uri_mismatch", "The redirect URI is missing or do not match"},
		{"no refresh token", "refresh_token", nil, "invalid_request", `No \"refresh_token\" parameter found`},
		{"unknown refresh token", "refresh_token", []string{"refresh_token", "canary-refresh"}, "invalid_grant", "Invalid refresh token"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := w
			w.T = t
			w.expect(w.ask4Tokens(r.grant, r.change...), 400, adaptixError(400, r.kind, r.message))
		})
	}
}

func TestAdaptixReadsFormsAndQueriesAlone(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Adaptix})
	form, _ := w.tokenForm("client_credentials")
	missing := adaptixError(400, "invalid_request", "Invalid grant_type parameter or parameter missing")
	w.expect(w.must(http.MethodPost, w.path(1)+"?"+form.Encode(), url.Values{}, nil), 400, missing)
	w.expect(w.must(http.MethodPost, w.path(1), form, map[string]string{"Content-Type": "application/json"}), 400, missing)
	if got := w.must(http.MethodGet, w.path(1)+"?"+form.Encode(), nil, nil); got.status != 200 {
		t.Errorf("GET with a query: got %d %s", got.status, got.body)
	}
	basic := w.must(http.MethodPost, w.path(1), form, map[string]string{"Authorization": "Basic Y2FuYXJ5OmNhbmFyeQ=="})
	if basic.status != 403 || !strings.HasPrefix(basic.body, `{"errors":[{"message":"Basic Auth disabled. `) ||
		!strings.HasSuffix(basic.body, `","code":403,"type":"access_denied"}]}`) {
		t.Errorf("Basic: got %d %s", basic.status, basic.body)
	}
}

func TestAdaptixNoticesWrongAsksWhenThePersonAnswered(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Adaptix})
	if got := w.must(http.MethodGet, w.ask("client_id", "1_x"), nil, nil); got.status != 404 {
		t.Errorf("unknown client: got %d, want 404", got.status)
	}
	for want, change := range map[string][]string{
		"error=invalid_request&error_description=Invalid+response+type.":            {"response_type", "-"},
		"error=unsupported_response_type":                                           {"response_type", "token"},
		"error=invalid_scope&error_description=An+unsupported+scope+was+requested.": {"scope", "read"},
	} {
		got := practicetest.Answer(t, &http.Client{}, w.ask(change...), user, "allow")
		if got != callback+"?"+want+"&state=a+state" {
			t.Errorf("%v: the browser was sent elsewhere than to %s", change, want)
		}
	}
	denied := practicetest.Answer(t, &http.Client{}, w.ask("state", "-"), user, "deny")
	if want := callback + "?error=access_denied&error_description=The+user+denied+access+to+your+application"; denied != want {
		t.Errorf("got %s, want %s", denied, want)
	}
	kept := practicetest.Answer(t, &http.Client{}, w.ask("redirect_uri", callback+"?a=1#part", "state", "-"), user, "allow")
	if !strings.HasPrefix(kept, callback+"?a=1&code=") || !strings.HasSuffix(kept, "#part") {
		t.Error("query and fragment of the redirect address were not kept")
	}
}

func TestAdaptixCodesAndTokensExpire(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Adaptix})
	code := w.code()
	w.clock.advance(30*time.Second + time.Millisecond)
	w.expect(w.exchange(code), 400, adaptixError(400, "invalid_grant", "The authorization code has expired"))
	code = w.code()
	w.clock.advance(30 * time.Second)
	tokens := w.exchange(code)
	w.expect(w.exchange(code), 400, adaptixError(400, "invalid_grant", "Code doesn't exist or is invalid for the client"))
	w.clock.advance(time.Hour)
	w.expect(w.api(tokens.get("access_token")), 401, adaptixError(401, "invalid_grant", "The access token provided has expired."))
	w.clock.advance(14*24*time.Hour - time.Hour)
	again := w.refresh(tokens.get("refresh_token"))
	if again.status != 200 {
		t.Fatalf("after 14 days: got %d %s", again.status, again.body)
	}
	w.clock.advance(14*24*time.Hour + time.Second)
	w.expect(w.refresh(again.get("refresh_token")), 400, adaptixError(400, "invalid_grant", "Refresh token has expired"))
}

func TestAdaptixAPITakesTheTokenInThreePlaces(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.Adaptix})
	token := w.signedIn().get("access_token")
	bearer := func(scheme string) map[string]string { return map[string]string{"Authorization": scheme + " " + token} }
	inQuery := w.path(2) + "?access_token=" + url.QueryEscape(token)
	body := url.Values{"access_token": {token}}
	rows := []struct {
		name   string
		got    said
		status int
		body   string
	}{
		{"header", w.must(http.MethodGet, w.path(2), nil, bearer("Bearer")), 200, `{"contacts":{},"total":"0"}`},
		{"query", w.must(http.MethodGet, inQuery, nil, nil), 200, `{"contacts":{},"total":"0"}`},
		{"body", w.must(http.MethodPost, w.path(2), body, nil), 200, `{"contacts":{},"total":"0"}`},
		{"lower-case scheme", w.must(http.MethodGet, w.path(2), nil, bearer("bearer")), 401, adaptixError(401, "access_denied", "API authorization denied.")},
		{"nowhere", w.must(http.MethodGet, w.path(2), nil, nil), 401, adaptixError(401, "access_denied", "API authorization denied.")},
		{"twice", w.must(http.MethodPost, inQuery, body, nil), 400, adaptixError(400, "invalid_request", "Only one method may be used to authenticate at a time (Auth header, GET or POST).")},
		{"unknown", w.api("canary-unknown"), 401, adaptixError(401, "invalid_grant", "The access token provided is invalid.")},
	}
	for _, r := range rows {
		if r.got.status != r.status || r.got.body != r.body {
			t.Errorf("%s: got %d %s, want %d %s", r.name, r.got.status, r.got.body, r.status, r.body)
		}
	}
}
