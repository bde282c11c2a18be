package oauth_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
)

// refresh asks p once.
func refresh(t *testing.T, p *provider) (auth.Answer, error) {
	t.Helper()
	answer, err := newWire(t).Refresh(context.Background(), p.definition(), client(), grant())
	return answer, checkedError(t, err)
}

func TestEachWayOfClientAuthenticationIsUsedAlone(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	w := newWire(t)
	ask := func(rules auth.ClientRules, c auth.Client) post {
		t.Helper()
		d := p.definition()
		d.Client = rules
		if _, err := w.Refresh(context.Background(), d, c, grant()); err != nil {
			t.Fatal(err)
		}
		posts := p.ledger()
		return posts[len(posts)-1]
	}
	basic := ask(auth.ClientRules{Authentication: auth.AuthenticateBasic}, auth.Client{Identifier: "a b", Secret: auth.NewSecret(secret)})
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("a+b:canary-client-secret%3A+%25%2B%C3%A9+space"))
	if got := basic.header.Get("Authorization"); got != want || basic.form.Has("client_id") || basic.form.Has("client_secret") {
		t.Errorf("basic sent %q and %v", got, basic.form)
	}
	body := ask(auth.ClientRules{Authentication: auth.AuthenticateBody}, client())
	if body.header.Get("Authorization") != "" || body.form.Get("client_secret") != secret || body.form.Get("client_id") != "northwind-desk" {
		t.Errorf("body sent %v", body.form)
	}
	none := ask(auth.ClientRules{Authentication: auth.AuthenticateNone}, client())
	public := ask(auth.ClientRules{Authentication: auth.AuthenticateBasic}, auth.Client{Identifier: "northwind-desk"})
	for _, got := range []post{none, public} {
		if got.header.Get("Authorization") != "" || got.form.Has("client_secret") || got.form.Get("client_id") != "northwind-desk" {
			t.Errorf("a public client sent %v", got.form)
		}
	}
	for _, got := range []string{body.header.Get("Accept"), body.header.Get("Content-Type"), body.header.Get("User-Agent")} {
		if got != "application/json" && got != "application/x-www-form-urlencoded" && got != "Tokentray/test" {
			t.Errorf("header %q", got)
		}
	}
	d := p.definition()
	d.Client.Authentication = ""
	_, err := w.Refresh(context.Background(), d, client(), grant())
	if f := failure(t, err); f.Outcome != auth.OutcomeMisconfigured {
		t.Errorf("outcome = %q, want misconfigured", f.Outcome)
	}
}

func TestARefreshSendsNoMoreThanItMust(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Endpoints.Token, d.Endpoints.Refresh = "http://127.0.0.1:1/", p.URL+"/token"
	w := newWire(t)
	ask := func() post {
		t.Helper()
		if _, err := w.Refresh(context.Background(), d, client(), grant()); err != nil {
			t.Fatal(err)
		}
		posts := p.ledger()
		return posts[len(posts)-1]
	}
	if got := ask().form; len(got) != 4 || got.Get("grant_type") != "refresh_token" || got.Get("refresh_token") != refreshToken {
		t.Errorf("sent %v", got)
	}
	d.Parameters.Refresh = map[string]string{"type": "refresh", "redirect_uri": "http://localhost/", "scope": "offline_access", "refresh_token": "theirs", "grant_type": "x"}
	got := ask().form
	if got.Get("type") != "refresh" || got.Get("redirect_uri") == "" || got.Get("scope") == "" || got.Get("refresh_token") != refreshToken || got.Get("grant_type") != "refresh_token" {
		t.Errorf("sent %v", got)
	}
	d.Scopes.Send = false
	if got := ask().form; got.Has("scope") {
		t.Errorf("sent %v, want no scope", got)
	}
	d.Client.Body = auth.BodyJSON
	var object map[string]string
	sent := ask()
	if err := json.Unmarshal([]byte(sent.body), &object); err != nil || object["refresh_token"] != refreshToken || sent.header.Get("Content-Type") != "application/json" {
		t.Errorf("sent %s", sent.body)
	}
	_, err := w.Refresh(context.Background(), d, client(), auth.Grant{})
	if f := failure(t, err); f.Outcome != auth.OutcomeNeedsSignIn {
		t.Errorf("without a refresh token: %q, want needs_sign_in", f.Outcome)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		elsewhere := newProvider(t, says(200, "application/json", usualTokens))
		p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/token", status)
		})
		_, err := refresh(t, p)
		if f := failure(t, err); f.Outcome != auth.OutcomeIntercepted {
			t.Errorf("%d: outcome = %q, want intercepted", status, f.Outcome)
		}
		if got := len(elsewhere.ledger()); got != 0 {
			t.Errorf("%d: the other host got %d requests", status, got)
		}
	}
}

