package auth_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// office is a provider with a token endpoint for each branch office, so that every
// account may be at a host of its own.
func office() auth.Provider {
	p := northwind
	p.Settings = []auth.Setting{{Key: "branch", Label: "Branch", Required: true}}
	p.Endpoints.Token = "https://{branch}.login.example/token"
	return p
}

// crossing counts who is at the provider, and lets nobody leave until the way is open.
type crossing struct {
	open chan struct{}

	mu      sync.Mutex
	now     map[string]int // by token endpoint
	most    int            // at once, wherever
	mostOne int            // at once, at one host
}

func (c *crossing) pass(host string) {
	c.count(host, 1)
	<-c.open
	c.count(host, -1)
}

func (c *crossing) count(host string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now[host] += n
	all := 0
	for _, n := range c.now {
		all += n
	}
	c.most, c.mostOne = max(c.most, all), max(c.mostOne, c.now[host])
}

func (c *crossing) met() (most, mostOne int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most, c.mostOne
}

// crowded is a wire whose refreshes go over a crossing.
type crowded struct {
	*wire
	*crossing
}

func (c crowded) Refresh(ctx context.Context, p auth.Provider, client auth.Client, g auth.Grant) (auth.Answer, error) {
	c.pass(p.Endpoints.Token)
	return c.wire.Refresh(ctx, p, client, g)
}

// However many accounts are due at however many hosts: 16 requests at once, two of
// them at one host, and beside those one that a person waits for.
func TestSixteenInAllAndOneForAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crossing{open: make(chan struct{}), now: map[string]int{}}
		d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) {
			own, _ := p.Wire.(*wire)
			p.Wire, p.Catalogue = crowded{own, c}, shelf(office())
		})
		var ids []auth.AccountID
		for i := range 60 {
			s, err := d.Connect(context.Background(), auth.Connection{
				Provider: "northwind", Name: fmt.Sprintf("work %d", i), ClientIdentifier: "tray",
				Settings: map[string]string{"branch": fmt.Sprintf("b%d", i/3)},
			}, func(auth.SignInStep) {})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, s.ID)
		}
		time.Sleep(58 * time.Minute) // all of them are due, and nobody answers
		synctest.Wait()
		most, mostOne := c.met()
		if most != 16 || mostOne != 2 {
			t.Errorf("%d requests at once, %d at one host; want 16 and 2", most, mostOne)
		}
		var asking sync.WaitGroup
		waiting := slices.DeleteFunc(slices.Clone(ids), func(id auth.AccountID) bool { return d.status(t, id).State == auth.StateRefreshing })
		for _, id := range waiting { // people ask for everything that waits
			asking.Go(func() {
				if err := d.Refresh(context.Background(), id); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if most, _ := c.met(); most != 17 {
			t.Errorf("%d requests at once when people ask, want one more than 16", most)
		}
		close(c.open)
		asking.Wait()
		time.Sleep(time.Minute)
		synctest.Wait()
		if most, mostOne := c.met(); most != 17 || mostOne > 3 {
			t.Errorf("%d requests at once, %d at one host, want 17 and 3 at most", most, mostOne)
		}
		for _, id := range ids {
			if s := d.status(t, id); s.State != auth.StateFresh {
				t.Errorf("%s is %s, want fresh", s.Name, s.State)
			}
		}
	})
}
