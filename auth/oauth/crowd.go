package oauth

import (
	"context"
	"net"
	"sync"
	"time"
)

const (
	// maxCrowd is how many connections a door holds at once; a browser opens two or three.
	maxCrowd = 16
	// patience is how long a connection may say nothing before it makes room for
	// another: a browser's request is there within a millisecond.
	patience = 200 * time.Millisecond
)

// crowd bounds the connections of a door. When it is full, the one that has been
// silent longest goes, so that nobody can keep a callback out by keeping quiet.
type crowd struct {
	mu      sync.Mutex
	members []*guest // oldest first
	left    chan struct{}
}

// guest is a connection of a crowd.
type guest struct {
	net.Conn
	crowd   *crowd
	since   time.Time
	serving bool // its request is being answered; guarded by crowd.mu
}

func newCrowd() *crowd { return &crowd{left: make(chan struct{}, 1)} }

// guard is l with its connections counted.
func (c *crowd) guard(l net.Listener) net.Listener { return guardedListener{l, c} }

type guardedListener struct {
	net.Listener
	crowd *crowd
}

// Accept waits for a connection and for room for it.
func (g guardedListener) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return g.crowd.admit(conn), nil
}

func (c *crowd) admit(conn net.Conn) *guest {
	for {
		wait := c.room()
		if wait <= 0 {
			break
		}
		timer := time.NewTimer(wait)
		select {
		case <-c.left:
		case <-timer.C:
		}
		timer.Stop()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &guest{Conn: conn, crowd: c, since: time.Now()}
	c.members = append(c.members, g)
	return g
}

// room makes room, or says for how long to wait before asking again.
func (c *crowd) room() time.Duration {
	c.mu.Lock()
	if len(c.members) < maxCrowd {
		c.mu.Unlock()
		return 0
	}
	var silent *guest
	for _, g := range c.members {
		if !g.serving {
			silent = g
			break
		}
	}
	c.mu.Unlock()
	if silent == nil {
		return patience
	}
	if left := patience - time.Since(silent.since); left > 0 {
		return left
	}
	_ = silent.Close() // it had its chance
	return 0
}

// Close ends the connection and gives its place free.
func (g *guest) Close() error {
	g.crowd.mu.Lock()
	for i, m := range g.crowd.members {
		if m == g {
			g.crowd.members = append(g.crowd.members[:i], g.crowd.members[i+1:]...)
			break
		}
	}
	g.crowd.mu.Unlock()
	select {
	case g.crowd.left <- struct{}{}:
	default: // somebody was told already
	}
	return g.Conn.Close()
}

type guestKey struct{}

// know lets serve find the connection of a request.
func (c *crowd) know(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, guestKey{}, conn)
}

// serve marks the connection of ctx as one whose request is being answered.
func (c *crowd) serve(ctx context.Context) {
	if g, ok := ctx.Value(guestKey{}).(*guest); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		g.serving = true
	}
}
