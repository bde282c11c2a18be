package auth_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// A sleep that nobody announced, on a system that announced others: a virtual
// machine that its host pauses, or a watcher that has ended. It must not be taken
// for a calendar that was set, or dead tokens would look valid for as long.
func TestASleepThatIsNotToldIsNoSetCalendar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{rotation: strict, signals: make(chan auth.Signal)}
		m := newMachine(t, w)
		ids := m.connect(20)
		w.signals <- auth.SignalSleeping
		m.sleep(time.Minute)
		w.signals <- auth.SignalWoke
		time.Sleep(65 * time.Minute) // everybody was refreshed once
		m.refreshAll(ids)
		m.sleep(8 * time.Hour)
		for range 20 {
			time.Sleep(3 * time.Second)
			synctest.Wait()
			for _, id := range ids {
				if s := m.status(id); s.State == auth.StateFresh && s.ExpiresAt.After(m.clock.Wall().Add(time.Hour)) {
					t.Fatalf("%s counts as good until %v, eight hours too late", s.Name, s.ExpiresAt)
				}
			}
		}
		m.honest(ids)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := m.states(); got[auth.StateFresh] != 20 {
			t.Errorf("states %v, want all fresh", got)
		}
	})
}

// Whoever told of a sleep and tells of none any more can't say that it is over.
func TestAnAnnouncementEndsWithWhoeverMadeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals := make(chan auth.Signal)
		d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) {
			p.Signals, p.Random = signals, func() float64 { return 0 }
		})
		d.connect(t, "work") // due when 55 minutes are over
		time.Sleep(54 * time.Minute)
		signals <- auth.SignalSleeping
		signals <- auth.SignalSleepUntold
		time.Sleep(90 * time.Second)
		synctest.Wait()
		if got := d.give.count.Load(); got != 2 {
			t.Errorf("%d answers, want that the refresh was not held up", got)
		}
	})
}

// After waking nothing is tried while the system says that there is no network; a
// system that is wrong about it holds things up for a minute.
func TestWakingWithoutANetworkWaitsForOne(t *testing.T) {
	for what, told := range map[string]bool{"it comes, and is told": true, "it is there, and the system doesn't know": false} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := world{rotation: strict, signals: make(chan auth.Signal)}
				m := newMachine(t, w)
				m.connect(1)
				w.signals <- auth.SignalOffline
				w.signals <- auth.SignalSleeping
				m.sleep(8 * time.Hour)
				w.signals <- auth.SignalWoke
				time.Sleep(50 * time.Second)
				synctest.Wait()
				if got := len(m.server.tries()); got != 0 {
					t.Errorf("%d tries without a network", got)
				}
				within := 15 * time.Second
				if told {
					w.signals <- auth.SignalOnline
					within = time.Second
				}
				time.Sleep(within)
				synctest.Wait()
				if got := m.states(); got[auth.StateFresh] != 1 {
					t.Errorf("states %v %v later, want fresh", got, within)
				}
			})
		})
	}
}

// What a provider that throttles named as its time passes while the machine sleeps.
func TestAThrottleDoesNotOutliveASleep(t *testing.T) {
	for what, asleep := range map[string]time.Duration{"a long sleep": 10 * time.Hour, "a short one": 20 * time.Minute} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clock := newPartingClock()
				d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Clock = clock })
				id := d.connect(t, "work")
				d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
					return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: time.Hour}
				})
				if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); err == nil {
					t.Fatal("no failure")
				}
				answer := func(auth.Grant) (auth.Answer, error) {
					a := d.give.answer()
					a.AskedAt = clock.Wall()
					return a, nil
				}
				d.wire.onRefresh(answer)
				clock.set(asleep)
				time.Sleep(45 * time.Second)
				synctest.Wait()
				over := asleep > time.Hour
				if s := d.status(t, id); over != (s.State == auth.StateFresh) {
					t.Errorf("state %v after %v of an hour", s.State, asleep)
				}
				if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); over != (err == nil) {
					t.Errorf("got %v after %v of an hour", err, asleep)
				}
				time.Sleep(time.Hour - asleep%time.Hour)
				synctest.Wait()
				if s := d.status(t, id); s.State != auth.StateFresh {
					t.Errorf("state %v (%v) when the time is over", s.State, s.Cause)
				}
			})
		})
	}
}

