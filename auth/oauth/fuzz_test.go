package oauth

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tokentray/tokentray/auth"
)

// Whatever a token endpoint answers: nothing panics, an access token is fit for a
// header, lifetimes are sane, and a whole refresh token that JSON shows is kept.
func FuzzTokenAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"a","token_type":"bearer","expires_in":3600,"refresh_token":"r","scope":"x y"}`,
		`{"access_token":"a","expires_in":"3.6e3","scope":["a",null,7]}`, `[{"accessToken":"a"}]`,
		"\xef\xbb\xbf{\"access_token\":\"a\\r\\n\"}", "access_token=a&expires_in=1", `{"refresh_token":"r","acc`, `{"errors":[{"type":"invalid_grant","message":null}]}`,
		`{access_token: "a", "x": "b,c: d"}`, `{"error":{"message":"x","code":190}}`, `{"ok":true,"authed_user":{"access_token":"a"}}`, `<html>`, ``, `null`, `[]`, `{"expires_at":1e308,"access_token":"e30.e30.e30"}`,
	} {
		f.Add([]byte(seed), "application/json", " ")
	}
	f.Fuzz(func(t *testing.T, body []byte, kind, separator string) {
		h := heard{status: 200, header: http.Header{"Content-Type": {kind}}, body: body, asked: time.Unix(1e9, 0)}
		answer, ok := readAnswer(h, separator)
		access := answer.AccessToken.Reveal()
		if ok && access == "" && (!answer.Salvaged || answer.RefreshToken.IsZero()) {
			t.Error("an answer without any token")
		}
		if strings.ContainsFunc(access, unicode.IsControl) {
			t.Errorf("access token %q", access)
		}
		for _, d := range []time.Duration{answer.ExpiresIn, answer.RefreshExpiresIn} {
			if d < 0 || d > maxLife {
				t.Errorf("lifetime %v", d)
			}
		}
		if said := readSaid(h); utf8.RuneCountInString(said.Description) > maxDescription || utf8.RuneCountInString(said.Code) > maxCode {
			t.Errorf("said %+v", said)
		}
	})
}

// Whatever a device authorization answer holds: what people are shown is one short
// printable line and an address that a browser may open, and polls keep a pace.
func FuzzDeviceAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://login.example/device","verification_uri_complete":"https://login.example/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}`,
		`{"device_code":7,"user_code":1234,"verification_url":"http://127.0.0.1:1/","expires_in":"1e9","interval":"-1"}`, `{"deviceCode":"d","userCode":"\u202e\u0000","verificationUri":"https://a"}`,
		`{"device_code":"d","user_code":"\u001b[31m","verification_uri":"javascript:alert(1)"}`, "device_code=d&user_code=A%0AB&verification_uri=https%3A%2F%2Fa.example", `{"device_code":"d","user_code":"\ud800","verification_uri":"https://a","interval":1e308}`,
		`{"error":"unauthorized_client"}`, `[]`, `null`, ``,
	} {
		f.Add([]byte(seed), "https://login.example/code")
	}
	f.Fuzz(func(t *testing.T, body []byte, endpoint string) {
		answer, readable := readFields(body)
		if !readable {
			return
		}
		c, why := readDeviceCode(answer, endpoint)
		if (why == "") == (c.device.IsZero() || c.user == "") {
			t.Errorf("read %+v, refused as %q", c, why)
		}
		if why != "" {
			return
		}
		if utf8.RuneCountInString(c.user) > maxUserCode || !utf8.ValidString(c.user) || c.user != oneLine(c.user) && !strings.Contains(c.user, "  ") {
			t.Errorf("code %q", c.user)
		}
		for _, address := range []string{c.plain, c.complete} {
			if auth.CheckAddress(address) != nil {
				t.Errorf("address %q", address)
			}
		}
		if c.interval < leastInterval || c.interval > mostInterval || c.life < 0 || c.life > maxLife {
			t.Errorf("every %v for %v", c.interval, c.life)
		}
	})
}

// Whatever a callback's query holds: only the state that was sent ends an
// attempt, and nothing is both a code and a refusal.
func FuzzCallbackQuery(f *testing.F) {
	const state = "canary-state-of-the-attempt"
	for _, seed := range []string{
		"state=" + state + "&code=c", "state=" + state + "&error=access_denied&error_description=%00%1b[31m", "code=c", "state=a&state=" + state,
		"state=" + state + "&code=c&error=x", "tokentray=o&code=c", "iss=https%3A%2F%2Fid.example.com&state=" + state + "&code=c", "%zz", ";", "=&=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		c, err := readCallback(query)
		if err != nil {
			return
		}
		plain := &attempt{state: auth.NewSecret(state)}
		both := &attempt{state: plain.state, once: auth.NewSecret("canary-once")}
		for _, a := range []*attempt{plain, both} {
			if a.owns(c) && !strings.Contains(decoded(query), state) && !strings.Contains(decoded(query), "canary-once") {
				t.Errorf("%q ends an attempt", query)
			}
			e, p, ok := a.judge(c)
			if ok && (e.failure == nil) == e.code.IsZero() {
				t.Errorf("%q ends with %+v", query, e)
			}
			if strings.Contains(p.Title+p.Text, c.description) && len(c.description) > 80 {
				t.Errorf("the page repeats %q", c.description)
			}
			if e.failure != nil && strings.Contains(e.failure.Error(), state) {
				t.Errorf("%q: the failure says %q", query, e.failure)
			}
		}
	})
}

