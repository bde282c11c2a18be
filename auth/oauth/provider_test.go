package oauth_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
)

// Every secret of these tests has the word in it, so that a leak is easily seen.
const (
	canary        = "canary-"
	secret        = "canary-client-secret: %+é space"
	refreshToken  = "canary-refresh-token-of-the-test"
	rotatedToken  = "canary-rotated-refresh-token"
	accessToken   = "canary-access-token"
	code          = "canary-authorization-code"
	usualTokens   = `{"access_token":"` + accessToken + `","token_type":"bearer","expires_in":3600,"refresh_token":"` + rotatedToken + `"}`
	usualPatience = 5 * time.Second
)

// provider is a scripted provider on loopback with a ledger of what it was asked.
type provider struct {
	*httptest.Server
	mux *http.ServeMux

	mu    sync.Mutex
	posts []post
}

// post is one request to the token endpoint.
type post struct {
	header http.Header
	body   string
	form   url.Values
}

// newProvider answers token requests as answer does, once they are in the ledger.
func newProvider(t *testing.T, answer http.HandlerFunc) *provider {
	t.Helper()
	p := &provider{mux: http.NewServeMux()}
	p.mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		p.mu.Lock()
		p.posts = append(p.posts, post{r.Header, string(body), form})
		p.mu.Unlock()
		answer(w, r)
	})
	p.Server = httptest.NewServer(p.mux)
	t.Cleanup(p.Close)
	return p
}

// ledger is what was asked so far.
func (p *provider) ledger() []post {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]post(nil), p.posts...)
}

// definition is how Tokentray knows the provider.
func (p *provider) definition() auth.Provider {
	return auth.Provider{
		ID: "northwind", Name: "Northwind",
		Endpoints: auth.Endpoints{Authorize: p.URL + "/authorize", Token: p.URL + "/token"},
		Client:    auth.ClientRules{Authentication: auth.AuthenticateBody, Body: auth.BodyForm},
		Redirect:  auth.RedirectRules{Match: auth.MatchAnyPort, Address: "http://127.0.0.1/callback"},
		Scopes:    auth.ScopeRules{Send: true, Separator: " "},
	}
}

// says answers with a body.
func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if kind != "" {
			w.Header().Set("Content-Type", kind)
		} else {
			w.Header()["Content-Type"] = nil
		}
		w.WriteHeader(status)
		write(w, body)
	}
}

