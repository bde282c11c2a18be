package oauth_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
)

// wired is a Wire whose Network can change under way.
func wired(t *testing.T) (*oauth.Wire, *atomic.Pointer[auth.Network]) {
	t.Helper()
	var n atomic.Pointer[auth.Network]
	n.Store(&auth.Network{})
	w := oauth.New(oauth.Options{Network: func() auth.Network { return *n.Load() }})
	t.Cleanup(func() { _ = w.Close() }) // it has nothing to report
	return w, &n
}

// atFar is the definition of a provider that is reached at far.
func atFar(p *provider) auth.Provider {
	d := p.definition()
	d.Endpoints.Token = "https://" + far + "/token"
	return d
}

// wantRefreshed wants a refresh to work.
func wantRefreshed(t *testing.T, what string, w *oauth.Wire, d auth.Provider) {
	t.Helper()
	answer, err := w.Refresh(context.Background(), d, client(), grant())
	if err != nil || answer.RefreshToken.Reveal() != rotatedToken {
		t.Errorf("%s: %v, want the rotated refresh token", what, err)
	}
}

// wantFailed wants a refresh that fails so, and returns the failure.
func wantFailed(t *testing.T, what string, w *oauth.Wire, d auth.Provider, want auth.Outcome) auth.Failure {
	t.Helper()
	_, err := w.Refresh(context.Background(), d, client(), grant())
	f := failure(t, err)
	if f.Outcome != want {
		t.Errorf("%s: %q (%v), want %q", what, f.Outcome, f, want)
	}
	return *f
}

func TestAProxyLeadsToTheProvider(t *testing.T) {
	a := newAuthority(t)
	p := a.serve(nil)
	open, closed := newProxy(t, p, ""), newProxy(t, p, canary+"proxy")
	w, n := wired(t)
	trust := auth.Network{Proxy: open.URL, CAFile: a.file}

	n.Store(&trust)
	wantRefreshed(t, "an open proxy", w, atFar(p))
	if got := open.requests(); len(got) != 1 || got[0] != "CONNECT "+far+":443" {
		t.Errorf("the proxy was asked %q, want one CONNECT", got)
	}

	trust.Proxy = strings.Replace(closed.URL, "//", "//you:"+canary+"proxy@", 1)
	n.Store(&trust)
	wantRefreshed(t, "a proxy with a password", w, atFar(p))

	trust.Proxy = strings.Replace(closed.URL, "//", "//you:"+canary+"wrong@", 1)
	n.Store(&trust)
	f := wantFailed(t, "a wrong password", w, atFar(p), auth.OutcomeIntercepted)
	if f.Said.Status != http.StatusProxyAuthRequired || !strings.Contains(f.Detail, "proxy refused") {
		t.Errorf("said %d, %q, want 407 and who said it", f.Said.Status, f.Detail)
	}
	if got := len(p.ledger()); got != 2 {
		t.Errorf("%d token requests, want 2", got)
	}

	d := atFar(p)
	d.Issuer, d.Endpoints = "https://"+far, auth.Endpoints{}
	_, err := w.Discover(context.Background(), d)
	if f := failure(t, err); f.Outcome != auth.OutcomeIntercepted {
		t.Errorf("discovery: %q (%v), want intercepted", f.Outcome, f)
	}

	closed.Close()
	wantFailed(t, "a proxy that is gone", w, atFar(p), auth.OutcomeTransient)
}

func TestTheSettingsProxyLeadsToTheProvider(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"} {
		if _, there := os.LookupEnv(name); there {
			t.Skip("the environment names proxies here, and its word is the last one")
		}
	}
	a := newAuthority(t)
	p := a.serve(nil)
	proxy := newProxy(t, p, "")
	w := oauth.New(oauth.Options{
		Network:     func() auth.Network { return auth.Network{CAFile: a.file} },
		SystemProxy: func(context.Context, *url.URL) (*url.URL, error) { return url.Parse(proxy.URL) },
	})
	t.Cleanup(func() { _ = w.Close() }) // it has nothing to report
	wantRefreshed(t, "the settings' proxy", w, atFar(p))
	if got := proxy.requests(); len(got) != 1 || got[0] != "CONNECT "+far+":443" {
		t.Errorf("the proxy was asked %q, want one CONNECT", got)
	}
}

func TestThisComputerIsReachedWithoutTheProxy(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	w, n := wired(t)
	n.Store(&auth.Network{Proxy: "http://127.0.0.1:1"})
	wantRefreshed(t, "loopback beside a proxy", w, p.definition())
	n.Store(&auth.Network{Proxy: "none"})
	wantRefreshed(t, "straight", w, p.definition())
}

