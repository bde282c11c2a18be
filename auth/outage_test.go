package auth_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// A provider that is down for six hours is asked once in a while for all of its
// accounts, and everybody is served soon after it is back.
func TestAProviderThatIsDownForHoursIsAskedForAllAccountsAtOnce(t *testing.T) {
	for _, row := range []struct {
		what  string
		down  fault
		back  time.Duration
		posts int
	}{
		{"it answers with errors", answers503, 15 * time.Minute, 60},
		{"it can't be reached", unreached, 2 * time.Minute, 0},
		{"answers get lost", lostBefore, 15 * time.Minute, 60},
		{"a network login is in between", intercepts, 2 * time.Minute, 6*60*60/30 + 60},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, world{rotation: strict})
				ids := m.connect(20)
				m.server.does(row.down)
				time.Sleep(6*time.Hour + 55*time.Minute) // the first 50 minutes nobody needs it
				synctest.Wait()
				got := len(m.server.sent(0))
				t.Logf("%d tries, %d requests reached the provider", len(m.server.tries()), got)
				if got > row.posts {
					t.Errorf("%d requests reached the provider in 6 hours, want at most %d", got, row.posts)
				}
				if got := m.states(); got[auth.StateRetrying]+got[auth.StateInDoubt] != 20 {
					t.Errorf("states %v, want all of them retrying", got)
				}
				m.server.does(works)
				time.Sleep(row.back)
				synctest.Wait()
				m.inOrder(time.Second)
				if row.down == lostBefore {
					m.settledByAPerson(ids)
				}
				if states := m.states(); states[auth.StateFresh] != 20 {
					t.Errorf("states %v when the provider was back for %v, want all fresh", states, row.back)
				}
			})
		})
	}
}

// settledByAPerson has a person, who is told of them, try those once more whose
// refresh token was presented three times without an answer.
func (m *machine) settledByAPerson(ids []auth.AccountID) {
	m.t.Helper()
	var names []string
	for _, id := range ids {
		if s := m.status(id); s.GivenUp() {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	var p person
	expect(m.t, "in doubt", p.listens(m.t, m.Keeper, time.Second, time.Second), "0s northwind/in_doubt: "+strings.Join(names, ", "))
	for _, id := range ids {
		if !m.status(id).GivenUp() {
			continue
		}
		if err := m.Refresh(context.Background(), id); err != nil {
			m.t.Errorf("tried once more: %v", err)
		}
	}
}

// inOrder checks that those that an answer set free came one after the other.
func (m *machine) inOrder(gap time.Duration) {
	m.t.Helper()
	var last time.Time
	for _, p := range m.server.tries() {
		if p.fault != works {
			continue
		}
		if p.at.Sub(last) < gap {
			m.t.Errorf("two requests within %v", p.at.Sub(last))
		}
		last = p.at
	}
}

func TestAPersonFindsOutAtOnceThatAProviderIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{})
		ids := m.connect(10)
		m.server.does(answers503)
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		before := len(m.server.tries())
		for _, id := range ids { // a script that asks for every account
			if _, err := m.Token(context.Background(), id, usual); !errors.Is(err, auth.ErrUnreachable) {
				t.Errorf("got %v, want unreachable", err)
			}
		}
		if got := len(m.server.tries()) - before; got > 1 {
			t.Errorf("a loop over all accounts made %d requests, want 1 at most", got)
		}
		m.server.does(works)
		if err := m.Refresh(context.Background(), ids[3]); err != nil {
			t.Errorf("a person's request: %v", err)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if got := m.states(); got[auth.StateFresh] != 10 {
			t.Errorf("states %v half a minute later, want all fresh", got)
		}
	})
}

// Five failures in a row, of more than one account, say that a provider serves nobody;
// four may be anything.
func TestFiveFailuresOfSeveralAccountsSayThatAProviderIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{})
		ids := m.connect(10)
		time.Sleep(10 * time.Minute)
		m.server.does(answers503)
		for _, id := range ids { // each for the first time, all in one moment
			token, err := m.Token(context.Background(), id, auth.Want{Validity: 55 * time.Minute})
			if err != nil || token.Trouble == nil {
				t.Errorf("got %v, %v, want the stored token and what is known", token.Trouble, err)
			}
		}
		if got := len(m.server.tries()); got != 5 {
			t.Errorf("%d requests until it was left alone, want 5", got)
		}
	})
}

// The wait after a failure is a part of 2 s, 4 s, 8 s …, which chance chooses: whoever
// failed together doesn't come back together.
func TestChanceChoosesWithinTheWait(t *testing.T) {
	for _, chance := range []float64{0.25, 0.75} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Random = func() float64 { return chance } })
			d.connect(t, "work")
			asked := whenAsked(d, auth.Failure{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}})
			time.Sleep(6 * time.Hour)
			synctest.Wait()
			for i, got := range between(*asked) {
				most := 15 * time.Minute
				if i < 9 {
					most = min(most, 2*time.Second<<i)
				}
				if want := max(time.Second, time.Duration(chance*float64(most))); got != want {
					t.Errorf("chance %v: %v after failure %d, want %v", chance, got, i+1, want)
				}
			}
			if len(*asked) < 20 {
				t.Errorf("chance %v: asked %d times in six hours", chance, len(*asked))
			}
		})
	}
}

