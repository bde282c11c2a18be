package faults_test

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// front stands before the practice server, on a socket of its own. It keeps the
// ledger, answers with the time of the test's clock, and where a test wants it to,
// answers itself.
type front struct {
	*httptest.Server
	behind http.Handler
	clock  auth.Clock
	date   func() time.Time // that it states

	mu            sync.Mutex
	codes         shown
	refreshTokens shown
	arrivals      []time.Time // of token requests, on the test's clock
	requests      map[string]int
	tokenAnswers  []answer // of the next token requests
	keysAnswer    answer   // of every request for keys; nil: what is behind
}

// answer answers one token request; behind carries it out.
type answer func(w http.ResponseWriter, r *http.Request, behind http.Handler)

// shown counts how often each of several secrets was presented.
type shown struct {
	order []string
	times map[string]int
}

func (s *shown) note(secret string) {
	if secret == "" {
		return
	}
	if s.times == nil {
		s.times = map[string]int{}
	}
	if s.times[secret]++; s.times[secret] == 1 {
		s.order = append(s.order, secret)
	}
}

// counts are the times, in the order in which the secrets first came.
func (s *shown) counts() []int {
	var n []int
	for _, secret := range s.order {
		n = append(n, s.times[secret])
	}
	return n
}

func newFront(t *testing.T, clock auth.Clock, date func() time.Time, behind http.Handler) *front {
	f := &front{behind: behind, clock: clock, date: date, requests: map[string]int{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// ServeHTTP writes the ledger before anything is answered.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // whoever asks has gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.Header().Set("Date", f.date().UTC().Format(http.TimeFormat))
	if scripted := f.note(r.URL.Path, body); scripted != nil {
		scripted(w, r, f.behind)
		return
	}
	f.behind.ServeHTTP(w, r)
}

// note writes a request down and returns what answers it; nil: what is behind.
func (f *front) note(path string, body []byte) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests[path]++
	if path == "/jwks" {
		return f.keysAnswer
	}
	if path != "/token" {
		return nil
	}
	form, _ := url.ParseQuery(string(body)) // what is no form presents nothing
	f.codes.note(form.Get("code"))
	f.refreshTokens.note(form.Get("refresh_token"))
	f.arrivals = append(f.arrivals, f.clock.Wall())
	if len(f.tokenAnswers) == 0 {
		return nil
	}
	next := f.tokenAnswers[0]
	f.tokenAnswers = f.tokenAnswers[1:]
	return next
}

// next has the next token requests answered by all, one each.
func (f *front) next(all ...answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tokenAnswers = append(f.tokenAnswers, all...)
}

// asked are the times at which token requests came.
func (f *front) asked() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.arrivals)
}

// visits are how often each path was asked for.
func (f *front) visits() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.requests)
}

// wantLedger compares how often each code, and each refresh token, was presented,
// in the order in which they first were.
func (f *front) wantLedger(t *testing.T, codes, refreshTokens []int) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if got := f.codes.counts(); !slices.Equal(got, codes) {
		t.Errorf("codes were presented %v times, want %v", got, codes)
	}
	if got := f.refreshTokens.counts(); !slices.Equal(got, refreshTokens) {
		t.Errorf("refresh tokens were presented %v times, want %v", got, refreshTokens)
	}
}

// says answers without carrying anything out; header is name, value, name, …
func says(status int, kind, body string, header ...string) answer {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for ; len(header) > 1; header = header[2:] {
			w.Header().Set(header[0], header[1])
		}
		w.Header()["Content-Type"] = nil // so that none is guessed
		if kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		w.WriteHeader(status)
		send(w, body)
	}
}

// rewrites carries the request out and changes the body of its answer.
func rewrites(change func(body string) (kind, changed string)) answer {
	return func(w http.ResponseWriter, r *http.Request, behind http.Handler) {
		real := httptest.NewRecorder()
		behind.ServeHTTP(real, r)
		kind, body := change(real.Body.String())
		says(real.Code, kind, body)(w, r, nil)
	}
}

// losesTheAnswer carries the request out and resets the connection instead of an answer.
func losesTheAnswer(w http.ResponseWriter, r *http.Request, behind http.Handler) {
	behind.ServeHTTP(httptest.NewRecorder(), r)
	hangUp(w)
}

// hangUp resets the connection of w.
func hangUp(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // the test server speaks HTTP/1.1
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // fails on a closed connection alone
	}
	_ = c.Close() // as above
}

// send writes text; where the other end has gone already that is its affair.
func send(w io.Writer, text string) { _, _ = io.WriteString(w, text) }
