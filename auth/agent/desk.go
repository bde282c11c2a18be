package agent

import (
	"context"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Snapshot is auth.Desk's.
func (c *Client) Snapshot(ctx context.Context) (auth.Snapshot, error) {
	a, err := c.ask(ctx, request{Verb: verbSnapshot})
	return a.Snapshot.is.domain(), err
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
	return a.Details.is.domain(), nil
}

// Providers is auth.Desk's.
func (c *Client) Providers(ctx context.Context) ([]auth.Provider, error) {
	a, err := c.ask(ctx, request{Verb: verbProviders})
	return a.Providers.is, err
}

// Discover is auth.Desk's.
func (c *Client) Discover(ctx context.Context, issuer string) (auth.Provider, error) {
	a, err := c.ask(ctx, request{Verb: verbDiscover, Issuer: issuer})
	return a.Provider.is, err
}

// Token is auth.Desk's.
func (c *Client) Token(ctx context.Context, id auth.AccountID, want auth.Want) (auth.Token, error) {
	a, err := c.ask(ctx, request{Verb: verbToken, Account: id, Want: want})
	if err != nil {
		return auth.Token{}, err
	}
	return a.Token.domain(), nil
}

// AtHand is auth.Front's.
func (c *Client) AtHand(ctx context.Context, name, form string, validity time.Duration) (auth.Secret, error) {
	a, err := c.ask(ctx, request{Verb: verbAtHand, Name: name, Form: form, Want: auth.Want{Validity: validity}})
	return conceal(a.Text), err
}

// Connect is auth.Desk's. It calls tell from the goroutine of its caller.
func (c *Client) Connect(ctx context.Context, conn auth.Connection, tell func(auth.SignInStep)) (auth.Status, error) {
	return c.signIn(ctx, request{Verb: verbConnect, Connection: apart[connection]{connectionOf(conn)}}, tell)
}

// Reconnect is auth.Desk's. It calls tell from the goroutine of its caller.
func (c *Client) Reconnect(ctx context.Context, id auth.AccountID, how auth.Reconnection, tell func(auth.SignInStep)) (auth.Status, error) {
	return c.signIn(ctx, request{Verb: verbReconnect, Account: id, Reconnection: apart[auth.Reconnection]{how}}, tell)
}

func (c *Client) signIn(ctx context.Context, r request, tell func(auth.SignInStep)) (auth.Status, error) {
	a, err := c.askTelling(ctx, r, func(a answer) {
		if a.Event == eventStep {
			tell(a.Step.is)
		}
	})
	if err != nil {
		return auth.Status{}, err
	}
	return a.Status.is.domain(), nil
}

// Replace is auth.Desk's.
func (c *Client) Replace(ctx context.Context, id auth.AccountID) (auth.Status, error) {
	return c.signIn(ctx, request{Verb: verbReplace, Account: id}, func(auth.SignInStep) {})
}

// Paste is auth.Desk's. It goes by another connection than the attempt's.
func (c *Client) Paste(ctx context.Context, attempt string, address auth.Secret) error {
	_, err := c.ask(ctx, request{Verb: verbPaste, Attempt: attempt, Address: reveal(address)})
	return err
}

// Refresh is auth.Desk's.
func (c *Client) Refresh(ctx context.Context, id auth.AccountID) error {
	_, err := c.ask(ctx, request{Verb: verbRefresh, Account: id})
	return err
}

// Edit is auth.Desk's.
func (c *Client) Edit(ctx context.Context, id auth.AccountID, changed auth.Change) error {
	_, err := c.ask(ctx, request{Verb: verbEdit, Account: id, Change: apart[change]{changeOf(changed)}})
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

// Snooze is auth.Desk's.
func (c *Client) Snooze(ctx context.Context, id auth.AccountID, until time.Time) error {
	_, err := c.ask(ctx, request{Verb: verbSnooze, Account: id, Until: until})
	return err
}

// Forget is auth.Desk's.
func (c *Client) Forget(ctx context.Context, id auth.AccountID) (auth.Forgotten, error) {
	a, err := c.ask(ctx, request{Verb: verbForget, Account: id})
	return a.Forgotten.is, err
}

// Copy is auth.Front's.
func (c *Client) Copy(ctx context.Context, id auth.AccountID, form string, s auth.Session) (*auth.Error, error) {
	a, err := c.ask(ctx, request{Verb: verbCopy, Account: id, Form: form, Session: apart[auth.Session]{s}})
	if err != nil {
		return nil, err
	}
	return a.Trouble.domain(), nil
}

// Open is auth.Front's.
func (c *Client) Open(ctx context.Context, what auth.Summons, s auth.Session) error {
	_, err := c.ask(ctx, request{Verb: verbOpen, Summons: apart[auth.Summons]{what}, Session: apart[auth.Session]{s}})
	return err
}
