package oauth

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

const (
	// askTime is what this computer gets to name its proxy. A refresh that can go
	// straight shouldn't wait for longer.
	askTime = time.Second
	// askedAnew is how long its answers hold: a crowd of refreshes asks once, and a
	// laptop that comes into another network has another proxy.
	askedAnew = 10 * time.Second
)

// systemProxy is the proxy of the environment, else the one that this computer's
// settings have. It is safe for concurrent use.
type systemProxy struct {
	ask  func(ctx context.Context, address *url.URL) (*url.URL, error) // nil: there are no settings
	mono func() time.Duration

	mu     sync.Mutex
	since  time.Duration       // mono; of the first of these answers
	known  map[string]*url.URL // by address; nil: straight
	silent bool                // nobody answered
}

// of is the proxy for r; nil: none, also where nobody can name it.
func (s *systemProxy) of(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if u != nil || err != nil || environmentSpeaks() || s.ask == nil || auth.IsLoopback(r.URL.Hostname()) {
		return u, err
	}
	address := &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: "/"} // what is asked there is nobody's business
	if u, known := s.recall(address.String()); known {
		return u, nil
	}
	ctx, stop := context.WithTimeout(r.Context(), askTime)
	defer stop()
	u, err = s.ask(ctx, address)
	if gone := r.Context().Err(); gone != nil {
		return nil, gone
	}
	s.remember(address.String(), u, err)
	return u, nil
}

func (s *systemProxy) recall(address string) (u *url.URL, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || s.mono()-s.since >= askedAnew {
		s.since, s.known, s.silent = s.mono(), map[string]*url.URL{}, false
	}
	u, known = s.known[address]
	return u, known || s.silent
}

func (s *systemProxy) remember(address string, u *url.URL, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent = s.silent || err != nil; !s.silent {
		s.known[address] = u
	}
}

// environmentSpeaks reports whether the environment says anything about proxies; its
// word is the last one then, also where it says that there is none.
func environmentSpeaks() bool {
	return slices.ContainsFunc([]string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"}, func(name string) bool {
		_, there := os.LookupEnv(name)
		return there
	})
}
