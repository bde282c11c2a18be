package auth_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// Scripts that ask in a loop make no storm of an outage: they have the provider asked
// once a minute at most, whoever asks for whatever account, and hear of its end with it.
func TestScriptsInALoopLeaveAProviderInPeace(t *testing.T) {
	const every = 5 * time.Second
	for _, row := range []struct {
		what     string
		down     fault
		accounts int
		asks     int // how many accounts at a time
		most     int // requests in six hours
	}{
		{"one account", answers503, 1, 1, 6*60 + 60},
		{"one of many accounts at a time", answers503, 20, 1, 6*60 + 60},
		{"many accounts at once", answers503, 20, 20, 6*60 + 60},
		{"a client that is rejected", misconfigures, 1, 1, 6*60 + 60},
		{"an error that nobody knows", unknownError, 1, 1, 6*60 + 60},
		{"a network login", intercepts, 20, 20, 6 * 60 * 60 / 20},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, world{})
				ids := m.connect(row.accounts)
				m.server.does(row.down)
				time.Sleep(61 * time.Minute)
				before := len(m.server.tries())
				n := 0
				loop := func() int64 {
					var served atomic.Int64
					var asking sync.WaitGroup
					for range row.asks {
						id := ids[n%len(ids)]
						n++
						asking.Go(func() {
							if _, err := m.Token(context.Background(), id, usual); err == nil {
								served.Add(1)
							}
						})
					}
					asking.Wait()
					time.Sleep(every)
					return served.Load()
				}
				for range 6 * time.Hour / every {
					if loop() != 0 {
						t.Fatal("somebody got a token that has run out")
					}
				}
				got := len(m.server.tries()) - before
				t.Logf("%d requests in six hours", got)
				if got > row.most {
					t.Errorf("%d requests in six hours, want %d at most", got, row.most)
				}
				m.server.does(works)
				back := time.Now()
				for loop() == 0 {
					if time.Since(back) > time.Minute {
						t.Fatal("nobody got a token for a minute, and it works")
					}
				}
			})
		})
	}
}

// What is known of a provider is told with the stored token while that is valid, and
// keeps no person from asking, nor a program that insists.
func TestWhatIsKnownIsToldAndPeopleAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Random = func() float64 { return 0.999 } })
		id := d.connect(t, "work")
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}}
		})
		asks := func(what string, want int64, ask func() error) {
			t.Helper()
			time.Sleep(10 * time.Second)
			synctest.Wait()
			before := asked.Load()
			if err := ask(); !errors.Is(err, auth.ErrUnreachable) {
				t.Errorf("%s: %v, want that it can't be reached", what, err)
			}
			if got := asked.Load() - before; got != want {
				t.Errorf("%s: %d requests, want %d", what, got, want)
			}
		}
		refresh := func() error { return d.Refresh(ctx, id) }

		time.Sleep(56 * time.Minute) // inside the margin, and it failed some times: the next one is minutes away
		asks("a person who refreshes", 1, refresh)
		asks("a program", 0, func() error {
			token, err := d.Token(ctx, id, auth.Want{Validity: 10 * time.Minute})
			if err != nil || token.AccessToken.Reveal() != "canary-a1" {
				t.Errorf("%v, want the stored token", err)
			}
			return token.Trouble
		})
		asks("a program that insists", 1, func() error {
			_, err := d.Token(ctx, id, auth.Want{Force: true})
			return err
		})
		time.Sleep(6 * time.Minute) // it has run out
		asks("a person who refreshes then", 1, refresh)
		asks("a program then", 0, func() error {
			_, err := d.Token(ctx, id, usual)
			return err
		})
		asks("a person who copies", 1, func() error {
			_, err := d.Hand(ctx, id, usual)
			return err
		})
	})
}

// A network that came back, and one where trying costs the provider nothing, keep
// programs from nothing.
func TestProgramsAreLetThroughOnceTheNetworkIsBack(t *testing.T) {
	for _, row := range []struct {
		what string
		down auth.Failure
		told bool
	}{
		{"a network login was in between", auth.Failure{Outcome: auth.OutcomeIntercepted, Said: auth.Said{Status: 302}}, true},
		{"nobody was reached, and nobody tells", auth.Failure{Outcome: auth.OutcomeTransient}, false},
	} {
		for _, accounts := range []int{1, 6} {
			synctest.Test(t, func(t *testing.T) {
				ctx, signals := context.Background(), make(chan auth.Signal)
				d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) {
					p.Random, p.Signals = func() float64 { return 0.999 }, signals
				})
				var ids []auth.AccountID
				for i := range accounts {
					ids = append(ids, d.connect(t, fmt.Sprint("work ", i)))
				}
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return auth.Answer{}, &row.down })
				time.Sleep(2 * time.Hour)
				for _, id := range ids { // so that every next try is far away
					_ = d.Refresh(ctx, id)
				}
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
				time.Sleep(3 * time.Second)
				if row.told {
					if _, err := d.Token(ctx, ids[0], usual); err == nil {
						t.Errorf("%s: a token although nobody was to be asked yet", row.what)
					}
					signals <- auth.SignalOnline
					synctest.Wait()
				}
				if _, err := d.Token(ctx, ids[0], usual); err != nil {
					t.Errorf("%s, %d accounts: %v, want a token at once", row.what, accounts, err)
				}
			})
		}
	}
}
