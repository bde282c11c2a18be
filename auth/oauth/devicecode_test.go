package oauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestADeviceAnswerIsReadTolerantly(t *testing.T) {
	const plain = "https://login.example/device"
	for what, change := range map[string]map[string]any{
		"no complete address":       {"verification_uri_complete": nil},
		"the older name":            {"verification_uri": nil, "verification_url": plain, "verification_uri_complete": nil},
		"a complete one for others": {"verification_uri_complete": "javascript:alert(1)"},
		"a complete one by http":    {"verification_uri_complete": "http://login.example/device"},
		"blanks around the code":    {"user_code": " WDJB-MJHT\n", "verification_uri_complete": ""},
	} {
		d := newDevice(t, givesCode(change), says(200, "application/json", usualTokens))
		if _, err := d.signIn(t); err != nil || d.told[0].Address != plain || d.told[0].PlainAddress != plain || d.told[0].UserCode != "WDJB-MJHT" {
			t.Errorf("%s: told %+v, err %v", what, d.told, err)
		}
	}
	form := url.Values{"device_code": {deviceToken}, "user_code": {"1234"}, "verification_uri": {plain}, "expires_in": {"60"}}
	d := newDevice(t, says(200, "application/x-www-form-urlencoded", form.Encode()), says(200, "application/json", usualTokens))
	if _, err := d.signIn(t); err != nil || d.told[0].UserCode != "1234" {
		t.Errorf("a form: told %+v, err %v", d.told, err)
	}
}

func TestADeviceAnswerThatCantBeUsedIsToldToNobody(t *testing.T) {
	for what, change := range map[string]map[string]any{
		"no device code":          {"device_code": nil},
		"a device code with ends": {"device_code": "canary-\r\nX: y"},
		"no user code":            {"user_code": nil},
		"a control character":     {"user_code": "WDJB\x1b[31mMJHT"},
		"another direction":       {"user_code": "WDJB\u202eMJHT"},
		"two lines":               {"user_code": "WDJB\nMJHT"},
		"a code nobody types":     {"user_code": strings.Repeat("A", 65)},
		"no address":              {"verification_uri": nil, "verification_uri_complete": nil},
		"an address by http":      {"verification_uri": "http://login.example/device"},
		"another scheme":          {"verification_uri": "file:///etc/passwd"},
		"a user name":             {"verification_uri": "https://login.example@evil.example/"},
		"two lines of address":    {"verification_uri": "https://login.example/\nhttps://evil.example/"},
	} {
		d := newDevice(t, givesCode(change), nil)
		_, err := d.signIn(t)
		if f := failure(t, err); f.Kind != auth.KindInvalidAnswer || len(d.told) > 0 || len(d.waits) > 0 {
			t.Errorf("%s: kind %q (%v), told %+v", what, f.Kind, f, d.told)
		}
	}
	for what, row := range map[string]struct {
		answer http.HandlerFunc
		want   auth.Outcome
	}{
		"a client that may not":  {says(400, "application/json", `{"error":"unauthorized_client"}`), auth.OutcomeMisconfigured},
		"switched off, with 200": {says(200, "application/json", `{"error":"device_flow_disabled"}`), auth.OutcomeUnknown},
		"an outage":              {says(502, "text/html", "<html>"), auth.OutcomeTransient},
		"a network's page":       {says(200, "text/html", "<html>"), auth.OutcomeIntercepted},
		"a redirect":             {http.RedirectHandler("/elsewhere", http.StatusTemporaryRedirect).ServeHTTP, auth.OutcomeIntercepted},
	} {
		d := newDevice(t, row.answer, nil)
		_, err := d.signIn(t)
		if f := failure(t, err); f.Outcome != row.want || len(d.told) > 0 {
			t.Errorf("%s: outcome %q, told %+v, want %q and nothing", what, f.Outcome, d.told, row.want)
		}
	}
	d := newDevice(t, nil)
	_, err := d.signIn(t, func(ask *auth.SignIn) { ask.Provider.Endpoints.Device = "" })
	if f := failure(t, err); f.Kind != auth.KindMisconfigured {
		t.Errorf("no endpoint: kind %q, want misconfigured", f.Kind)
	}
}

func TestTheIntervalIsBounded(t *testing.T) {
	for stated, want := range map[any]time.Duration{
		1: time.Second, 7: 7 * time.Second, "7": 7 * time.Second, 0.2: time.Second, 3600: time.Minute,
		0: 5 * time.Second, -3: 5 * time.Second, "soon": 5 * time.Second, 1e308: time.Minute,
	} {
		d := newDevice(t, givesCode(map[string]any{"interval": stated}), says(200, "application/json", usualTokens))
		if _, err := d.signIn(t); err != nil || len(d.waits) != 1 || d.waits[0] != want {
			t.Errorf("%v: waited %v, err %v, want %v", stated, d.waits, err, want)
		}
	}
}
