//go:build unix

package bench_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
	"github.com/tokentray/tokentray/storage/places"
)

// crowd stands in for an agent with so many accounts that signing each of them in
// would take the afternoon. The window reaches it by the real socket, and asks and
// is poked as ever; only what the agent itself would use is not in the numbers.
type crowd struct {
	auth.Front // what is not answered here is not asked
	snapshot   auth.Snapshot
	every      time.Duration // how often something changes; 0: never
}

// crowdOf is so many accounts, and a token of each is good for about life: below an
// hour the seconds are counted.
func crowdOf(accounts int, life, every time.Duration) crowd {
	c := crowd{every: every, snapshot: auth.Snapshot{Vault: auth.VaultUnlocked, SealedBy: auth.SealedByKeyring}}
	now := time.Now()
	for i := range accounts {
		end := now.Add(life - time.Duration(i%600)*time.Second)
		c.snapshot.Accounts = append(c.snapshot.Accounts, auth.Status{
			ID: auth.AccountID(fmt.Sprintf("a%05d", i)), Name: fmt.Sprintf("Account %05d", i), Provider: "bench", ProviderName: "Bench", Colour: "#0E7285",
			State: auth.StateFresh, Since: now, ExpiresAt: end, IssuedAt: end.Add(-life), RefreshAt: end.Add(-5 * time.Minute),
			Identity: auth.Identity{Subject: fmt.Sprint(i), Email: fmt.Sprintf("you%05d@example.com", i)},
			Scopes:   []string{"openid", "offline_access"}, Grant: auth.AuthorizationCode,
		})
	}
	return c
}

// Snapshot is how everything stands.
func (c crowd) Snapshot(context.Context) (auth.Snapshot, error) {
	s := c.snapshot
	s.At = time.Now()
	return s, nil
}

// Watch pokes as often as something changes.
func (c crowd) Watch(ctx context.Context) (<-chan struct{}, error) {
	pokes := make(chan struct{}, 1)
	go func() {
		defer close(pokes)
		changes := make(<-chan time.Time)
		if c.every > 0 {
			t := time.NewTicker(c.every)
			defer t.Stop()
			changes = t.C
		}
		for {
			select {
			case <-ctx.Done():
				return
			case <-changes:
			}
			select {
			case pokes <- struct{}{}:
			default: // the one before was not seen yet
			}
		}
	}()
	return pokes, nil
}

// Show is the status and no more.
func (c crowd) Show(_ context.Context, id auth.AccountID) (auth.Details, error) {
	for _, a := range c.snapshot.Accounts {
		if a.ID == id {
			return auth.Details{Status: a}, nil
		}
	}
	return auth.Details{}, auth.ErrUnknownAccount
}

// Providers are none.
func (c crowd) Providers(context.Context) ([]auth.Provider, error) { return nil, nil }

// Preferences are the usual ones.
func (c crowd) Preferences(context.Context) (auth.Preferences, error) {
	return auth.Preferences{}, nil
}

// Summoned is never.
func (c crowd) Summoned(ctx context.Context) (<-chan auth.Summons, error) {
	wishes := make(chan auth.Summons)
	context.AfterFunc(ctx, func() { close(wishes) })
	return wishes, nil
}

// serve offers the crowd where the window of the world looks for its agent, until b ends.
func (c crowd) serve(b *testing.B, home string) {
	b.Helper()
	at, err := places.Find(func(name string) string {
		return map[string]string{"TOKENTRAY_HOME": home}[name]
	})
	if err == nil {
		err = at.Make()
	}
	if err != nil {
		b.Fatal(err)
	}
	hold, err := agent.Take(agent.Address{Socket: at.Socket(), Lock: at.Lock()}, "dev")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, over := make(chan struct{}), make(chan error, 1)
	go func() { over <- hold.Serve(ctx, c, stop, func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-over:
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stop()
		if err := <-over; err != nil {
			b.Error(err)
		}
		if err := hold.Release(); err != nil {
			b.Error(err)
		}
	})
}
