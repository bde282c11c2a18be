package agent

import (
	"context"
	"errors"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// Client reaches the agent: an auth.Front for any number of goroutines. Calls
// that only ask share a few connections that are kept; every call that changes
// something has one of its own, so that nothing is ever asked for twice because
// an answer was lost. When the agent is started anew meanwhile, the next call
// reaches the new one.
type Client struct {
	addr    Address
	version string

	mu     sync.Mutex // guards what follows
	agent  string     // the version the agent greeted with last
	open   map[*link]struct{}
	idle   []*link // a part of open; the one used last is the last
	closed bool
}

var _ auth.Front = (*Client)(nil)

// Dial connects to the agent at addr; version is that of this program. The cause
// of the error is ErrNotRunning where there is none, ErrForeign where what is
// there belongs to another user, ErrOlder or ErrNewer where an agent runs that
// speaks another protocol. Where ctx ends first the error is of
// auth.KindCancelled.
func Dial(ctx context.Context, addr Address, version string) (*Client, error) {
	l, theirs, err := reach(ctx, addr, version)
	if err != nil {
		return nil, err
	}
	if err := theirs.understood(); err != nil {
		l.close()
		return nil, err
	}
	return newClient(addr, version, l, theirs), nil
}

// newClient is a Client that has l already.
func newClient(addr Address, version string, l *link, theirs greeting) *Client {
	c := &Client{addr: addr, version: version, agent: theirs.Version, open: map[*link]struct{}{l: {}}}
	c.keep(l)
	return c
}

// Version is the version of the agent, as it greeted last.
func (c *Client) Version() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.agent
}

// Stop asks the agent to finish and returns when it has said that it will.
func (c *Client) Stop(ctx context.Context) error {
	_, err := c.ask(ctx, request{Verb: verbStop})
	return err
}

// Close ends every connection. Calls under way fail, and so do later ones;
// channels of Watch are closed. It returns nil.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for l := range c.open {
		l.close()
	}
	c.open, c.idle = nil, nil
	return nil
}

// reach connects and greets, whatever protocol the agent speaks. An agent that
// is not where addr says may be where the notice beside the lock says.
func reach(ctx context.Context, addr Address, version string) (*link, greeting, error) {
	l, theirs, err := reachAt(ctx, addr.Socket, version)
	if !errors.Is(err, ErrNotRunning) && !errors.Is(err, ErrForeign) {
		return l, theirs, err
	}
	elsewhere := addr.readNotice().Socket
	if elsewhere == "" || elsewhere == addr.Socket {
		return nil, greeting{}, err
	}
	l, theirs, second := reachAt(ctx, elsewhere, version)
	if errors.Is(second, ErrNotRunning) {
		return nil, greeting{}, err
	}
	return l, theirs, second
}

func reachAt(ctx context.Context, socket, version string) (*link, greeting, error) {
	limited, cancel := context.WithTimeout(ctx, greetTime)
	defer cancel()
	conn, err := dialSocket(limited, socket)
	switch {
	case err == nil:
	case limited.Err() != nil:
		return nil, greeting{}, interrupted(ctx, err, "connect to the agent")
	default:
		return nil, greeting{}, err
	}
	l := newLink(conn)
	theirs, err := l.greet(ctx, greeting{Protocol: Protocol, Version: version})
	if err != nil {
		l.close()
		return nil, greeting{}, err
	}
	return l, theirs, nil
}
