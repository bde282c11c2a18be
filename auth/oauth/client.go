package oauth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
)

const (
	// maxBody is more than any token answer; what is longer is not one.
	maxBody = 1 << 20
	// maxHeader bounds what a server may send before its body.
	maxHeader = 64 << 10
)

// newTransport connects anew for every request: tokens are fetched an hour apart,
// and a connection that died meanwhile would leave us in doubt whether the
// refresh token on it arrived. HTTP/1.1 alone, because HTTP/2 repeats by itself.
func newTransport(roots *x509.CertPool) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    connectTime,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: maxHeader,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK {
				return proxyRefusal(answer.StatusCode)
			}
			return nil
		},
	}
}

// newClient follows no redirect: the next host would get the secrets too.
func newClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// proxyRefusal is the HTTP status with which a proxy refused to connect us.
type proxyRefusal int

func (p proxyRefusal) Error() string { return "the proxy refused: " + http.StatusText(int(p)) }

// readCapped reads at most maxBody. whole is false where there was more, or where
// the body broke off.
func readCapped(r io.Reader) (body []byte, whole bool) {
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if len(body) > maxBody {
		return body[:maxBody], false
	}
	return body, err == nil
}

// untrusted reports whether err says that the other end isn't the provider.
func untrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch)
}

var (
	errUntrusted = errors.New("the certificate is not the provider's")
	errCutOff    = errors.New("the connection was closed before an answer came")
	errNoHTTP    = errors.New("what answered does not speak HTTP")
)

// plainCause is err without anything that the other end wrote: net/http quotes
// answers it can't read, and those may echo what was sent.
func plainCause(err error) error {
	var op *net.OpError
	var proxy proxyRefusal
	var network *badNetwork
	switch {
	case errors.As(err, &network):
		return network
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case untrusted(err):
		return errUntrusted
	case errors.As(err, &proxy):
		return proxy
	case errors.As(err, &op):
		return op
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errCutOff
	}
	return errNoHTTP
}
