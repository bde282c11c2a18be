package stories_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// officeHost is a name that only the office's proxy knows.
const officeHost = "login.northwind.example"

// officeFile has the provider's token endpoint behind the proxy; a person's browser
// goes there by itself, so the page to sign in at is where the story can reach it.
const officeFile = `format = 1
id = "office"
name = "Office"

[endpoints]
authorize = "%[1]s/oauth2/aus1p1ixy7YL8cMq02p7/v1/authorize"
token = "https://` + officeHost + `/oauth2/aus1p1ixy7YL8cMq02p7/v1/token"

[client]
authentication = "basic"
secret = "required"

[grants]
supported = ["authorization_code"]

[redirect]
rule = "exact"
address = "%[2]s"

[scopes]
default = ["offline_access"]

[rotation]
refresh_token = "single-use"
`

// startOffice is the command office, for a provider of the dialect fortellis: its
// token endpoint is reached by a proxy alone, under a certificate of the office's
// own. $OFFICE is the provider file; $PROXY and $CA are what a person has to wish for.
func startOffice(ts *testscript.TestScript, _ bool, _ []string) {
	s := of(ts)
	p := s.at(ts)
	certificate, authority := officeCertificate(ts)
	behind := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = strings.TrimPrefix(p.address, "http://") // the server knows itself by that name
		(*p.now.Load()).ServeHTTP(w, r)
	}))
	behind.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	behind.StartTLS()
	proxy := httptest.NewServer(tunnel(behind.Listener.Addr().String()))
	ts.Defer(func() {
		proxy.Close()
		behind.Close()
	})
	for name, text := range map[string]string{
		"office.toml": fmt.Sprintf(officeFile, p.address, ts.Getenv("REDIRECT")),
		"office.pem":  authority,
	} {
		ts.Check(os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600))
	}
	ts.Setenv("OFFICE", filepath.Join(s.dir, "office.toml"))
	ts.Setenv("CA", filepath.Join(s.dir, "office.pem"))
	ts.Setenv("PROXY", proxy.URL)
}

// tunnel is a proxy (RFC 9110 §9.3.6) that leads to one place alone.
func tunnel(to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != officeHost+":443" {
			http.Error(w, "not from here", http.StatusForbidden)
			return
		}
		far, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", to)
		if err != nil {
			http.Error(w, "not now", http.StatusBadGateway)
			return
		}
		defer far.Close()
		near, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer near.Close()
		if _, err := io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			return
		}
		go func() { // ends when either end does
			_, _ = io.Copy(far, near)
			_ = far.Close()
		}()
		_, _ = io.Copy(near, far) // so does this
	})
}

// officeCertificate is for officeHost; who trusts authority trusts it.
func officeCertificate(ts *testscript.TestScript) (certificate tls.Certificate, authority string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: officeHost}, DNSNames: []string{officeHost},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// wish is the command wish KEY=VALUE…: the preferences file, as a person writes it.
func wish(ts *testscript.TestScript, _ bool, args []string) {
	var own, network strings.Builder
	for _, word := range args {
		key, value, _ := strings.Cut(word, "=")
		into := &own
		if key == "proxy" || key == "ca_file" {
			into = &network
		}
		fmt.Fprintf(into, "%s = %q\n", key, value)
	}
	folder := filepath.Join(ts.Getenv("TOKENTRAY_HOME"), "config")
	ts.Check(os.MkdirAll(folder, 0o700))
	ts.Check(os.WriteFile(filepath.Join(folder, "preferences.toml"), []byte(own.String()+"[network]\n"+network.String()), 0o600))
}
