package auth_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// watch looks at the accounts every while for as long as d, and reports what each
// looked like to seen.
func (m *machine) watch(d, every time.Duration, seen func(auth.Status)) {
	m.t.Helper()
	for range int(d / every) {
		time.Sleep(every)
		synctest.Wait()
		s, err := m.Snapshot(context.Background())
		if err != nil {
			m.t.Fatal(err)
		}
		for _, a := range s.Accounts {
			seen(a)
		}
	}
}

// Since when an account can't be refreshed is no matter of how often it was tried.
func TestTryingAgainDoesNotBeginAnew(t *testing.T) {
	for what, row := range map[string]struct {
		down fault
		is   auth.State
	}{
		"it answers with errors":     {answers503, auth.StateRetrying},
		"it can't be reached":        {unreached, auth.StateRetrying},
		"it throttles":               {throttles, auth.StateRetrying},
		"a login page answers":       {intercepts, auth.StateRetrying},
		"it rejects the client":      {misconfigures, auth.StateMisconfigured},
		"it loses what it is sent":   {lostBefore, auth.StateInDoubt},
		"nobody knows what it means": {unknownError, auth.StateRetrying},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, world{rotation: keeps})
				m.server.delay = 5 * time.Second
				m.connect(3)
				m.server.does(row.down)
				began := map[auth.AccountID]time.Time{}
				m.watch(6*time.Hour, time.Second, func(a auth.Status) {
					since, known := began[a.ID]
					switch {
					case !known && a.State == row.is:
						began[a.ID] = a.Since
						if ago := m.clock.Wall().Sub(a.Since); ago < 0 || ago > 10*time.Second { // it may have waited, and been tried once
							t.Errorf("%s has just become %v, and has been so for %v", a.Name, a.State, ago)
						}
					case known && (a.State == row.is || a.State == auth.StateRefreshing):
						if !a.Since.Equal(since) {
							t.Fatalf("%s is %v since %v, want it since %v", a.Name, a.State, a.Since, since)
						}
					case known:
						t.Fatalf("%s is %v", a.Name, a.State)
					}
				})
				if tries := len(m.server.tries()); len(began) != 3 || tries < 6 {
					t.Errorf("%d of 3 accounts are %v after %d tries", len(began), row.is, tries)
				}
			})
		})
	}
}

func TestAnAccountIsConnectedSinceItWasAndNotSinceItsLastRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: keeps})
		m.server.delay = 5 * time.Second
		id := m.connect(1)[0]
		connected := m.status(id).Since
		refreshed := 0
		steady := func(from time.Time) func(auth.Status) {
			return func(a auth.Status) {
				switch ago := m.clock.Wall().Sub(a.Since); {
				case a.State == auth.StateRefreshing:
					refreshed++
					if ago > 5*time.Second {
						t.Fatalf("it has been refreshing for %v, by an answer that takes 5 s", ago)
					}
				case a.State != auth.StateFresh || !a.Since.Equal(from):
					t.Fatalf("it is %v since %v, want it fresh since %v", a.State, a.Since, from)
				}
			}
		}
		m.watch(3*time.Hour, time.Second, steady(connected))
		if refreshed == 0 {
			t.Error("it was not seen while it refreshed")
		}
		m.server.does(answers503)
		time.Sleep(2 * time.Hour)
		m.server.does(works)
		var back time.Time
		m.watch(time.Hour, time.Second, func(a auth.Status) {
			if back.IsZero() && a.State == auth.StateFresh {
				back = a.Since
				if ago := m.clock.Wall().Sub(back); ago > time.Second {
					t.Errorf("it has just come back, and is fresh for %v", ago)
				}
			}
			if !back.IsZero() {
				steady(back)(a)
			}
		})
		if back.IsZero() {
			t.Error("it didn't come back")
		}
	})
}
