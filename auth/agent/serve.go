package agent

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// maxConnections is how many callers are served at once; the others wait in the
// kernel's queue. It bounds what the agent can be made to use.
const maxConnections = 256

// server is what every connection needs.
type server struct {
	desk  auth.Front
	stop  func()
	hello greeting
	large *sync.Mutex // see link.next
}

// Serve offers desk on the hold's socket until ctx ends; ready is called once
// callers reach it. Calls under way have their ctx ended then, and Serve returns
// nil after the last of them. A socket that a killed agent left behind is
// replaced; anything else at its place, and whatever belongs to another user, is
// refused with ErrForeign or ErrRunning as the cause. When a newer program asks
// the agent to finish, stop is called: it must not block, and has to lead to the
// end of ctx and of the process.
func (h *Hold) Serve(ctx context.Context, desk auth.Front, stop, ready func()) error {
	if !h.lock.Locked() {
		return trouble(nil, "the agent's lock was given up before it listened")
	}
	listener, err := listen(h.addr.Socket)
	if err != nil {
		return err
	}
	ready()
	s := server{desk: desk, stop: stop, hello: greeting{Protocol: Protocol, Version: h.version}, large: new(sync.Mutex)}
	ctx, cancel := context.WithCancel(ctx)
	var talks sync.WaitGroup
	defer talks.Wait()
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })() // a second Close fails, and harms nothing
	defer func() { _ = listener.Close() }()

	places := make(chan struct{}, maxConnections)
	for {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		conn, err := accept(ctx, listener)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return trouble(err, "wait for callers: %v", err)
		}
		talks.Go(func() {
			defer func() { <-places }()
			s.talk(ctx, conn)
		})
	}
}

// accept waits for a connection. It outlasts a shortage, such as of file
// descriptors, which every connection that ends may mend.
func accept(ctx context.Context, listener net.Listener) (net.Conn, error) {
	const patience = 50 * time.Millisecond
	for {
		conn, err := listener.Accept()
		if err == nil || errors.Is(err, net.ErrClosed) {
			return conn, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(patience):
		}
	}
}

// talk serves one connection: the greeting, then requests one after the other.
func (s server) talk(ctx context.Context, conn net.Conn) {
	l := newLink(conn)
	defer l.close()
	if err := checkCaller(conn); err != nil {
		return // whoever it is learns nothing
	}
	defer context.AfterFunc(ctx, l.leave)()
	theirs, err := l.welcome(ctx, s.hello)
	if err != nil {
		return
	}
	for {
		r, err := l.next(ctx, s.large)
		if errors.Is(err, ErrMalformed) {
			_ = l.send(maxAnswer, answer{Error: problemOf(trouble(err, "the agent can't read the request"))}) // the connection ends here
		}
		if err != nil {
			return
		}
		if theirs.Protocol != Protocol && r.Verb != verbStop {
			r.Verb = "" // nothing but stop is sure to mean the same
		}
		if err := s.reply(ctx, l, r); err != nil {
			return
		}
	}
}
