package agent

import (
	"context"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Snapshot is auth.Desk's.
func (c *Client) Snapshot(ctx context.Context) (auth.Snapshot, error) {
	a, err := c.ask(ctx, request{Verb: verbSnapshot})
	if err != nil {
		return auth.Snapshot{}, err
	}
	return a.Snapshot.domain(), nil
}

// Find is auth.Desk's.
func (c *Client) Find(ctx context.Context, name string) (auth.AccountID, error) {
	a, err := c.ask(ctx, request{Verb: verbFind, Name: name})
	return a.Account, err
}

// Show is auth.Desk's.
func (c *Client) Show(ctx context.Context, id auth.AccountID) (auth.Details, error) {
	a, err := c.ask(ctx, request{Verb: verbShow, Account: id})
	if err != nil {
		return auth.Details{}, err
	}
	return a.Details.domain(), nil
}

// Providers is auth.Desk's.
func (c *Client) Providers(ctx context.Context) ([]auth.Provider, error) {
	a, err := c.ask(ctx, request{Verb: verbProviders})
	return a.Providers, err
}

// Token is auth.Desk's.
func (c *Client) Token(ctx context.Context, id auth.AccountID, want auth.Want) (auth.Token, error) {
	a, err := c.ask(ctx, request{Verb: verbToken, Account: id, Want: want})
	if err != nil {
		return auth.Token{}, err
	}
	return a.Token.domain(), nil
}

// Connect is auth.Desk's. It calls tell from the goroutine of its caller.
func (c *Client) Connect(ctx context.Context, conn auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
	return c.signIn(ctx, request{Verb: verbConnect, Connection: connectionOf(conn)}, tell)
}

// Reconnect is auth.Desk's. It calls tell from the goroutine of its caller.
func (c *Client) Reconnect(ctx context.Context, id auth.AccountID, how auth.Reconnection, tell func(auth.SignInStep)) (auth.Status, error) {
	return c.signIn(ctx, request{Verb: verbReconnect, Account: id, Reconnection: how}, tell)
}

func (c *Client) signIn(ctx context.Context, r request, tell func(auth.SignInStep)) (auth.Status, error) {
	a, err := c.askTelling(ctx, r, func(a answer) {
		if a.Event == eventStep {
			tell(a.Step)
		}
	})
	if err != nil {
		return auth.Status{}, err
	}
	return a.Status.domain(), nil
}

// Edit is auth.Desk's.
func (c *Client) Edit(ctx context.Context, id auth.AccountID, change auth.Change) error {
	_, err := c.ask(ctx, request{Verb: verbEdit, Account: id, Change: changeOf(change)})
	return err
}

// Rename is auth.Desk's.
func (c *Client) Rename(ctx context.Context, id auth.AccountID, name string) error {
	_, err := c.ask(ctx, request{Verb: verbRename, Account: id, Name: name})
	return err
}

// Pause is auth.Desk's.
func (c *Client) Pause(ctx context.Context, id auth.AccountID, until time.Time) error {
	_, err := c.ask(ctx, request{Verb: verbPause, Account: id, Until: until})
	return err
}

// Resume is auth.Desk's.
func (c *Client) Resume(ctx context.Context, id auth.AccountID) error {
	_, err := c.ask(ctx, request{Verb: verbResume, Account: id})
	return err
}

// Forget is auth.Desk's.
func (c *Client) Forget(ctx context.Context, id auth.AccountID) (auth.Forgotten, error) {
	a, err := c.ask(ctx, request{Verb: verbForget, Account: id})
	return a.Forgotten, err
}

// Unlock is auth.Desk's.
func (c *Client) Unlock(ctx context.Context, passphrase auth.Secret) error {
	_, err := c.ask(ctx, request{Verb: verbUnlock, Passphrase: reveal(passphrase)})
	return err
}

// Copy is auth.Front's.
func (c *Client) Copy(ctx context.Context, id auth.AccountID, form string, s auth.Session) (*auth.Error, error) {
	a, err := c.ask(ctx, request{Verb: verbCopy, Account: id, Form: form, Session: s})
	if err != nil {
		return nil, err
	}
	return a.Trouble.domain(), nil
}

// Open is auth.Front's.
func (c *Client) Open(ctx context.Context, what auth.Summons, s auth.Session) error {
	_, err := c.ask(ctx, request{Verb: verbOpen, Summons: what, Session: s})
	return err
}

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
		wishes <- a.Summons
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
	if err := l.send(maxRequest, request{Verb: v}); err != nil {
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
