package agent

import (
	"context"
	"errors"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// maxIdle is how many connections a Client keeps. Programs have one or two
// goroutines that ask at the same time; more is not worth a place at the agent.
const maxIdle = 4

// ask sends r and returns the last answer.
func (c *Client) ask(ctx context.Context, r request) (answer, error) {
	return c.askTelling(ctx, r, func(answer) {})
}

// askTelling is ask for requests with events. A request that is repeatable may
// go by a kept connection; where that turns out to be dead it goes again by a new one.
func (c *Client) askTelling(ctx context.Context, r request, tell func(answer)) (answer, error) {
	if r.repeatable() {
		if l := c.kept(); l != nil {
			a, err := c.exchange(ctx, l, r, tell)
			if err == nil || ctx.Err() != nil || errors.Is(err, errUnsendable) {
				return verdict(a, err)
			}
		}
	}
	l, err := c.connect(ctx)
	if err != nil {
		return answer{}, err
	}
	return verdict(c.exchange(ctx, l, r, tell))
}

// verdict makes an error of an answer that is one.
func verdict(a answer, err error) (answer, error) {
	if err == nil && a.Error != nil {
		err = a.Error.domain()
	}
	return a, err
}

// exchange sends r by l and reads the answers. Afterwards l is kept or closed.
func (c *Client) exchange(ctx context.Context, l *link, r request, tell func(answer)) (answer, error) {
	stop := context.AfterFunc(ctx, l.close)
	a, err := converse(l, r, tell)
	if !stop() || err != nil {
		c.drop(l)
	} else {
		c.keep(l)
	}
	switch {
	case errors.Is(err, errUnsendable):
		return answer{}, &auth.Error{Kind: auth.KindUsage, Detail: string(r.Verb) + ": " + err.Error(), Cause: err}
	case err != nil:
		return answer{}, c.lost(ctx, err, string(r.Verb))
	}
	return a, nil
}

// converse is one request and its answers.
func converse(l *link, r request, tell func(answer)) (answer, error) {
	if err := sendRequest(l, r); err != nil {
		return answer{}, err
	}
	for {
		var a answer
		if err := readFrame(l.in, maxAnswer, &a); err != nil {
			return answer{}, err
		}
		if a.last() {
			return a, nil
		}
		tell(a)
	}
}

// sendRequest sends r as one frame, of the size that its verb needs.
func sendRequest(l *link, r request) error {
	if r.Verb == verbImport {
		return l.send(maxRequest, r)
	}
	return l.send(maxUsual, r)
}

// lost is the error for a connection that failed.
func (c *Client) lost(ctx context.Context, err error, doing string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return trouble(ErrClosed, "%s: the client was closed", doing)
	}
	return interrupted(ctx, err, doing)
}

// connect makes a connection to an agent that speaks our protocol.
func (c *Client) connect(ctx context.Context) (*link, error) {
	l, theirs, err := reach(ctx, c.addr, c.version)
	if err != nil {
		return nil, err
	}
	if err := theirs.understood(); err != nil {
		l.close()
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		l.close()
		return nil, trouble(ErrClosed, "the client was closed")
	}
	c.agent = theirs.Version
	c.open[l] = struct{}{}
	return l, nil
}

// kept takes an idle connection, or nil.
func (c *Client) kept() *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.idle) > 0 {
		l := c.idle[len(c.idle)-1]
		c.idle = c.idle[:len(c.idle)-1]
		if time.Since(l.since) < keepTime {
			return l
		}
		delete(c.open, l)
		l.close()
	}
	return nil
}

// keep gives a connection back.
func (c *Client) keep(l *link) {
	l.since = time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed && len(c.idle) < maxIdle {
		c.idle = append(c.idle, l)
		return
	}
	delete(c.open, l)
	l.close()
}

// drop forgets a connection.
func (c *Client) drop(l *link) {
	l.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, l)
}
