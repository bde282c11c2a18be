package desktop

import (
	"net/url"
	"path"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// proxySettings are those of the system in the form in which Windows has them.
type proxySettings struct {
	servers string // "proxy:8080", or "http=a:80;https=b:443"
	bypass  string // "*.example.com;<local>"
}

// proxyFor is the proxy for address; nil where it is reached straight.
func (p proxySettings) proxyFor(address *url.URL) *url.URL {
	host := strings.ToLower(address.Hostname())
	if p.servers == "" || auth.IsLoopback(host) || p.skips(host) {
		return nil
	}
	server := p.servers
	if strings.Contains(server, "=") {
		server = ""
		for _, one := range strings.FieldsFunc(p.servers, isSeparator) {
			if kind, to, _ := strings.Cut(one, "="); strings.EqualFold(kind, address.Scheme) {
				server = to
			}
		}
	}
	if server == "" {
		return nil
	}
	if !strings.Contains(server, "://") {
		server = "http://" + server
	}
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	return u
}

// skips reports whether host is one of those that are reached straight.
func (p proxySettings) skips(host string) bool {
	for _, one := range strings.FieldsFunc(strings.ToLower(p.bypass), isSeparator) {
		if one == "<local>" && !strings.Contains(host, ".") {
			return true
		}
		if fits, err := path.Match(one, host); err == nil && fits {
			return true
		}
	}
	return false
}

func isSeparator(r rune) bool { return r == ';' || r == ' ' }