// write sends a text; where the other end has gone already that is its affair.
func write(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

// hangUp takes the connection of w away from its server, hands it to end and closes it.
func hangUp(w http.ResponseWriter, end func(*net.TCPConn)) {
	h, ok := w.(http.Hijacker)
	if !ok {
		panic("the test server speaks HTTP/1.1")
	}
	c, _, err := h.Hijack()
	if err != nil {
		panic(err)
	}
	defer c.Close()
	if tcp, ok := c.(*net.TCPConn); ok {
		end(tcp)
	}
}

// quietly ends nothing before the close; reset makes the close a reset.
func quietly(*net.TCPConn) {}
func reset(c *net.TCPConn) { _ = c.SetLinger(0) } // it only fails on a closed connection

func client() auth.Client {
	return auth.Client{Identifier: "northwind-desk", Secret: auth.NewSecret(secret)}
}

func grant() auth.Grant { return auth.Grant{RefreshToken: auth.NewSecret(refreshToken)} }

func newWire(t *testing.T) *oauth.Wire {
	t.Helper()
	w := oauth.New(oauth.Options{UserAgent: "Tokentray/test"})
	t.Cleanup(func() { _ = w.Close() }) // it has nothing to report
	return w
}

// asking is a sign-in at p that lasts long enough for a test.
func asking(p auth.Provider) auth.SignIn {
	return auth.SignIn{Account: "Service desk", Provider: p, Client: client(), Deadline: time.Now().Add(time.Minute)}
}

// underway is a sign-in that waits for its callback.
type underway struct {
	t      *testing.T
	step   auth.SignInStep
	sent   url.Values // the query of the authorization address
	cancel context.CancelFunc
	end    chan error
	answer auth.Answer
}

// begin starts a sign-in and returns when the browser would open.
func begin(t *testing.T, w *oauth.Wire, ask auth.SignIn) *underway {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	u := &underway{t: t, cancel: cancel, end: make(chan error, 1)}
	told := make(chan auth.SignInStep, 1)
	go func() {
		answer, err := w.SignIn(ctx, ask, func(s auth.SignInStep) { told <- s })
		u.answer = answer
		u.end <- err
	}()
	select {
	case u.step = <-told:
	case err := <-u.end:
		t.Fatalf("the sign-in ended before a browser could open: %v", err)
	}
	address, err := url.Parse(u.step.Address)
	if err != nil {
		t.Fatal(err)
	}
	u.sent = address.Query()
	return u
}

// callback is the address that the provider would send the browser to.
func (u *underway) callback(query string) string {
	address := u.sent.Get("redirect_uri")
	if strings.Contains(address, "?") {
		return address + "&" + query
	}
	return address + "?" + query
}

// state is the query with the state that was sent.
func (u *underway) state() string { return "state=" + url.QueryEscape(u.sent.Get("state")) }

// finish waits for the end of the sign-in.
func (u *underway) finish() (auth.Answer, error) {
	u.t.Helper()
	select {
	case err := <-u.end:
		return u.answer, checkedError(u.t, err)
	case <-time.After(usualPatience):
		u.t.Fatal("the sign-in doesn't end")
		return auth.Answer{}, nil
	}
}

// waits fails where the sign-in has ended.
func (u *underway) waits() {
	u.t.Helper()
	select {
	case err := <-u.end:
		u.t.Fatalf("the sign-in ended with %v, want it to go on waiting", err)
	default:
	}
}

// checkedError is err, which must be a *auth.Failure without a secret in it.
func checkedError(t *testing.T, err error) error {
	t.Helper()
	if err == nil {
		return nil
	}
	var f *auth.Failure
	if !errors.As(err, &f) {
		t.Fatalf("error is a %T, want a *auth.Failure", err)
	}
	told, _ := json.Marshal(f.Said)
	words := f.Error() + f.Detail + string(told)
	if f.Cause != nil {
		words += f.Cause.Error()
	}
	if strings.Contains(words, canary) {
		t.Errorf("a secret stands in %q", words)
	}
	return err
}

// failure is err as a *auth.Failure.
func failure(t *testing.T, err error) *auth.Failure {
	t.Helper()
	var f *auth.Failure
	if !errors.As(checkedError(t, err), &f) {
		t.Fatal("there is no error, want one")
	}
	return f
}

// visit is one request of a browser.
type visit struct {
	status   int
	header   http.Header
	body     string
	location string
}

// browse requests address as a browser does, without following a redirect.
func browse(t *testing.T, address string) visit {
	t.Helper()
	return request(t, http.MethodGet, address, "")
}

func request(t *testing.T, method, address, host string) visit {
	t.Helper()
	r, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	return send(t, r)
}

func send(t *testing.T, r *http.Request) visit {
	t.Helper()
	c := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       usualPatience,
	}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), canary) || strings.Contains(answer.Header.Get("Location"), canary) {
		t.Errorf("a secret stands in the page of %s", r.URL.Path)
	}
	v := visit{answer.StatusCode, answer.Header, string(body), ""}
	if to, err := answer.Location(); err == nil {
		v.location = to.String()
	}
	return v
}

// page follows the one redirect to the page that a person sees.
func page(t *testing.T, address string) string {
	t.Helper()
	v := browse(t, address)
	if v.status != http.StatusSeeOther {
		t.Fatalf("callback answered %d, want 303", v.status)
	}
	seen := browse(t, v.location)
	if seen.status != http.StatusOK {
		t.Fatalf("page answered %d, want 200", seen.status)
	}
	return seen.body
}

// eventually waits for a condition that holds soon.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(usualPatience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("it doesn't come about that %s", what)
		}
		<-time.After(5 * time.Millisecond) // between two looks
	}
}

// hears reports whether anybody listens at the host of address.
func hears(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// freePort is a port that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	// Below the ports from which connections are made, so that none has it a moment later.
	for {
		port := strconv.Itoa(20000 + rand.IntN(12000))
		if free("127.0.0.1:"+port) && free("[::1]:"+port) {
			return port
		}
	}
}

func free(address string) bool {
	l, err := net.Listen("tcp", address)
	return err == nil && l.Close() == nil
}
