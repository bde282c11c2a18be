package practice_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

// ask4Code is a device authorization request by the public client.
func (w world) ask4Code(change ...string) said {
	w.Helper()
	form := changed(url.Values{"client_id": {public.ID}, "scope": {"openid email offline_access unknown"}}, change)
	return w.must(http.MethodPost, w.base+"/device_authorization", form, nil)
}

// poll presents a device code when the clock has moved on by after.
func (w world) poll(device string, after time.Duration, change ...string) said {
	w.Helper()
	w.clock.advance(after)
	form := changed(url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {public.ID}, "device_code": {device},
	}, change)
	return w.must(http.MethodPost, w.path(1), form, nil)
}

const patient = 2 * time.Second // the interval that is stated

func TestADeviceSignsInByACode(t *testing.T) {
	w := open(t, practice.Options{})
	doc := w.must(http.MethodGet, w.base+"/.well-known/openid-configuration", nil, nil)
	if got := doc.get("device_authorization_endpoint"); got != w.base+"/device_authorization" || !strings.Contains(doc.body, "grant-type:device_code") {
		t.Errorf("the discovery document names %q", got)
	}
	asked := w.ask4Code()
	device, code := asked.get("device_code"), asked.get("user_code")
	var numbers struct {
		Expires  int `json:"expires_in"`
		Interval int
	}
	if err := json.Unmarshal([]byte(asked.body), &numbers); err != nil || numbers.Expires != 900 || numbers.Interval != 2 {
		t.Errorf("numbers %+v, %v", numbers, err)
	}
	if !regexp.MustCompile(`^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$`).MatchString(code) || len(device) != 43 ||
		asked.get("verification_uri") != w.base+"/device" || asked.get("verification_uri_complete") != w.base+"/device?user_code="+code ||
		asked.header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, code %q, address %q", asked.status, code, asked.get("verification_uri_complete"))
	}
	if got := w.poll(device, 0); got.status != 400 || got.get("error") != "authorization_pending" {
		t.Errorf("before anybody came: %d %s", got.status, got.body)
	}
	typed := strings.ToLower(strings.Replace(code, "-", " ", 1)) // however it is typed
	practicetest.EnterCode(t, &http.Client{}, asked.get("verification_uri"), typed, user, "allow")
	tokens := w.poll(device, patient)
	if tokens.status != 200 || tokens.get("refresh_token") == "" || tokens.get("scope") != "openid email offline_access" {
		t.Fatalf("after the consent: %d %s", tokens.status, tokens.get("error"))
	}
	keys := w.must(http.MethodGet, doc.get("jwks_uri"), nil, nil)
	if claims := verified(t, tokens.get("id_token"), keys.body); claims["email"] != user || claims["aud"] != public.ID || claims["nonce"] != nil {
		t.Errorf("claims %v", claims)
	}
	if got := w.api(tokens.get("access_token")).status; got != 200 {
		t.Errorf("the access token gets %d", got)
	}
	again := w.poll(device, patient)
	page := w.visit(newBrowser(t), asked.get("verification_uri_complete"), nil)
	if again.get("error") != "invalid_grant" || page.status != 400 || !strings.Contains(page.body, `role="alert"`) {
		t.Errorf("a second time: %s; the page answers %d", again.body, page.status)
	}
}

func TestADeviceIsToldWhyNot(t *testing.T) {
	w := open(t, practice.Options{})
	asked := w.ask4Code()
	device := asked.get("device_code")
	for _, row := range []struct {
		after time.Duration
		want  string
	}{
		{0, "authorization_pending"},
		{patient - time.Second, "slow_down"},
		{patient, "slow_down"},
		{12 * time.Second, "authorization_pending"}, // two and twice five
	} {
		if got := w.poll(device, row.after).get("error"); got != row.want {
			t.Errorf("polled after %s: %q, want %q", row.after, got, row.want)
		}
	}
	practicetest.EnterCode(t, &http.Client{}, asked.get("verification_uri_complete"), "", user, "deny")
	if got := w.poll(device, 12*time.Second).get("error"); got != "access_denied" {
		t.Errorf("denied: %q", got)
	}
	asked = w.ask4Code()
	if got := w.poll(asked.get("device_code"), 0, "client_id", confidential.ID, "client_secret", "canary-secret").get("error"); got != "invalid_grant" {
		t.Errorf("by another client: %q", got)
	}
	if got := w.poll(asked.get("device_code"), 16*time.Minute).get("error"); got != "expired_token" {
		t.Errorf("too late: %q", got)
	}
	if page := w.visit(newBrowser(t), asked.get("verification_uri_complete"), nil); page.status != 400 {
		t.Errorf("the page for a code that has run out: %d", page.status)
	}
	for _, row := range [][3]string{
		{"client_id", "nobody", "invalid_client"},
		{"client_id", confidential.ID, "invalid_client"},
		{"scope", "unknown", "invalid_scope"},
		{"scope", "-", "invalid_scope"},
	} {
		if got := w.ask4Code(row[0], row[1]).get("error"); got != row[2] {
			t.Errorf("%s %s: %q, want %q", row[0], row[1], got, row[2])
		}
	}
	if got := w.poll("invented", 0).get("error"); got != "invalid_grant" {
		t.Errorf("an invented device code: %q", got)
	}
}

func TestAPersonComparesTheCodeBeforeAllowing(t *testing.T) {
	w := open(t, practice.Options{})
	asked := w.ask4Code()
	browser, complete := newBrowser(t), asked.get("verification_uri_complete")
	first := w.visit(browser, complete, nil)
	if !strings.Contains(first.body, `id="login"`) {
		t.Fatal("nobody is asked who they are")
	}
	signedIn := w.visit(browser, complete, url.Values{"csrf": {w.csrf(first)}, "login": {user}, "do": {"sign-in"}})
	if to := signedIn.header.Get("Location"); to != strings.TrimPrefix(complete, w.base) {
		t.Errorf("the sign-in leads to %q", to)
	}
	consent := w.visit(browser, complete, nil)
	if !strings.Contains(consent.body, asked.get("user_code")) || !strings.Contains(consent.body, "See your e-mail address") {
		t.Error("the consent page shows neither the code nor what is asked")
	}
	if got := consent.header.Get("Content-Security-Policy"); !strings.Contains(got, "form-action 'self';") {
		t.Errorf("its form leads elsewhere: %q", got)
	}
	if got := w.visit(browser, complete, url.Values{"csrf": {"canary-csrf"}, "do": {"allow"}}); got.status != 403 {
		t.Errorf("another page's form: %d", got.status)
	}
	for _, path := range []string{"/device", "/device/allowed"} {
		page := w.visit(browser, w.base+path, nil)
		if page.status != 200 || strings.Contains(page.body, "<script") || page.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d", path, page.status)
		}
	}
}
