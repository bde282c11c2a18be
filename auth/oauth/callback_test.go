package oauth_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tokentray/tokentray/auth"
)

func TestACallbackThatIsNotOursChangesNothing(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	u := begin(t, newWire(t), asking(p.definition()))
	state := u.state()
	for what, query := range map[string]string{
		"no state":            "code=" + code,
		"a wrong state":       "state=canary-wrong&code=" + code,
		"a longer state":      state + "x&code=" + code,
		"denied, no state":    "error=access_denied",
		"denied, wrong state": "error=access_denied&state=canary-x",
		"two codes":           state + "&code=a&code=b",
		"two states":          state + "&" + state + "&code=a",
		"two isses":           state + "&code=a&iss=a&iss=b",
		"two errors":          state + "&error=a&error=b",
		"code and error":      state + "&code=a&error=access_denied",
		"neither":             state,
		"an empty code":       state + "&code=",
		"a broken escape":     state + "&code=%zz",
		"nothing":             "",
	} {
		v := browse(t, u.callback(query))
		if v.status != http.StatusBadRequest || !strings.Contains(v.body, "one Tokentray is waiting for") {
			t.Errorf("%s: answered %d, want 400 and what to do", what, v.status)
		}
	}
	if v := browse(t, u.callback(state+"&code="+strings.Repeat("x", 16<<10))); v.status < 400 {
		t.Errorf("a long query: answered %d, want it refused", v.status)
	}
	u.waits()
	if got := len(p.ledger()); got != 0 {
		t.Fatalf("%d token requests, want none", got)
	}
	page(t, u.callback(state+"&code="+code))
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
	if got := len(p.ledger()); got != 1 {
		t.Errorf("%d token requests, want 1", got)
	}
}

func TestARefusalWithTheRightStateIsTold(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	for _, row := range []struct {
		said string
		want auth.Kind
		page string
	}{
		{"access_denied", auth.KindDenied, "Access was not given"},
		{"server_error", auth.KindUnreachable, "Northwind could not finish"},
		{"temporarily_unavailable", auth.KindUnreachable, "Northwind could not finish"},
		{"invalid_scope", auth.KindMisconfigured, "Northwind could not finish"},
		{"unsupported_response_type", auth.KindMisconfigured, "Northwind could not finish"},
		{"login_required", auth.KindSignInNeeded, "Northwind could not finish"},
		{"moon_phase", auth.KindDenied, "Access was not given"},
	} {
		t.Run(row.said, func(t *testing.T) {
			u := begin(t, newWire(t), asking(p.definition()))
			if text := page(t, u.callback(u.state()+"&error="+row.said)); !strings.Contains(text, row.page) {
				t.Errorf("the page says %s", text)
			}
			_, err := u.finish()
			if f := failure(t, err); f.Kind != row.want || f.Said.Code != row.said {
				t.Errorf("kind = %q, code %q, want %q, %q", f.Kind, f.Said.Code, row.want, row.said)
			}
		})
	}
	if got := len(p.ledger()); got != 0 {
		t.Errorf("%d token requests, want none", got)
	}
}

func TestWhatAProviderSaysIsMadeSafeToShow(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	u := begin(t, newWire(t), asking(p.definition()))
	nasty := "<script>x</script>\r\n\x1b[31mred\x1b[0m \u202eback\u202c \x00\u200b" + u.sent.Get("state") + " " + secret + strings.Repeat(" long", 2000)
	text := page(t, u.callback(u.state()+"&error=access_denied&error_description="+url.QueryEscape(nasty)))
	if strings.Contains(text, "<script") || strings.Contains(text, "long") {
		t.Error("the provider's words stand on the page")
	}
	_, err := u.finish()
	said := failure(t, err).Said.Description
	if n := utf8.RuneCountInString(said); n > 200 || n < 100 {
		t.Errorf("%d characters, want at most 200 and not nothing", n)
	}
	if strings.ContainsAny(said, "\r\n\x1b\x00\u202e\u202c\u200b") || strings.Contains(said, "[31m") {
		t.Errorf("said = %q, want one printable line", said)
	}
	if strings.Contains(said, u.sent.Get("state")[:10]) || strings.Contains(said, secret[:10]) {
		t.Errorf("said = %q, which repeats what was sent", said)
	}
}

func TestAReplayedCallbackIsFriendlyAndHarmless(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	u := begin(t, newWire(t), asking(p.definition()))
	callback := u.callback(u.state() + "&code=" + code)
	first := browse(t, callback)
	for range 3 {
		if text := page(t, callback); !strings.Contains(text, "already over") {
			t.Errorf("the page says %s", text)
		}
	}
	if v := browse(t, first.location); v.status != http.StatusOK {
		t.Errorf("the first page answered %d, want 200", v.status)
	}
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
	if got := len(p.ledger()); got != 1 {
		t.Errorf("%d token requests, want 1", got)
	}
}

