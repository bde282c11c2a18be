package oauth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// far is a host that only a proxy of these tests leads to.
const far = "login.northwind.example"

// authority is a company's own certificate authority.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	file string // its certificate in PEM
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{t: t}
	a.key, a.cert, _ = a.make(nil)
	a.file = a.write("ca.pem", "CERTIFICATE", a.cert.Raw)
	return a
}

// make is a certificate for names; the authority's own where there are none.
func (a authority) make(names []string) (*ecdsa.PrivateKey, *x509.Certificate, tls.Certificate) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Northwind"}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: names == nil,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	parent, signer := a.cert, a.key
	if names == nil {
		parent, signer = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		a.t.Fatal(err)
	}
	return key, cert, tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: cert}
}

// write is a new file in PEM.
func (a authority) write(name, kind string, raw []byte) string {
	a.t.Helper()
	path := filepath.Join(a.t.TempDir(), name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return path
}

// person is a client certificate and its key, as files.
func (a authority) person() (certificate, key string) {
	a.t.Helper()
	k, c, _ := a.make([]string{"you"})
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.write("you.pem", "CERTIFICATE", c.Raw), a.write("you.key", "PRIVATE KEY", raw)
}

// serve is a provider at far whose certificate a vouches for; mend may change its TLS.
func (a authority) serve(mend func(*tls.Config)) *provider {
	a.t.Helper()
	p := newProvider(a.t, says(200, "application/json", usualTokens))
	p.Close()
	_, _, cert := a.make([]string{far, "localhost"})
	p.Server = httptest.NewUnstartedServer(p.mux)
	p.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	p.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report our distrust
	if mend != nil {
		mend(p.TLS)
	}
	p.StartTLS()
	a.t.Cleanup(p.Close)
	return p
}

// proxy leads everything to one place. With a password it wants to know who asks.
type proxy struct {
	*httptest.Server
	password string

	mu    sync.Mutex
	asked []string
}

func newProxy(t *testing.T, to *provider, password string) *proxy {
	t.Helper()
	p := &proxy{password: password}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.Method+" "+r.Host)
		p.mu.Unlock()
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte("you:"+p.password))
		if p.password != "" && r.Header.Get("Proxy-Authorization") != want {
			w.Header().Set("Proxy-Authenticate", `Basic realm="northwind"`)
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		there, err := net.Dial("tcp", to.Listener.Addr().String())
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusOK)
		here, rest, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		join(here, rest.Reader, there)
	}))
	t.Cleanup(p.Close)
	return p
}

// join copies both ways until one end has enough.
func join(here net.Conn, first io.Reader, there net.Conn) {
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(there, first); there.Close() }) // the other end tells
	both.Go(func() { _, _ = io.Copy(here, there); here.Close() })   // as above
	both.Wait()
}

func (p *proxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.asked...)
}
