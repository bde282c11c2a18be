package practice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// What the practice provider is known by. Its provider file uses the same words.
const (
	ProviderID auth.ProviderID = "practice"
	// ClientIdentifier is the client_id of the one client it has: a public one.
	ClientIdentifier = "tokentray-practice"
	// RedirectAddress is registered without a port: any will do (RFC 8252 §7.3).
	RedirectAddress = "http://127.0.0.1/callback"
)

// Lifetimes of the practice provider: short, so that a person who tries the app
// sees a refresh within two minutes; with grace, so that nothing that happens to
// the computer costs a sign-in.
const (
	hostAccessLife = 90 * time.Second
	hostGrace      = 30 * time.Second
)

// Host is the practice provider as the product runs it: one Standard Server whose
// grants are kept in a folder, so that they survive a quit and a crash. It is
// safe for concurrent use.
type Host struct {
	dir string

	mu     sync.Mutex
	server *Server
	closed bool
}

var _ auth.Local = (*Host)(nil)

// NewHost keeps the practice provider's state in dir, which is made when it is
// first needed.
func NewHost(dir string) *Host { return &Host{dir: dir} }

// Serve starts the provider where it doesn't run yet, and tells where it is and
// who its client is. address, "http://127.0.0.1:port", is the one kept with an
// account: it is used if it is free, any other port is otherwise; "" is any. ctx
// bounds the start alone; the provider runs until Close.
func (h *Host) Serve(ctx context.Context, address string) (actual string, c auth.Client, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return "", auth.Client{}, errors.New("practice provider: it was closed")
	}
	if h.server == nil {
		if h.server, err = h.start(ctx, address); err != nil {
			return "", auth.Client{}, err
		}
	}
	return h.server.Address(), hostClient(), nil
}

func hostClient() auth.Client {
	return auth.Client{
		ID: auth.ClientID(ProviderID), Provider: ProviderID, Name: "Practice",
		Identifier: ClientIdentifier, RedirectAddress: RedirectAddress,
	}
}

func (h *Host) start(ctx context.Context, address string) (*Server, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, fmt.Errorf("practice provider: %w", err)
	}
	server, err := New(Options{
		Dialect: Standard, AccessLife: hostAccessLife, Grace: hostGrace,
		StateFile: filepath.Join(h.dir, "practice.json"),
		Clients:   []Client{{ID: ClientIdentifier, Name: "Tokentray", RedirectAddresses: []string{RedirectAddress}}},
	})
	if err != nil {
		return nil, err
	}
	err = server.listen(ctx, address)
	if err != nil && address != "" && ctx.Err() == nil {
		err = server.listen(ctx, "") // somebody else has that port by now
	}
	if err != nil {
		server.Close()
		return nil, err
	}
	return server, nil
}

// Close stops the provider; its grants stay for the next time. It may be called
// more than once.
func (h *Host) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.server != nil {
		h.server.Close()
	}
}
