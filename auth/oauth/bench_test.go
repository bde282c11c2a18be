package oauth

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// BenchmarkTokenAnswer reads an answer of 4 KiB: two JWT-like tokens, an ID token
// and some fields nobody asked for. Aim: 40 µs.
func BenchmarkTokenAnswer(b *testing.B) {
	long := "canary-" + strings.Repeat("x", 1200)
	body := []byte(`{"access_token":"` + long + `.a.b","token_type":"Bearer","expires_in":3600,"refresh_token":"` + long +
		`","id_token":"` + long + `.c.d","scope":"openid email profile offline_access","ext_expires_in":7200,` +
		`"client_info":"` + strings.Repeat("y", 250) + `","foci":"1","not_before":1732267000}`)
	h := heard{status: 200, header: http.Header{"Content-Type": {"application/json"}, "Date": {"Sun, 22 Nov 2026 09:14:52 GMT"}}, body: body, asked: time.Now()}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if answer, ok := readAnswer(h, " "); !ok || answer.ExpiresIn != time.Hour {
			b.Fatal("it isn't read")
		}
	}
}

// BenchmarkCallbackToTokens is the time from the last byte of a callback to the
// tokens in the caller's hands, at a provider that answers at once: it is all ours,
// but for the two connections on loopback.
func BenchmarkCallbackToTokens(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a test's own request
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"canary-a","expires_in":3600,"refresh_token":"canary-r"}`) // as above
	}))
	defer s.Close()
	w := New(Options{})
	defer func() { _ = w.Close() }() // it has nothing to report
	ask := auth.SignIn{
		Client: auth.Client{Identifier: "northwind-desk"},
		Provider: auth.Provider{
			Endpoints: auth.Endpoints{Authorize: s.URL + "/a", Token: s.URL + "/t"},
			Client:    auth.ClientRules{Authentication: auth.AuthenticateNone},
			Redirect:  auth.RedirectRules{Match: auth.MatchAnyPort, Address: "http://127.0.0.1/callback"},
		},
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var took time.Duration
	for b.Loop() {
		var sent time.Time
		_, err := w.SignIn(context.Background(), ask, func(step auth.SignInStep) {
			u, err := url.Parse(step.Address)
			if err != nil {
				b.Error(err)
				return
			}
			sent = time.Now()
			answer, err := browser.Get(u.Query().Get("redirect_uri") + "?code=canary-c&state=" + url.QueryEscape(u.Query().Get("state")))
			if err != nil {
				b.Error(err)
				return
			}
			answer.Body.Close()
		})
		took += time.Since(sent)
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(took.Microseconds())/float64(b.N), "µs/callback")
}
