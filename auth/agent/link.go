package agent

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// Deadlines of both ends. They are for ends that hang: the other one is on the
// same machine and answers within milliseconds, or minutes where a person signs
// in, which is not limited here.
const (
	greetTime = 5 * time.Second  // until the greetings are exchanged
	frameTime = 5 * time.Second  // for the rest of a frame that has begun, either way
	largeTime = 30 * time.Second // for a large frame; a request may have to wait for others
	leaveTime = time.Second      // for last answers when the agent finishes
	idleTime  = time.Minute      // that the agent waits for the next request
	keepTime  = 20 * time.Second // that a client uses an idle connection again; less than idleTime
)

// link is one connection and its frames. Reading is for one goroutine at a
// time, writing for any number.
type link struct {
	conn  net.Conn
	in    *bufio.Reader
	since time.Time // when it became idle; for the client

	sending sync.Mutex // one frame at a time
}

func newLink(conn net.Conn) *link {
	return &link{conn: conn, in: bufio.NewReader(conn)}
}

// close ends the connection; whoever reads or writes gets an error.
func (l *link) close() {
	_ = l.conn.Close() // nothing is buffered that could be lost
}

// send writes one frame. The other end gets frameTime to take it, or largeTime where
// it is large; making it doesn't count.
func (l *link) send(limit int, v any) error {
	frame, err := makeFrame(limit, v)
	if err != nil {
		return err
	}
	defer clear(frame) // it may hold a secret
	d := frameTime
	if len(frame) > maxUsual {
		d = largeTime
	}
	l.sending.Lock()
	defer l.sending.Unlock()
	if err := l.conn.SetWriteDeadline(time.Now().Add(d)); err != nil {
		return fmt.Errorf("set a deadline: %w", err)
	}
	_, err = l.conn.Write(frame)
	return err
}

// next waits for a request until idleTime is over or ctx ends, and reads it
// within frameTime. Large ones are read one at a time, so that many callers who
// claim a lot get no more memory than one: each holds large while it reads.
func (l *link) next(ctx context.Context, large *sync.Mutex) (request, error) {
	var r request
	if err := l.readBy(ctx, idleTime); err != nil {
		return r, err
	}
	if _, err := l.in.Peek(1); err != nil {
		return r, err
	}
	if err := l.readBy(ctx, frameTime); err != nil {
		return r, err
	}
	size, err := readSize(l.in, maxRequest)
	if err != nil {
		return r, err
	}
	if size > maxUsual {
		large.Lock()
		defer large.Unlock()
		if err := l.readBy(ctx, frameTime); err != nil { // waiting was not the caller's fault
			return r, err
		}
	}
	if err := readBody(l.in, size, &r); err != nil {
		return r, err
	}
	if size > maxUsual && r.Verb != verbImport {
		return r, ErrMalformed
	}
	return r, nil
}

// readBy gives reading d more time. Whoever ends ctx calls interrupt
// afterwards, so that either this sees the end or the interruption lasts.
func (l *link) readBy(ctx context.Context, d time.Duration) error {
	if err := l.conn.SetReadDeadline(time.Now().Add(d)); err != nil {
		return fmt.Errorf("set a deadline: %w", err)
	}
	return ctx.Err()
}

// readAnyTime lifts the deadline of reading.
func (l *link) readAnyTime() error {
	if err := l.conn.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("lift the deadline: %w", err)
	}
	return nil
}

// interrupt makes a read under way, and those after it, fail.
func (l *link) interrupt() {
	_ = l.conn.SetReadDeadline(time.Unix(1, 0)) // fails on a closed connection alone, where reads fail too
}

// leave interrupts reading now and writing soon.
func (l *link) leave() {
	l.interrupt()
	time.AfterFunc(leaveTime, l.close) // closing twice harms nothing
}

// untilGone calls gone as soon as the other end closes the connection. After
// enough is called it has ended and the link can be read again.
func (l *link) untilGone(gone func()) (enough func(), err error) {
	if err := l.readAnyTime(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() { // owned by the caller, who calls enough
		defer close(ended)
		if _, err := l.in.Peek(1); err != nil {
			gone()
		}
	}()
	return func() {
		l.interrupt()
		<-ended
	}, nil
}