func decoded(query string) string {
	values, _ := url.ParseQuery(query)
	return strings.Join(append(values["state"], values[onceName]...), " ")
}

// Whatever a provider says: one printable line, short, and nothing of a secret.
func FuzzSay(f *testing.F) {
	f.Add("The refresh token canary-0123456789 is gone", "canary-0123456789")
	f.Add("\x1b[31mred\x1b]0;title\x07 \u202eback\nline", "s")
	f.Add("a%2Bb+c&amp;d", "a+b c&d")
	f.Add("canary-\u200b0123456789", "canary-0123456789")
	f.Add("canary-\u200b0123456789", "\x00 nary-01\x00 23456789") // a hole next to what may stay
	f.Fuzz(func(t *testing.T, text, secret string) {
		said := secrets{}.and(secret).say(text, maxDescription)
		if n := utf8.RuneCountInString(said); n > maxDescription {
			t.Errorf("%d characters", n)
		}
		if !utf8.ValidString(said) || strings.ContainsFunc(said, func(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }) {
			t.Errorf("said %q", said)
		}
		for _, rest := range strings.Split(said, hole) {
			for at := 0; at+telling <= len(secret); at++ {
				if piece := secret[at : at+telling]; strings.Contains(rest, piece) {
					t.Errorf("%q repeats %q", said, piece)
				}
			}
		}
	})
}

// Whatever Retry-After says: no wait, or one between a second and an hour.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"5", "-1", "999999999", "1e400", "NaN", "Inf", "Sun, 22 Nov 2026 09:00:00 GMT", "soon", "", "1763800000", "0x10"} {
		f.Add(seed, 429)
	}
	f.Fuzz(func(t *testing.T, value string, status int) {
		for _, name := range []string{"Retry-After", "X-Rate-Limit-Reset"} {
			wait := retryAfter(status, http.Header{name: {value}}, time.Unix(1763800000, 0))
			if wait != 0 && (wait < leastWait || wait > mostWait) {
				t.Errorf("%s: %s gives %v", name, value, wait)
			}
		}
	})
}

// Whatever stands in a provider file: the address for the browser is whole and
// encoded and has our state once, and a redirect address stays what was registered.
func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{
		"https://login.example.com/authorize?tenant=a+b&state=x", "http://127.0.0.1:17845/callback", "http://localhost", "http://[::1]:80/?a=b",
		"javascript:alert(1)", "-a Calculator", "https://$(x).example.com/;calc", "http://127.0.0.1:0/", "https://a@b/", "HTTP://LOCALHOST:1/%2f",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		address, err := authorizeAddress(raw, map[string]string{"a b": "c d", "state": "x"}, url.Values{"state": {"canary"}, "redirect_uri": {raw}})
		if err == nil {
			u, err := url.Parse(address)
			if err != nil || strings.ContainsAny(address, " +\"'<>\n\r\t`\\") && strings.ContainsAny(u.RawQuery, " +\"'<>\n\r\t`\\") {
				t.Errorf("%q became %q", raw, address)
			}
			if u.Scheme != "https" && !auth.IsLoopback(u.Hostname()) || len(u.Query()["state"]) != 1 || u.Query().Get("state") != "canary" {
				t.Errorf("%q became %q", raw, address)
			}
		}
		r, err := readRedirect(raw)
		if err != nil {
			return
		}
		if query, err := r.answered(r.address(auth.Secret{}) + "#_=_"); err != nil || strings.Contains(query, "#") {
			t.Errorf("%q is not taken for itself: %v", raw, err)
		}
		if !auth.IsLoopback(r.host) || r.port < 1 || r.port > 65535 || !strings.EqualFold(r.address(auth.Secret{}), raw) {
			t.Errorf("%q became %+v, %q", raw, r, r.address(auth.Secret{}))
		}
	})
}

// Whatever somebody pastes: it is read only where it leads to the redirect address,
// and no message repeats it.
func FuzzPastedAddress(f *testing.F) {
	for _, seed := range []string{
		"http://127.0.0.1:17845/callback?code=canary-c&state=canary-s", " 127.0.0.1:17845/callback?code=canary-c#_=_\n",
		"https://127.0.0.1:17845/callback?code=canary-c", "http://evil@127.0.0.1:17845/callback", "http://127.0.0.1:17845/callback/../x",
		"http://127.0.0.1:17845", "%zz", "http://[::1]:17845/callback", "http://127.0.0.1:17845/call%62ack?canary-",
	} {
		f.Add(seed)
	}
	r, err := readRedirect("http://127.0.0.1:17845/callback")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		query, err := r.answered(pasted)
		if err != nil {
			if strings.Contains(err.Error(), "canary-") {
				t.Errorf("%q is repeated in %q", pasted, err)
			}
			return
		}
		u, err := url.Parse("http://127.0.0.1:17845/callback?" + query)
		if err != nil || u.Host != "127.0.0.1:17845" || !strings.Contains(strings.ToLower(pasted), "127.0.0.1:17845/callback") {
			t.Errorf("%q was taken, with the query %q", pasted, query)
		}
	})
}