// whenAsked has every refresh end in f, and notes when.
func whenAsked(d *desk, f auth.Failure) *[]time.Time {
	var asked []time.Time
	d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
		asked = append(asked, time.Now())
		return auth.Answer{}, &f
	})
	return &asked
}

// between is how long passed from each to the next.
func between(times []time.Time) (gaps []time.Duration) {
	for i := 1; i < len(times); i++ {
		gaps = append(gaps, times[i].Sub(times[i-1]))
	}
	return gaps
}

// Who asks a provider that is failing is one of many in turn: a lost answer is no
// reason to ask twice.
func TestAFailingProviderIsNotAskedTwiceForALostAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{})
		m.connect(10)
		m.server.does(answers503)
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		before := len(m.server.tries())
		m.server.does(lostBefore)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		tries := m.server.tries()[before:]
		for i := 1; i < len(tries); i++ {
			if gap := tries[i].at.Sub(tries[i-1].at); gap < time.Minute {
				t.Errorf("asked again after %v", gap)
			}
		}
		if len(tries) < 5 {
			t.Errorf("%d requests in two hours", len(tries))
		}
	})
}

// What one account does wrong is no reason to keep the others from their provider.
func TestAnAccountThatFailsAloneHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		bad := d.connect(t, "bad")
		d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
			if g.RefreshToken.Reveal() == "canary-r1" {
				return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 500}}
			}
			return d.give.answer(), nil
		})
		time.Sleep(30 * time.Minute)
		var others []auth.AccountID
		for _, name := range []string{"a", "b", "c", "d"} {
			others = append(others, d.connect(t, name))
		}
		for range 30 {
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			for _, id := range others {
				if s := d.status(t, id); s.State != auth.StateFresh {
					t.Fatalf("%s is %v", s.Name, s.State)
				}
			}
		}
		if s := d.status(t, bad); s.State != auth.StateRetrying {
			t.Errorf("the bad one is %v", s.State)
		}
	})
}

// What a provider that throttles names as its time holds for all accounts there.
func TestAThrottleHoldsForTheHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{})
		m.connect(20)
		m.server.does(throttles)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		tries := m.server.tries()
		if len(tries) < 3 {
			t.Fatalf("%d requests, want some", len(tries))
		}
		for i := 2; i < len(tries); i++ { // two may be under way together
			if gap := tries[i].at.Sub(tries[i-2].at); gap < time.Minute {
				t.Errorf("asked again after %v, want a minute at least", gap)
			}
		}
		m.server.does(works)
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		if got := m.states(); got[auth.StateFresh] != 20 {
			t.Errorf("states %v, want all fresh", got)
		}
	})
}

// Where nobody tells that the network is back, a few accounts are fresh within a
// minute of it, whatever chance does.
func TestANetworkThatComesBackUntoldIsFoundWithinAMinute(t *testing.T) {
	for _, chance := range []float64{0, 0.5, 0.999} {
		for _, accounts := range []int{1, 5} {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Random = func() float64 { return chance } })
				for i := range accounts {
					d.connect(t, fmt.Sprintf("work %d", i))
				}
				var tries atomic.Int64
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
					tries.Add(1)
					return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient}
				})
				time.Sleep(4 * time.Hour)
				synctest.Wait()
				for n := tries.Load(); n == tries.Load(); { // just after a try is the worst moment
					time.Sleep(time.Second)
				}
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
				time.Sleep(time.Minute)
				synctest.Wait()
				s, err := d.Snapshot(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range s.Accounts {
					if a.State != auth.StateFresh {
						t.Errorf("chance %v: %s is %v a minute after the network is back", chance, a.Name, a.State)
					}
				}
			})
		}
	}
}

// A script that insists in a loop neither hammers a provider that throttles nor has
// anybody wait for less than it asked for; a person may know better.
func TestNobodyInsistsAgainstAThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id, other := d.connect(t, "work"), d.connect(t, "home")
		asked := 0
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked++
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: time.Hour}
		})
		for range 100 {
			var e *auth.Error
			_, err := d.Token(ctx, id, auth.Want{Force: true})
			if !errors.As(err, &e) || e.Kind != auth.KindThrottled {
				t.Fatalf("got %v, want throttled", err)
			}
			if _, err := d.Token(ctx, other, auth.Want{Force: true}); !errors.As(err, &e) || !strings.HasPrefix(e.Detail, "not to be asked again for ") {
				t.Fatalf("got %v, want throttled and until when", err)
			}
			time.Sleep(3 * time.Second)
		}
		if asked != 1 {
			t.Errorf("%d requests, want 1", asked)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		if err := d.Refresh(ctx, id); err != nil {
			t.Errorf("a person: %v", err)
		}
		if _, err := d.Token(ctx, other, auth.Want{Force: true}); err != nil {
			t.Errorf("once it answers: %v", err)
		}
	})
}