// untilRetrying lets time pass until id's refresh came to nothing, and p has seen it.
func (m *machine) untilRetrying(p *person, id auth.AccountID) {
	m.t.Helper()
	for m.status(id).State != auth.StateRetrying {
		expect(m.t, "before", p.listens(m.t, m.Keeper, 5*time.Second, 5*time.Second))
	}
	expect(m.t, "before", p.listens(m.t, m.Keeper, 5*time.Second, 5*time.Second))
}

// A try that came to nothing before a sleep, or before the machine was switched off,
// says nothing about what is the case after it: nobody was at it in between.
func TestTimeAsleepIsNoOutage(t *testing.T) {
	for what, away := range map[string]func(*machine, world){
		"a sleep that is told": func(m *machine, _ world) {
			m.signals <- auth.SignalSleeping
			m.sleep(8 * time.Hour)
			m.signals <- auth.SignalWoke
		},
		"a sleep that nobody tells": func(m *machine, _ world) { m.sleep(8 * time.Hour) },
		"switched off": func(m *machine, w world) {
			m.stop()
			m.sleep(8 * time.Hour)
			m.boot(w)
		},
		"locked": func(m *machine, _ world) {
			if err := m.Lock(context.Background()); err != nil {
				m.t.Error(err)
			}
			m.sleep(8 * time.Hour)
			if err := m.Unlock(context.Background(), auth.Secret{}); err != nil {
				m.t.Error(err)
			}
		},
	} {
		for after, notices := range map[fault]int{works: 0, unreached: 1} {
			t.Run(fmt.Sprintf("%s, then %d notices", what, notices), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := world{signals: make(chan auth.Signal)}
					m := newMachine(t, w)
					id := m.connect(1)[0]
					m.server.does(unreached)
					var p person
					m.untilRetrying(&p, id)
					if left := m.status(id).ExpiresAt.Sub(m.clock.Wall()); left < 4*time.Minute {
						t.Fatalf("the token is good for another %v", left)
					}
					away(m, w)
					time.AfterFunc(20*time.Second, func() { m.server.does(after) }) // when the network is there
					expect(t, "ten minutes", p.listens(t, m.Keeper, 10*time.Minute, time.Second))
					if got := p.listens(t, m.Keeper, time.Hour, time.Second); len(got) != notices {
						t.Errorf("after ten minutes: told %q, want %d notices", got, notices)
					}
				})
			})
		}
	}
}

// What waits for a time that the provider named is not told after a sleep before it
// was tried again.
func TestAnOutageBeforeASleepIsToldWhenATryHasShownThatItLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := newPartingClock()
		d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Clock = clock })
		id := d.connect(t, "work")
		var tries atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			tries.Add(1)
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: time.Hour}
		})
		var p person
		for tries.Load() == 0 {
			expect(t, "before", p.listens(t, d.Keeper, time.Second, time.Second))
		}
		clock.set(8 * time.Minute) // the token has run out
		var got []string
		for woke := time.Now(); len(got) == 0 && time.Since(woke) < 2*time.Hour; {
			got = p.listens(t, d.Keeper, time.Second, time.Second)
		}
		if len(got) != 1 || tries.Load() != 2 {
			t.Errorf("%s, told %q after %d tries, want that it can't be refreshed after the second", d.status(t, id).State, got, tries.Load())
		}
	})
}

// A sign-in that was needed before the sleep is needed after it.
func TestANeededSignInIsToldOnWaking(t *testing.T) {
	p := person{now: noon}
	s := rows(row("A", auth.StateNeedsSignIn))
	s.Awake = noon
	expect(t, "at once", p.hears(t, auth.UsualNotices(), s), "adaptix/sign_in: A")
}
