package oauth

import (
	"context"
	"net"
	"time"
)

const (
	// connectTime is for the connection, with the lookup of its name, and for TLS each:
	// beyond it nobody is there.
	connectTime = 10 * time.Second
	// lateTime is when the families are no longer waited for together. A lookup that
	// works has long ended, and one whose packet was lost asks again after 5 s.
	lateTime = 3 * time.Second
)

// dial connects to address. Of the families of a name it takes the one that answers
// (RFC 8305, which is net.Dialer's), but that needs both lookups to end: a resolver
// that leaves questions for IPv6 unanswered (RFC 4074 §4.1) would take all of
// connectTime. So what hasn't come about by lateTime is tried with IPv4 alone, too.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	d := net.Dialer{Deadline: time.Now().Add(connectTime)}
	alone := make(chan net.Conn, 1)
	go func() { // ends with ctx; awaited below
		defer close(alone)
		select {
		case <-time.After(lateTime):
		case <-ctx.Done():
			return
		}
		if c, err := d.DialContext(ctx, "tcp4", address); err == nil {
			alone <- c
			stop()
		}
	}()
	c, err := d.DialContext(ctx, network, address)
	stop()
	switch other := <-alone; {
	case other == nil:
		return c, err
	case err != nil:
		return other, nil
	default:
		other.Close() // nothing was sent on it
		return c, nil
	}
}
