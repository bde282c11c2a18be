package faults_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/tokentray/tokentray/auth"
)

var here = netip.MustParseAddr("127.0.0.1")

// newNamedWorld is a world whose refresh tokens go to name, over TLS, on l.
func newNamedWorld(t *testing.T, name string, l net.Listener) *world {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	must(t, s.Listener.Close())
	s.Listener = l
	pair, file := certificateFor(t, name)
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	w := newWorld(t, func(s *setup) {
		s.provider.Endpoints.Refresh = "https://" + net.JoinHostPort(name, port) + "/token"
		s.network = auth.Network{Proxy: "none", CAFile: file}
	})
	s.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Host = w.front.Listener.Addr().String() // what is behind answers on this computer alone
		w.front.ServeHTTP(rw, r)
	})
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return w
}

// listenHere is a listener of IPv4 for a server with a name.
func listenHere(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", netip.AddrPortFrom(here, 0).String())
	must(t, err)
	return l
}

// certificateFor is a certificate for name that vouches for itself, and its file.
func certificateFor(t *testing.T, name string) (pair tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	file = filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600))
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, file
}

// The agent starts with tokens that have run out while the provider's name isn't
// found: no refresh token leaves, nobody hears of it for ten minutes, and a minute
// after the name is found everything is fresh.
func TestFault65ANameThatIsNotFoundIsNobodysAffair(t *testing.T) {
	t.Parallel()
	for what, row := range map[string]struct {
		zone zone
		step time.Duration // a lookup without an answer takes 10 s of everybody's time
	}{
		"servfail":  {fails(dnsmessage.RCodeServerFailure), 10 * time.Second},
		"refused":   {fails(dnsmessage.RCodeRefused), 10 * time.Second},
		"nxdomain":  {fails(dnsmessage.RCodeNameError), 10 * time.Second},
		"nodata":    {resolves(), 10 * time.Second},
		"truncated": {truncated, 10 * time.Second},
		"silent":    {silent, 30 * time.Second},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			name := what + ".northwind.example"
			w := newNamedWorld(t, name, listenHere(t))
			var ids []auth.AccountID
			for n := range 3 {
				ids = append(ids, w.connect(fmt.Sprint("work ", n)))
			}
			w.stop()
			w.clock.Advance(2 * time.Hour)
			names.set(name, row.zone)
			w.run()
			if notices := w.pass(9*time.Minute, row.step); len(notices) != 0 {
				t.Errorf("told %v within ten minutes, want nothing", notices)
			}
			w.wantNotReached(ids)
			if names.asked(name) == 0 {
				t.Error("nobody asked for the name")
			}
			w.front.wantLedger(t, []int{1, 1, 1}, nil)

			names.set(name, resolves(here))
			notices := w.pass(time.Minute, time.Second)
			for _, id := range ids {
				if s := w.status(id); s.State != auth.StateFresh {
					t.Errorf("%s is %s a minute after the name was found, want fresh", s.Name, s.State)
				}
			}
			if len(notices) != 0 || w.server.Ledger().FamiliesRevoked() != 0 {
				t.Errorf("told %v, %d families revoked, want neither", notices, w.server.Ledger().FamiliesRevoked())
			}
			w.front.wantLedger(t, []int{1, 1, 1}, []int{1, 1, 1})
		})
	}
}

// wantNotReached wants the last try of each to have ended before anything was presented.
func (w *world) wantNotReached(ids []auth.AccountID) {
	w.t.Helper()
	eventually(w.t, "every try under way ends", func() bool {
		w.haveLooked()
		return !slices.ContainsFunc(ids, func(id auth.AccountID) bool { return w.status(id).State == auth.StateRefreshing })
	})
	for _, id := range ids {
		s := w.status(id)
		if s.State != auth.StateRetrying || s.Cause == nil || s.Cause.Kind != auth.KindUnreachable {
			w.t.Errorf("%s is %s because of %v, want retrying: unreachable", s.Name, s.State, s.Cause)
		}
		if w.grant(id).Attempt.Open() {
			w.t.Errorf("%s has an attempt open, want none: nothing was presented", s.Name)
		}
	}
}
