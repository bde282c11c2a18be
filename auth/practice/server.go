package practice

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is an authorization server on the loopback address. It is safe for
// concurrent use.
type Server struct {
	options  Options
	dialect  dialect
	book     *book
	ledger   *ledger
	script   *script
	sessions *sessions
	pages    *template.Template
	closing  chan struct{} // closed by Close: answers held back leave

	mu      sync.Mutex
	address string // "http://127.0.0.1:port" once it listens
	http    *http.Server
	served  chan struct{} // closed when Serve returned
	closed  bool
}

// New makes a Server that doesn't listen yet. It reads the state file, if there
// is one; a file that is no state is put aside as *.damaged.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("practice provider: %w", err)
	}
	rules, err := o.policy()
	if err != nil {
		return nil, fmt.Errorf("practice provider: %w", err)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{options: o, ledger: newLedger(), script: &script{}, closing: make(chan struct{})}
	if s.book, err = openBook(o, rules, s.ledger); err != nil {
		return nil, err
	}
	if s.pages, err = parsePages(); err != nil {
		return nil, fmt.Errorf("practice provider: %w", err)
	}
	s.sessions = newSessions(s.book.state.Server, o.Now)
	s.dialect = s.builder()
	return s, nil
}

// Handler serves everything. It answers only requests whose Host is a loopback
// address, so that no web page reaches it under a name of its own (DNS rebinding).
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.dialect.mount(mux)
	s.mountPages(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "this server answers on this computer only", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	})
}

// isLoopback reports whether a Host header or an address names this computer.
func isLoopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Limits of a connection: a request here is small, and a person may take long
// between two of them, but not within one.
const (
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 32 << 10
	maxBody    = 1 << 20
)

// Listen serves on address, which is "127.0.0.1:port", with or without
// "http://"; "" is any free port. No other host is accepted.
func (s *Server) Listen(address string) error {
	return s.listen(context.Background(), address)
}

func (s *Server) listen(ctx context.Context, address string) error {
	at, err := loopbackAddress(address)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil || s.closed {
		return errors.New("practice provider: it listened already")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", at)
	if err != nil {
		return fmt.Errorf("practice provider: %w", err)
	}
	s.address = "http://" + listener.Addr().String()
	s.http = &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: readTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
	}
	s.served = make(chan struct{})
	go serve(s.http, listener, s.served)
	return nil
}

// serve is owned by the Server; Close waits for it.
func serve(h *http.Server, l net.Listener, done chan<- struct{}) {
	defer close(done)
	_ = h.Serve(l) // ends with ErrServerClosed, or when the listener is gone for good
}

// loopbackAddress is what Listen may bind.
func loopbackAddress(address string) (string, error) {
	if address == "" {
		return "127.0.0.1:0", nil
	}
	at := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
	host, _, err := net.SplitHostPort(at)
	if err != nil || host != "127.0.0.1" {
		return "", fmt.Errorf("practice provider: %q is not an address on 127.0.0.1", address)
	}
	return at, nil
}

// Address is "http://127.0.0.1:port", which is the issuer of Standard too; ""
// before Listen.
func (s *Server) Address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// closingTime is what requests under way get when the server closes.
const closingTime = time.Second

// Close stops listening and waits for requests under way, for a second at most.
// It may be called more than once.
func (s *Server) Close() {
	s.mu.Lock()
	h, served, first := s.http, s.served, !s.closed
	s.closed = true
	s.mu.Unlock()
	if !first {
		return
	}
	close(s.closing)
	if h == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closingTime)
	defer cancel()
	if h.Shutdown(ctx) != nil {
		_ = h.Close() // connections that wouldn't finish are cut
	}
	<-served
}

// base is the address that r came to, without a path.
func (s *Server) base(r *http.Request) string {
	if a := s.Address(); a != "" {
		return a
	}
	return "http://" + r.Host
}

// Script makes the next answers at their places fail, one fault after the other.
func (s *Server) Script(faults ...Fault) { s.script.add(faults) }

// Mend forgets the faults that are still to come.
func (s *Server) Mend() { s.script.clear() }

// Ledger tells what was presented so far.
func (s *Server) Ledger() Ledger { return s.ledger.snapshot() }

// RevokeAll ends every grant, as a provider does when somebody signs out
// everywhere or an administrator removes the app.
func (s *Server) RevokeAll() error { return s.book.revokeAll() }

// client finds a registration.
func (s *Server) client(id string) (Client, bool) {
	for _, c := range s.options.Clients {
		if c.ID == id {
			return c, true
		}
	}
	return Client{}, false
}
