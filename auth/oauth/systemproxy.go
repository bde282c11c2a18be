package oauth

import (
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// systemProxy is the proxy of the environment, else the one that is entered in the
// system's settings. A script that chooses one (PAC) is not carried out.
func systemProxy(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if u != nil || err != nil || environmentSpeaks() {
		return u, err
	}
	return readSettings().proxyFor(r.URL), nil
}

// environmentSpeaks reports whether the environment says anything about proxies; its
// word is the last one then, also where it says that there is none.
func environmentSpeaks() bool {
	return slices.ContainsFunc([]string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"}, func(name string) bool {
		_, there := os.LookupEnv(name)
		return there
	})
}

// proxySettings are those of the system as Windows writes them.
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