func TestWhetherAnythingWasSentIsKnown(t *testing.T) {
	w := newWire(t)
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Endpoints.Token = "http://127.0.0.1:" + freePort(t) + "/token"
	_, err := w.Refresh(context.Background(), d, client(), grant())
	if f := failure(t, err); f.Outcome != auth.OutcomeTransient {
		t.Errorf("nobody listens: %q, want transient", f.Outcome)
	}
	d.Endpoints.Token = "https://" + strings.TrimPrefix(p.URL, "http://") + "/token"
	_, err = w.Refresh(context.Background(), d, client(), grant())
	if f := failure(t, err); f.Outcome != auth.OutcomeIntercepted {
		t.Errorf("plain HTTP where TLS belongs: %q, want intercepted", f.Outcome)
	}
	if got := len(p.ledger()); got != 0 {
		t.Errorf("%d requests, want none", got)
	}
	for what, end := range map[string]func(*net.TCPConn){
		"closed":     quietly,
		"reset":      reset,
		"not HTTP":   func(c *net.TCPConn) { write(c, refreshToken+" "+secret+"\r\n\r\n") },
		"cut answer": func(c *net.TCPConn) { write(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"acc") },
	} {
		p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) { hangUp(w, end) })
		_, err := refresh(t, p)
		if f := failure(t, err); f.Outcome != auth.OutcomeAmbiguous || len(p.ledger()) != 1 {
			t.Errorf("%s: %q after %d requests, want ambiguous after 1", what, f.Outcome, len(p.ledger()))
		}
	}
}

// A connection that the server keeps and then resets is where HTTP clients like
// to send once more. Ours never uses a connection twice.
func TestNoRequestIsRepeatedOverAKeptConnection(t *testing.T) {
	connections := make(chan string, 16)
	var served int
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		connections <- r.RemoteAddr
		if served++; served%2 == 0 {
			hangUp(w, reset)
			return
		}
		w.Header().Set("Connection", "keep-alive")
		says(200, "application/json", usualTokens)(w, r)
	})
	w := newWire(t)
	seen := map[string]bool{}
	for i := range 6 {
		_, err := w.Refresh(context.Background(), p.definition(), client(), grant())
		if (err == nil) != (i%2 == 0) {
			t.Errorf("request %d: %v", i, err)
		}
		if got := len(p.ledger()); got != i+1 {
			t.Fatalf("%d requests reached the provider, want %d", got, i+1)
		}
		seen[<-connections] = true
	}
	if len(seen) != 6 {
		t.Errorf("%d connections for 6 requests, want one each", len(seen))
	}
}

func TestOnlyTheProvidersCertificateWillDo(t *testing.T) {
	s := httptest.NewUnstartedServer(says(200, "application/json", usualTokens))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report our distrust
	s.StartTLS()
	defer s.Close()
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Endpoints.Token = s.URL
	_, err := newWire(t).Refresh(context.Background(), d, client(), grant())
	if f := failure(t, err); f.Outcome != auth.OutcomeIntercepted {
		t.Errorf("outcome = %q, want intercepted", f.Outcome)
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	w := oauth.New(oauth.Options{RootCAs: roots})
	if _, err := w.Refresh(context.Background(), d, client(), grant()); err != nil {
		t.Error(err)
	}
}

func TestAnEndlessAnswerEnds(t *testing.T) {
	long := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		write(w, `{"junk":"`)
		chunk := bytes.Repeat([]byte("x"), 64<<10)
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	bomb := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 256 {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		_ = z.Close() // we are read no more by then
	})
	for what, p := range map[string]*provider{"2 GiB": long, "a bomb": bomb} {
		_, err := refresh(t, p)
		if f := failure(t, err); f.Outcome != auth.OutcomeAmbiguous {
			t.Errorf("%s: %q, want ambiguous", what, f.Outcome)
		}
	}
	gone := make(chan struct{})
	drip := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(gone)
		for {
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			if http.NewResponseController(w).Flush() != nil {
				return
			}
			select {
			case <-r.Context().Done():
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	w := newWire(t)
	w.Hurry(300 * time.Millisecond)
	_, err := w.Refresh(context.Background(), drip.definition(), client(), grant())
	if f := failure(t, err); f.Outcome != auth.OutcomeAmbiguous {
		t.Errorf("a drip: %q, want ambiguous", f.Outcome)
	}
	<-gone
}

func TestARefreshEndsWithItsContext(t *testing.T) {
	arrived := make(chan struct{})
	p := newProvider(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := newWire(t).Refresh(ctx, p.definition(), client(), grant())
	if f := failure(t, err); f.Outcome != auth.OutcomeAmbiguous || !errors.Is(f, context.Canceled) {
		t.Errorf("outcome = %q, cause %v, want ambiguous, cancelled", f.Outcome, f.Cause)
	}
}
