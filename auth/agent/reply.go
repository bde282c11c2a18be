package agent

import (
	"context"
	"errors"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// call is one request being carried out.
type call struct {
	server
	link   *link
	cancel context.CancelFunc // ends the call, where nobody listens any more

	mu    sync.Mutex // guards what follows, and keeps events before the last answer
	ended bool
}

// reply carries out r and sends its last answer. The call is cancelled when the
// caller closes the connection. An error means that the connection is of no use
// any more.
func (s server) reply(ctx context.Context, l *link, r request) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	enough, err := l.untilGone(cancel)
	if err != nil {
		return err
	}
	defer enough()
	c := &call{server: s, link: l, cancel: cancel}
	a, err := c.carryOut(ctx, r)
	if err != nil {
		a = answer{Error: problemOf(finishing(ctx, err)), Snapshot: a.Snapshot} // a vault that can't be used stands somehow
	}
	if err := c.end(a); err != nil {
		return err
	}
	if r.Verb == verbStop {
		s.stop()
	}
	return nil
}

// finishing says what a call means that returned only because ctx has ended. The
// caller may still hear it, when it is the agent that goes.
func finishing(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return trouble(nil, "the agent is finishing")
	}
	return err
}

// tell sends an event. After the call has ended it does nothing: a late word
// must not reach the next request.
func (c *call) tell(a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if err := c.link.send(maxAnswer, a); err != nil {
		c.cancel()
	}
}

// end sends the last answer.
func (c *call) end(a answer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	err := c.link.send(maxAnswer, a)
	if errors.Is(err, errUnsendable) {
		return c.link.send(maxAnswer, answer{Error: &problem{Kind: auth.KindInternal, Detail: "answer: " + err.Error()}})
	}
	return err
}

// step is what Connect and Reconnect are given to tell a person's next step.
func (c *call) step(s auth.SignInStep) {
	c.tell(answer{Event: eventStep, Step: apart[auth.SignInStep]{s}})
}

// watch tells every poke until the desk or the caller goes.
func (c *call) watch(ctx context.Context) error {
	pokes, err := c.desk.Watch(ctx)
	if err != nil {
		return err
	}
	return relay(ctx, c, pokes, func(struct{}) answer { return answer{Event: eventPoke} })
}

// summoned tells every summons until the desk or the caller goes.
func (c *call) summoned(ctx context.Context) error {
	wishes, err := c.desk.Summoned(ctx)
	if err != nil {
		return err
	}
	return relay(ctx, c, wishes, func(w auth.Summons) answer { return answer{Event: eventSummons, Summons: apart[auth.Summons]{w}} })
}

// relay tells what comes from stream as events, after the word that they will come.
func relay[T any](ctx context.Context, c *call, stream <-chan T, event func(T) answer) error {
	c.tell(answer{Event: eventWatching})
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case one, open := <-stream:
			if !open {
				return nil
			}
			c.tell(event(one))
		}
	}
}