func TestASocksProxyLeadsToTheProvider(t *testing.T) {
	a := newAuthority(t)
	p := a.serve(nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	asked := make(chan string, 1)
	go func() { // ends with its only guest
		here, err := l.Accept()
		if err != nil {
			return
		}
		r := bufio.NewReader(here)
		head := make([]byte, 3)
		_, _ = io.ReadFull(r, head) // version, one method: none
		_, _ = here.Write([]byte{5, 0})
		head = make([]byte, 5) // version, connect, 0, name, its length
		_, _ = io.ReadFull(r, head)
		name := make([]byte, int(head[4])+2)
		_, _ = io.ReadFull(r, name)
		asked <- string(name[:len(name)-2])
		_, _ = here.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		there, err := net.Dial("tcp", p.Listener.Addr().String())
		if err != nil {
			return
		}
		join(here, r, there)
	}()
	w, n := wired(t)
	n.Store(&auth.Network{Proxy: "socks5://" + l.Addr().String(), CAFile: a.file})
	wantRefreshed(t, "SOCKS", w, atFar(p))
	if got := <-asked; got != far {
		t.Errorf("the proxy was asked for %q, want %q: names are its affair", got, far)
	}
}

// atLocalhost is the definition of a provider with a certificate for localhost.
func atLocalhost(p *provider) auth.Provider {
	d := p.definition()
	to, _ := url.Parse(p.URL)
	d.Endpoints.Token = "https://localhost:" + to.Port() + "/token"
	return d
}

func TestACompanysOwnAuthorityIsTrustedWhereThePersonSaysSo(t *testing.T) {
	a := newAuthority(t)
	p := a.serve(nil)
	w, n := wired(t)
	wantFailed(t, "unknown", w, atLocalhost(p), auth.OutcomeIntercepted)
	n.Store(&auth.Network{CAFile: a.file})
	wantRefreshed(t, "trusted", w, atLocalhost(p))
	// The file is looked at before each request: another authority is not this one.
	b := newAuthority(t)
	text, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.file, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	wantFailed(t, "replaced", w, atLocalhost(p), auth.OutcomeIntercepted)
	n.Store(&auth.Network{})
	wantFailed(t, "no longer", w, atLocalhost(p), auth.OutcomeIntercepted)
}

func TestAServerThatAsksWhoWeAreIsShownTheCertificate(t *testing.T) {
	a := newAuthority(t)
	p := a.serve(func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		c.ClientCAs.AddCert(a.cert)
	})
	w, n := wired(t)
	n.Store(&auth.Network{CAFile: a.file})
	if _, err := w.Refresh(context.Background(), atLocalhost(p), client(), grant()); err == nil {
		t.Error("a refresh without a certificate worked")
	}
	certificate, key := a.person()
	n.Store(&auth.Network{CAFile: a.file, ClientCertificate: certificate, ClientKey: key})
	wantRefreshed(t, "with a certificate", w, atLocalhost(p))
}

func TestOldTLSIsRefused(t *testing.T) {
	a := newAuthority(t)
	p := a.serve(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 })
	w, n := wired(t)
	n.Store(&auth.Network{CAFile: a.file})
	if _, err := w.Refresh(context.Background(), atLocalhost(p), client(), grant()); err == nil {
		t.Error("a refresh over TLS 1.1 worked")
	}
	if got := len(p.ledger()); got != 0 {
		t.Errorf("%d token requests, want none", got)
	}
}

func TestANetworkThatCantBeUsedIsSaid(t *testing.T) {
	a := newAuthority(t)
	certificate, key := a.person()
	_, otherKey := a.person()
	missing := filepath.Join(t.TempDir(), "missing.pem")
	empty := a.write("empty.pem", "NOTHING", nil)
	p := newProvider(t, says(200, "application/json", usualTokens))
	w, n := wired(t)
	for _, row := range []struct {
		what    string
		network auth.Network
		named   string
	}{
		{"no such authorities", auth.Network{CAFile: missing}, missing},
		{"a folder", auth.Network{CAFile: filepath.Dir(missing)}, filepath.Dir(missing)},
		{"no authority in it", auth.Network{CAFile: empty}, empty},
		{"no such certificate", auth.Network{ClientCertificate: missing, ClientKey: key}, missing},
		{"no such key", auth.Network{ClientCertificate: certificate, ClientKey: missing}, missing},
		{"another's key", auth.Network{ClientCertificate: certificate, ClientKey: otherKey}, certificate},
		{"half a pair", auth.Network{ClientCertificate: certificate}, certificate},
		{"no address", auth.Network{Proxy: canary + "proxy"}, "proxy"},
		{"another scheme", auth.Network{Proxy: "ftp://you:" + canary + "x@proxy.example.com"}, "proxy"},
	} {
		n.Store(&row.network)
		f := wantFailed(t, row.what, w, p.definition(), auth.OutcomeTransient)
		if f.Kind != auth.KindUsage || !strings.Contains(f.Detail, row.named) || !strings.Contains(f.Detail, "network settings") {
			t.Errorf("%s: kind = %q, detail = %q, want %q and %q in it", row.what, f.Kind, f.Detail, auth.KindUsage, row.named)
		}
		d := p.definition()
		d.Issuer, d.Endpoints = p.URL, auth.Endpoints{}
		_, err := w.Discover(context.Background(), d)
		if f := failure(t, err); f.Kind != auth.KindUsage || f.Outcome != auth.OutcomeTransient {
			t.Errorf("%s: discovery: %q, %q, want %q, transient", row.what, f.Kind, f.Outcome, auth.KindUsage)
		}
	}
	if got := len(p.ledger()); got != 0 {
		t.Errorf("%d token requests, want none", got)
	}
	n.Store(&auth.Network{})
	wantRefreshed(t, "mended", w, p.definition())
}

func TestAnAnswerThatUnpacksWithoutEndIsCutOff(t *testing.T) {
	var sent atomic.Int64
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			says(200, "application/json", usualTokens)(w, r)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 1 << 10 { // a GiB, unpacked
			if _, err := z.Write(zeros); err != nil {
				return
			}
			sent.Add(1)
		}
	})
	f := wantFailed(t, "a bomb", newWire(t), p.definition(), auth.OutcomeAmbiguous)
	if f.Said.Status != 200 {
		t.Errorf("status = %d, want 200", f.Said.Status)
	}
	if got := sent.Load(); got == 1<<10 {
		t.Error("all of it was taken, want it cut off")
	}
}
