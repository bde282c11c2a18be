package auth_test

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// After a sleep those whose tokens have run out come one after the other, the one
// that ends soonest first, once the network had time to come back.
func TestAfterASleepAccountsComeInOrder(t *testing.T) {
	for _, row := range []struct {
		what    string
		signals []auth.Signal // that are heard on waking
		after   time.Duration // which the network gets, the first request
		within  time.Duration // comes
	}{
		{"the clocks alone tell", nil, 10 * time.Second, 41 * time.Second},
		{"the system tells, and not of the network", []auth.Signal{auth.SignalWoke}, 10 * time.Second, 11 * time.Second},
		{"the system tells of the network, too", []auth.Signal{auth.SignalWoke, auth.SignalOnline}, 0, 2 * time.Second},
		{"the system tells that there is no network", []auth.Signal{auth.SignalOffline, auth.SignalWoke}, time.Minute, 61 * time.Second},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := world{rotation: strict}
				if row.signals != nil {
					w.signals = make(chan auth.Signal)
				}
				m := newMachine(t, w)
				ids := m.connect(3)
				for i := range 17 {
					time.Sleep(time.Second)
					s, err := m.Connect(context.Background(), auth.Connection{Provider: "northwind", Name: string(rune('a' + i)), ClientIdentifier: "tray"}, func(auth.SignInStep) {})
					if err != nil {
						t.Fatal(err)
					}
					ids = append(ids, s.ID)
				}
				if w.signals != nil {
					w.signals <- auth.SignalSleeping
				}
				m.sleep(8 * time.Hour)
				woke := time.Now()
				for _, s := range row.signals {
					w.signals <- s
				}
				time.Sleep(row.within + 40*time.Second)
				synctest.Wait()
				tries := m.server.tries()
				if len(tries) != 20 {
					t.Fatalf("%d requests for 20 accounts", len(tries))
				}
				if got := tries[0].at.Sub(woke); got < row.after || got > row.within {
					t.Errorf("the first request came %v after waking, want between %v and %v", got, row.after, row.within)
				}
				if got := tries[19].at.Sub(tries[0].at); got < 19*time.Second || got > 35*time.Second {
					t.Errorf("spread over %v, want about 30 s", got)
				}
				m.inOrder(time.Second)
				for i, p := range tries[3:] { // the first three ended together
					if want := m.nth(i + 3); p.token != want {
						t.Fatalf("request %d presented %s, want %s: the one that ends soonest", i+3, p.token, want)
					}
				}
			})
		})
	}
}

// nth is the n-th refresh token that sign-ins brought.
func (m *machine) nth(n int) string {
	m.t.Helper()
	var tokens []string
	for i := 1; len(tokens) <= n; i++ {
		if token := "canary-r" + strconv.Itoa(i); m.server.tokens[token] != nil && m.server.tokens[token].family == i-1 {
			tokens = append(tokens, token)
		}
	}
	return tokens[n]
}

func TestNothingIsBegunOnceASleepIsAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{signals: make(chan auth.Signal)}
		m := newMachine(t, w)
		m.connect(1)
		time.Sleep(51 * time.Minute) // due within five minutes
		w.signals <- auth.SignalSleeping
		time.Sleep(90 * time.Second)
		m.sleep(20 * time.Second) // too short for the clocks to show
		w.signals <- auth.SignalWoke
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if got := m.states(); got[auth.StateFresh] != 1 || len(m.server.tries()) != 1 {
			t.Errorf("states %v after %d requests, want one and fresh", got, len(m.server.tries()))
		}
	})
}

func TestANetworkThatComesHasEverythingTriedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{signals: make(chan auth.Signal)}
		m := newMachine(t, w)
		m.connect(5)
		m.server.does(unreached)
		w.signals <- auth.SignalOffline
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if s, _ := m.Snapshot(context.Background()); !s.Offline {
			t.Error("the snapshot doesn't say that there is no network")
		}
		m.server.does(works)
		w.signals <- auth.SignalOnline
		time.Sleep(13 * time.Second)
		synctest.Wait()
		if got := m.states(); got[auth.StateFresh] != 5 {
			t.Errorf("states %v, want all fresh", got)
		}
		if s, _ := m.Snapshot(context.Background()); s.Offline {
			t.Error("the snapshot still says that there is no network")
		}
	})
}

// So is what something in between answered: another network may have nothing there.
func TestANetworkThatComesHasWhatWasInterceptedTriedAtOnce(t *testing.T) {
	for _, accounts := range []int{1, 6} {
		synctest.Test(t, func(t *testing.T) {
			signals := make(chan auth.Signal)
			d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) {
				p.Random, p.Signals = func() float64 { return 0.999 }, signals
			})
			for i := range accounts {
				d.connect(t, fmt.Sprint("work ", i))
			}
			var tries atomic.Int64
			d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
				tries.Add(1)
				return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeIntercepted, Said: auth.Said{Status: 302}}
			})
			time.Sleep(2 * time.Hour)
			synctest.Wait()
			for n := tries.Load(); n == tries.Load(); { // just after a try is the worst moment
				time.Sleep(time.Second)
			}
			served := d.give.count.Load()
			d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
			time.Sleep(5 * time.Second)
			signals <- auth.SignalOnline
			synctest.Wait()
			if d.give.count.Load() == served {
				t.Errorf("%d accounts: nothing was tried when another network came", accounts)
			}
		})
	}
}

