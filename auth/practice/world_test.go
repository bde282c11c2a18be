package practice_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

const (
	callback = "http://127.0.0.1:17845/callback"
	user     = "you@example.com"
	// The verifier and challenge of RFC 7636, appendix B.
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	okta      = "/oauth2/aus1p1ixy7YL8cMq02p7"
)

var (
	confidential = practice.Client{ID: "7_desk", Name: "Desk", Secret: auth.NewSecret("canary-secret"), RedirectAddresses: []string{callback}}
	stranger     = practice.Client{ID: "8_other", Secret: auth.NewSecret("canary-other"), RedirectAddresses: []string{callback}}
	public       = practice.Client{ID: "public", RedirectAddresses: []string{"http://127.0.0.1/callback"}}
)

// clock is a wall clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a server with a clock, and a browser that signs in there.
type world struct {
	*testing.T
	server  *practice.Server
	base    string // its address
	clock   *clock
	dialect practice.Dialect
}

func open(t *testing.T, o practice.Options) world {
	t.Helper()
	c := newClock()
	o.Now = c.Now
	if o.Clients == nil {
		o.Clients = []practice.Client{confidential, stranger}
		if o.Dialect == practice.Standard {
			o.Clients = append(o.Clients, public)
		}
	}
	server := practicetest.Start(t, o)
	return world{T: t, server: server, base: server.Address(), clock: c, dialect: o.Dialect}
}

// paths of authorization, token and API.
func (w world) path(which int) string {
	return w.base + map[practice.Dialect][3]string{
		practice.Standard:         {"/authorize", "/token", "/api/me"},
		practice.Adaptix:          {"/oauth/v2/authorize", "/oauth/v2/token", "/api/contacts"},
		practice.Fortellis:        {okta + "/v1/authorize", okta + "/v1/token", "/api/customers"},
		practice.FortesMilestones: {"/api/oauth2/oauth2/auth", "/api/oauth2/oauth2/token", "/api/projects"},
	}[w.dialect][which]
}

// ask is a good authorization address, changed by pairs of key and value; the
// value "-" takes a key away.
func (w world) ask(change ...string) string {
	q := url.Values{
		"client_id": {confidential.ID}, "response_type": {"code"}, "redirect_uri": {callback}, "state": {"a state"},
	}
	switch w.dialect {
	case practice.Standard:
		q.Set("scope", "openid profile email offline_access")
		q.Set("code_challenge", challenge)
		q.Set("code_challenge_method", "S256")
	case practice.Fortellis:
		q.Set("scope", "openid offline_access")
	}
	return w.path(0) + "?" + changed(q, change).Encode()
}

func changed(q url.Values, change []string) url.Values {
	for i := 0; i+1 < len(change); i += 2 {
		q.Set(change[i], change[i+1])
		if change[i+1] == "-" {
			q.Del(change[i])
		}
	}
	return q
}

// code signs in and allows; change changes the ask.
func (w world) code(change ...string) string {
	w.Helper()
	return w.parameter(practicetest.Answer(w.T, &http.Client{}, w.ask(change...), user, "allow"), "code")
}

func (w world) parameter(address, key string) string {
	w.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Query().Get(key) == "" {
		w.Fatalf("no %s in the address that the browser was sent to", key)
	}
	return u.Query().Get(key)
}

// said is a token endpoint's answer.
type said struct {
	status int
	header http.Header
	body   string
}

func (s said) get(key string) string {
	var fields map[string]any
	if json.Unmarshal([]byte(s.body), &fields) != nil {
		return ""
	}
	text, _ := fields[key].(string)
	return text
}

// send is a request as it is; a form is sent where there is one.
func (w world) send(method, address string, form url.Values, header map[string]string) (said, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(w.Context(), method, address, body)
	if err != nil {
		return said{}, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range header {
		if k == "Host" {
			r.Host = v
		}
		r.Header.Set(k, v)
	}
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(r)
	if err != nil {
		return said{}, err
	}
	defer func() { _ = response.Body.Close() }() // read to its end below
	text, err := io.ReadAll(response.Body)
	return said{response.StatusCode, response.Header, string(text)}, err
}

func (w world) must(method, address string, form url.Values, header map[string]string) said {
	w.Helper()
	s, err := w.send(method, address, form, header)
	if err != nil {
		w.Fatalf("%s: %v", method, err)
	}
	return s
}

// tokenForm is a good token request of the dialect, but for what it presents.
func (w world) tokenForm(grant string, change ...string) (url.Values, map[string]string) {
	form, header := url.Values{"grant_type": {grant}}, map[string]string{}
	if w.dialect == practice.Fortellis {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(confidential.ID, confidential.Secret.Reveal())
		header["Authorization"] = r.Header.Get("Authorization")
	} else {
		form.Set("client_id", confidential.ID)
		form.Set("client_secret", confidential.Secret.Reveal())
	}
	if grant == "authorization_code" {
		form.Set("redirect_uri", callback)
		if w.dialect == practice.Standard {
			form.Set("code_verifier", verifier)
		}
	}
	return changed(form, change), header
}

func (w world) ask4Tokens(grant string, change ...string) said {
	w.Helper()
	form, header := w.tokenForm(grant, change...)
	return w.must(http.MethodPost, w.path(1), form, header)
}

func (w world) exchange(code string, change ...string) said {
	w.Helper()
	return w.ask4Tokens("authorization_code", append([]string{"code", code}, change...)...)
}

func (w world) refresh(token string, change ...string) said {
	w.Helper()
	return w.ask4Tokens("refresh_token", append([]string{"refresh_token", token}, change...)...)
}

// signedIn is the first answer with tokens.
func (w world) signedIn(change ...string) said {
	w.Helper()
	s := w.exchange(w.code(change...))
	if s.status != http.StatusOK {
		w.Fatalf("got %d %s, want tokens", s.status, s.body)
	}
	return s
}

func (w world) api(token string) said {
	w.Helper()
	return w.must(http.MethodGet, w.path(2), nil, map[string]string{"Authorization": "Bearer " + token, "Subscription-Id": "test"})
}

func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// expect compares status and body.
func (w world) expect(got said, status int, body string) {
	w.Helper()
	if got.status != status || got.body != body {
		w.Errorf("got %d %s, want %d %s", got.status, got.body, status, body)
	}
}
