package agent

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// Watch is auth.Desk's. The channel has a connection of its own.
func (c *Client) Watch(ctx context.Context) (<-chan struct{}, error) {
	pokes := make(chan struct{}, 1)
	err := c.follow(ctx, verbWatch, func() { close(pokes) }, func(answer) {
		select {
		case pokes <- struct{}{}:
		default: // the one before was not seen yet
		}
	})
	if err != nil {
		return nil, err
	}
	return pokes, nil
}

// Summoned is auth.Front's. The channel has a connection of its own.
func (c *Client) Summoned(ctx context.Context) (<-chan auth.Summons, error) {
	wishes := make(chan auth.Summons, 1)
	err := c.follow(ctx, verbSummoned, func() { close(wishes) }, func(a answer) {
		select {
		case <-wishes: // a newer wish replaces one that was not seen yet
		default:
		}
		wishes <- a.Summons.is
	})
	if err != nil {
		return nil, err
	}
	return wishes, nil
}

// follow asks for a stream on a connection of its own and returns when it has
// begun. Its events are given to each, and over is called after the last one:
// when ctx ends, when the agent goes, or at Close.
func (c *Client) follow(ctx context.Context, v verb, over func(), each func(answer)) error {
	l, err := c.connect(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, l.close)
	if err := c.startFollowing(ctx, l, v); err != nil {
		stop()
		c.drop(l)
		return err
	}
	go func() {
		defer over()
		defer c.drop(l)
		defer stop()
		for {
			var a answer
			if err := readFrame(l.in, maxAnswer, &a); err != nil || a.last() {
				return
			}
			each(a)
		}
	}()
	return nil
}

// startFollowing asks for v on l and waits for the word that events will come.
func (c *Client) startFollowing(ctx context.Context, l *link, v verb) error {
	if err := l.send(maxUsual, request{Verb: v}); err != nil {
		return c.lost(ctx, err, string(v))
	}
	var first answer
	if err := readFrame(l.in, maxAnswer, &first); err != nil {
		return c.lost(ctx, err, string(v))
	}
	if first.Error != nil {
		return first.Error.domain()
	}
	return nil
}
