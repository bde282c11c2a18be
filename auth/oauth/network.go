package oauth

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// route leads to providers as the person's Network says at the moment of each
// request. It is an http.RoundTripper, safe for concurrent use.
type route struct {
	wish   func() auth.Network
	roots  *x509.CertPool // who vouches for providers beside a CA file; nil: the system's
	system *systemProxy   // the proxy where the Network names none

	mu   sync.Mutex
	made built
}

// built is a transport and what it was made from.
type built struct {
	network   auth.Network
	files     string // how its files looked
	transport *http.Transport
}

// RoundTrip sends r. Where the Network can't be used the error is a *badNetwork and nothing was sent.
func (t *route) RoundTrip(r *http.Request) (*http.Response, error) {
	transport, err := t.transport()
	if err != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, err
	}
	return transport.RoundTrip(r)
}

// transport is the one for the Network as it is now: the last one, unless the
// Network or one of its files has changed. What failed is tried again.
func (t *route) transport() (*http.Transport, error) {
	network := t.wish()
	looks := looksOf(network.CAFile, network.ClientCertificate, network.ClientKey)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made.transport != nil && t.made.network == network && t.made.files == looks {
		return t.made.transport, nil
	}
	transport := newTransport(t.roots)
	if err := t.adapt(transport, network); err != nil {
		return nil, err
	}
	t.made = built{network, looks, transport}
	return transport, nil
}

// looksOf tells files apart from what stands there later.
func looksOf(names ...string) string {
	var looks string
	for _, name := range names {
		if name == "" {
			continue
		}
		if info, err := os.Stat(name); err == nil {
			looks += fmt.Sprintln(name, info.Size(), info.ModTime().UnixNano())
		}
	}
	return looks
}

// adapt makes transport what n says.
func (t *route) adapt(transport *http.Transport, n auth.Network) (err error) {
	if transport.Proxy, err = t.proxyOf(n.Proxy); err != nil {
		return err
	}
	if n.CAFile != "" {
		if transport.TLSClientConfig.RootCAs, err = withFile(transport.TLSClientConfig.RootCAs, n.CAFile); err != nil {
			return err
		}
	}
	if n.ClientCertificate == "" && n.ClientKey == "" {
		return nil
	}
	pair, err := readPair(n.ClientCertificate, n.ClientKey)
	transport.TLSClientConfig.Certificates = []tls.Certificate{pair}
	return err
}

// proxyOf is the proxy that n names. This computer itself is reached without one.
func (t *route) proxyOf(proxy string) (func(*http.Request) (*url.URL, error), error) {
	switch proxy {
	case "":
		return t.system.of, nil
	case "none":
		return nil, nil
	}
	u, err := url.Parse(proxy)
	if err != nil || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) || u.Hostname() == "" {
		// It may hold a password, so it isn't repeated.
		return nil, &badNetwork{what: "the proxy is not an address such as http://proxy.example.com:8080"}
	}
	return func(r *http.Request) (*url.URL, error) {
		if auth.IsLoopback(r.URL.Hostname()) {
			return nil, nil
		}
		return u, nil
	}, nil
}

// withFile is roots, or the system's where they are nil, with the certificates of a file.
func withFile(roots *x509.CertPool, name string) (*x509.CertPool, error) {
	const what = "the file of certificate authorities"
	text, err := readPEM(what, name)
	if err != nil {
		return nil, err
	}
	if roots != nil {
		roots = roots.Clone()
	} else if roots, err = x509.SystemCertPool(); err != nil {
		return nil, &badNetwork{"the system's certificate authorities can't be read", "", err}
	}
	if !roots.AppendCertsFromPEM(text) {
		return nil, &badNetwork{what: what + " holds no certificate in PEM", file: name}
	}
	return roots, nil
}

// readPair reads what is shown to servers that ask who we are.
func readPair(certificate, key string) (tls.Certificate, error) {
	if certificate == "" || key == "" {
		return tls.Certificate{}, &badNetwork{what: "a client certificate needs two files, the certificate and its key", file: certificate + key}
	}
	shown, err := readPEM("the client certificate", certificate)
	if err != nil {
		return tls.Certificate{}, err
	}
	kept, err := readPEM("the key of the client certificate", key)
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := tls.X509KeyPair(shown, kept)
	if err != nil {
		return tls.Certificate{}, &badNetwork{"the client certificate can't be used with the key in " + key, certificate, err}
	}
	return pair, nil
}

// readPEM reads a file of at most maxBody, which a bundle of the whole world's
// authorities doesn't reach. A pipe, which would keep a refresh waiting, is refused.
func readPEM(what, name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	if err != nil {
		return nil, &badNetwork{what + " can't be read", name, err}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &badNetwork{what + " can't be read", name, err}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxBody+1))
	if err == nil && len(text) > maxBody {
		err = errors.New("it is too large")
	}
	if err != nil {
		return nil, &badNetwork{what + " can't be read", name, err}
	}
	return text, nil
}

// badNetwork is a Network that can't be used: nothing was sent, and only a change
// of the settings, or of the file they name, helps.
type badNetwork struct {
	what, file string
	cause      error
}

func (b *badNetwork) Error() string {
	if b.file == "" {
		return "network settings: " + b.what
	}
	return "network settings: " + b.what + ": " + b.file
}

func (b *badNetwork) Unwrap() error { return b.cause }