func TestAnIssuerThatDoesNotFitStopsTheSignIn(t *testing.T) {
	for _, row := range []struct {
		what     string
		issuer   string
		promised bool
		query    string
		want     auth.Kind
	}{
		{"the right one", "https://id.example.com", true, "&iss=https%3A%2F%2Fid.example.com", ""},
		{"none, none promised", "https://id.example.com", false, "", ""},
		{"none though promised", "https://id.example.com", true, "", auth.KindInvalidAnswer},
		{"another", "https://id.example.com", false, "&iss=https%3A%2F%2Fevil.example", auth.KindInvalidAnswer},
		{"a slash more", "https://id.example.com", false, "&iss=https%3A%2F%2Fid.example.com%2F", auth.KindInvalidAnswer},
		{"an empty one", "https://id.example.com", false, "&iss=", auth.KindInvalidAnswer},
	} {
		t.Run(row.what, func(t *testing.T) {
			p := newProvider(t, says(200, "application/json", usualTokens))
			d := p.definition()
			d.Issuer, d.CallbackNamesIssuer = row.issuer, row.promised
			u := begin(t, newWire(t), asking(d))
			text := page(t, u.callback(u.state()+"&code="+code+row.query))
			_, err := u.finish()
			if row.want == "" {
				if err != nil || len(p.ledger()) != 1 {
					t.Errorf("err = %v after %d requests, want none after 1", err, len(p.ledger()))
				}
				return
			}
			if f := failure(t, err); f.Kind != row.want || len(p.ledger()) != 0 || !strings.Contains(text, "was stopped") {
				t.Errorf("kind = %q after %d requests, want %q after none; page %s", f.Kind, len(p.ledger()), row.want, text)
			}
		})
	}
}

func TestAnIssuerNobodyConfiguredMustHaveOurTokenEndpoint(t *testing.T) {
	for endpoint, want := range map[string]auth.Kind{"/token": "", "/elsewhere": auth.KindInvalidAnswer} {
		p := newProvider(t, says(200, "application/json", usualTokens))
		p.mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
			write(w, fmt.Sprintf(`{"issuer":%q,"token_endpoint":%q}`, p.URL, p.URL+endpoint))
		})
		u := begin(t, newWire(t), asking(p.definition()))
		page(t, u.callback(u.state()+"&code="+code+"&iss="+url.QueryEscape(p.URL)))
		_, err := u.finish()
		if want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if f := failure(t, err); f.Kind != want || len(p.ledger()) != 0 {
			t.Errorf("kind = %q after %d requests, want %q after none", f.Kind, len(p.ledger()), want)
		}
	}
}

func TestAOneTimeValueInTheRedirectAddressStandsInForState(t *testing.T) {
	for _, row := range []struct {
		what   string
		answer func(u *underway) string // the whole callback
		ok     bool
	}{
		{"both came back", func(u *underway) string { return u.callback(u.state() + "&code=" + code) }, true},
		{"the state was dropped", func(u *underway) string { return u.callback("code=" + code) }, true},
		{"the one-time value was dropped", func(u *underway) string {
			return u.step.Waiting + "?" + u.state() + "&code=" + code
		}, true},
		{"neither", func(u *underway) string { return u.step.Waiting + "?code=" + code }, false},
		{"a wrong state beside it", func(u *underway) string { return u.callback("state=canary-x&code=" + code) }, false},
		{"a wrong one beside the state", func(u *underway) string {
			return u.step.Waiting + "?tokentray=canary-x&" + u.state() + "&code=" + code
		}, false},
		{"an error tied to neither", func(u *underway) string { return u.step.Waiting + "?error=access_denied" }, false},
	} {
		t.Run(row.what, func(t *testing.T) {
			p := newProvider(t, says(200, "application/json", usualTokens))
			d := p.definition()
			d.Scopes.Send = false
			d.Redirect = auth.RedirectRules{
				Match: auth.MatchContains, Address: "http://127.0.0.1:" + freePort(t) + "/callback",
				State: auth.StateInParameterAndRedirect,
			}
			u := begin(t, newWire(t), asking(d))
			if !row.ok {
				if v := browse(t, row.answer(u)); v.status != http.StatusBadRequest || !strings.Contains(v.body, "try again") {
					t.Errorf("answered %d, want 400 and what to do", v.status)
				}
				u.waits()
				return
			}
			page(t, row.answer(u))
			if _, err := u.finish(); err != nil {
				t.Fatal(err)
			}
			sent := u.sent.Get("redirect_uri")
			if got := p.ledger()[0].form.Get("redirect_uri"); got != sent || !strings.Contains(got, "?tokentray=") {
				t.Errorf("redirect_uri = %q, want %q", got, sent)
			}
		})
	}
}
