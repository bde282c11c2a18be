package crash_test

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

// step is where in a refresh, as the provider's side sees it, the agent dies.
type step int

const (
	anywhere  step = iota // at a random time
	arrived               // the request is there, nothing is done yet
	processed             // the refresh token is replaced, nothing is answered yet
	answered              // the answer has left
	steps
)

func (s step) String() string {
	return [...]string{"anywhere", "request arrived", "request processed", "answer left"}[s]
}

// world is the provider: an authorization server, and before its token endpoint a
// gate that tells how far a request has come.
type world struct {
	redirect string
	server   *practice.Server
	gate     *httptest.Server

	mu   sync.Mutex
	at   step
	stop func() // called once, when a token request comes to at; nil: nobody waits
}

func newWorld(t *testing.T, grace time.Duration) *world {
	redirect := freeRedirect(t)
	w := &world{redirect: redirect, server: practicetest.Start(t, practice.Options{
		// It states no issuer, so that the gate may stand before its token endpoint.
		Dialect: practice.Fortellis, AccessLife: time.Minute, Grace: grace, Rotation: practice.RotationReplaces,
		Clients: []practice.Client{{ID: clientID, Secret: clientSecret, RedirectAddresses: []string{redirect}}},
	})}
	target, err := url.Parse(w.server.Address())
	if err != nil {
		t.Fatal(err)
	}
	quiet := log.New(io.Discard, "", 0) // that agents die in the middle of a request is the point
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = quiet
	w.gate = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.reach(arrived)
		held := httptest.NewRecorder()
		proxy.ServeHTTP(held, r)
		w.reach(processed)
		for name, values := range held.Header() {
			rw.Header()[name] = values
		}
		rw.WriteHeader(held.Code)
		_, _ = rw.Write(held.Body.Bytes()) // whoever asked may be dead
		if f, ok := rw.(http.Flusher); ok {
			f.Flush()
		}
		w.reach(answered)
	}))
	t.Cleanup(w.gate.Close)
	return w
}

// when has stop called once, the next time a request comes to s.
func (w *world) when(s step, stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.stop = s, stop
}

func (w *world) reach(s step) {
	w.mu.Lock()
	stop := w.stop
	if stop == nil || w.at != s {
		w.mu.Unlock()
		return
	}
	w.stop = nil
	w.mu.Unlock()
	stop()
}

// providerFile describes the provider, with the gate as its token endpoint.
func (w *world) providerFile() string {
	return fmt.Sprintf(`format = 1
id = "northwind"
name = "Northwind"
[endpoints]
authorize = "%s/oauth2/aus1p1ixy7YL8cMq02p7/v1/authorize"
token = "%s/oauth2/aus1p1ixy7YL8cMq02p7/v1/token"
[client]
authentication = "basic"
secret = "required"
[grants]
supported = ["authorization_code"]
[redirect]
rule = "exact"
address = "%s"
[scopes]
default = ["offline_access"]
[rotation]
refresh_token = "single-use"
grace = "30s"
`, w.server.Address(), w.gate.URL, w.redirect)
}

const clientID = "northwind-tray"

var clientSecret = auth.NewSecret("canary-northwind-secret")

// freeRedirect is a redirect address on a port that nobody listens on.
func freeRedirect(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/callback"
}