// An address comes first, and that it leads anywhere a little later: that the first
// try was too early keeps nobody from the next.
func TestANetworkThatIsToldTwiceIsTriedSoon(t *testing.T) {
	for _, accounts := range []int{1, 5} {
		synctest.Test(t, func(t *testing.T) {
			w := world{signals: make(chan auth.Signal)}
			m := newMachine(t, w)
			m.connect(accounts)
			m.server.does(unreached)
			w.signals <- auth.SignalOffline
			time.Sleep(3 * time.Hour)
			before := len(m.server.tries())
			w.signals <- auth.SignalOnline
			time.Sleep(time.Second)
			if got := len(m.server.tries()) - before; got == 0 {
				t.Error("the first word had nothing tried")
			}
			m.server.does(works)
			time.Sleep(time.Second)
			w.signals <- auth.SignalOnline
			time.Sleep(7 * time.Second)
			synctest.Wait()
			if got := m.states(); got[auth.StateFresh] == 0 {
				t.Errorf("states %v seven seconds after the second word, want some of %d fresh", got, accounts)
			}
		})
	}
}

// A network that comes and goes is no reason for a storm.
func TestAFlappingNetworkMakesNoStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{signals: make(chan auth.Signal)}
		m := newMachine(t, w)
		m.connect(20)
		m.server.does(unreached)
		time.Sleep(time.Hour)
		before := len(m.server.tries())
		for range 600 {
			w.signals <- auth.SignalOffline
			w.signals <- auth.SignalOnline
			time.Sleep(100 * time.Millisecond)
		}
		if got := len(m.server.tries()) - before; got > 30 {
			t.Errorf("%d requests in a minute of flapping", got)
		}
	})
}

// The calendar is not the time: whatever it is set to, tokens are neither taken for
// dead nor for alive, and nobody's provider is stormed.
func TestACalendarThatIsSetChangesNothing(t *testing.T) {
	const dayLong, year = 24 * time.Hour, 365 * 24 * time.Hour
	for _, row := range []struct {
		what    string
		by      time.Duration
		signals bool
		asked   int // at most, within ten minutes
	}{
		{"back a day", -dayLong, false, 0},
		{"back an hour, as for a wrong time zone", -time.Hour, false, 0},
		{"back to 1970", -30 * year, false, 0},
		{"forward a year, and sleeps are announced", year, true, 2},
		{"forward a year, and nobody tells of sleeps", year, false, 2},
		{"forward an hour", time.Hour, false, 20},
		{"back a minute", -time.Minute, false, 0},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var w world
				w.notBefore = time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
				if row.signals {
					w.signals = make(chan auth.Signal)
				}
				m := newMachine(t, w)
				ids := m.connect(20)
				m.server.misdate(10 * time.Minute)
				if row.signals {
					w.signals <- auth.SignalSleeping
					m.sleep(time.Minute)
					w.signals <- auth.SignalWoke
				}
				time.Sleep(65 * time.Minute) // everybody was refreshed once
				m.refreshAll(ids)
				before := len(m.server.tries())
				m.clock.set(row.by)
				for range 10 {
					time.Sleep(time.Minute)
					synctest.Wait()
					m.honest(ids)
				}
				if got := len(m.server.tries()) - before; got > row.asked {
					t.Errorf("%d requests within ten minutes, want at most %d", got, row.asked)
				}
				if got := m.states(); got[auth.StateFresh] != 20 {
					t.Errorf("states %v, want all fresh", got)
				}
				for range 30 { // a day in the other time
					time.Sleep(48 * time.Minute)
					synctest.Wait()
					m.honest(ids)
				}
				m.clock.set(-row.by)
				for range 30 {
					time.Sleep(48 * time.Minute)
					synctest.Wait()
					m.honest(ids)
				}
				if got := len(m.server.tries()) - before; got > 20*80 {
					t.Errorf("%d requests in two days for 20 accounts", got)
				}
			})
		})
	}
}

// refreshAll has every account asked for once.
func (m *machine) refreshAll(ids []auth.AccountID) {
	m.t.Helper()
	for _, id := range ids {
		if _, err := m.Token(context.Background(), id, auth.Want{Force: true}); err != nil {
			m.t.Fatal(err)
		}
	}
}

// honest checks that every token that is handed out works.
func (m *machine) honest(ids []auth.AccountID) {
	m.t.Helper()
	for _, id := range ids {
		token, err := m.Token(context.Background(), id, usual)
		if err != nil || token.Trouble != nil {
			m.t.Fatalf("no token: %v, %v", err, token.Trouble)
		}
		if !m.server.serves(token.AccessToken.Reveal()) {
			m.t.Fatal("a token that was handed out does not work")
		}
	}
}

// A machine whose clock has lost its battery starts in 1970: nothing is refreshed
// by such a clock, and all is well as soon as the network has set it.
func TestAClockThatCantBeRightHoldsRefreshes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{notBefore: time.Date(1999, 6, 1, 0, 0, 0, 0, time.UTC)}
		m := newMachine(t, w)
		ids := m.connect(10)
		time.Sleep(50 * time.Minute)
		m.stop()
		m.clock.set(-30 * 365 * 24 * time.Hour)
		m.boot(w)
		before := len(m.server.tries())
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := len(m.server.tries()) - before; got != 0 {
			t.Errorf("%d requests by a clock that shows 1970", got)
		}
		token, err := m.Token(context.Background(), ids[0], usual)
		if err != nil || token.Trouble == nil || token.Trouble.Detail == "" {
			t.Errorf("got %v, %v; want the stored token with a word about the clock", token.Trouble, err)
		}
		m.clock.set(30 * 365 * 24 * time.Hour)
		time.Sleep(time.Minute + 20*time.Second)
		synctest.Wait()
		if got := m.states(); got[auth.StateFresh] != 10 {
			t.Errorf("states %v once the clock is right, want all fresh", got)
		}
		m.inOrder(time.Second)
	})
}
