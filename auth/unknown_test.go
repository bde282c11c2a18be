package auth_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// An error that nobody knows is asked about every hour at the least, and after a
// day somebody has to look at it.
func TestAnErrorThatNobodyKnowsNeedsAttentionAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{})
		id := m.connect(1)[0]
		m.server.does(unknownError)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateRetrying {
			t.Errorf("within a day: state %v, want retrying", s.State)
		}
		tries := m.server.tries()
		for i := 1; i < len(tries); i++ {
			if gap := tries[i].at.Sub(tries[i-1].at); gap > time.Hour {
				t.Errorf("%v between two requests, want an hour at most", gap)
			}
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateMisconfigured || s.Cause.Said.Code != "moon_phase" {
			t.Errorf("after a day: state %v, cause %v, want a settings problem with the provider's word", s.State, s.Cause)
		}
		m.server.does(works)
		time.Sleep(61 * time.Minute)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateFresh {
			t.Errorf("state %v after the provider was mended", s.State)
		}
	})
}

// An error that nobody knows and that stays is asked about less and less often, at last
// every hour.
func TestAnErrorThatNobodyKnowsIsAskedAboutLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour, func(p *auth.Parts) { p.Random = func() float64 { return 0.999 } })
		d.connect(t, "work")
		asked := whenAsked(d, auth.Failure{Outcome: auth.OutcomeUnknown, Said: auth.Said{Status: 400, Code: "moon_phase"}})
		time.Sleep(20 * time.Hour)
		synctest.Wait()
		gaps := between(*asked)
		if longest := slices.Max(gaps); longest < 59*time.Minute || longest > time.Hour {
			t.Errorf("%v between two requests at most, want about an hour", longest)
		}
		if !slices.IsSorted(gaps) {
			t.Errorf("%v between requests, want none shorter than the one before", gaps)
		}
	})
}

// An answer that is damaged again and again is no reason for a storm, and none for
// losing the refresh token in it.
func TestDamagedAnswersMakeNoStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: strict})
		id := m.connect(1)[0]
		m.server.does(damages)
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		if got := len(m.server.tries()); got < 10 || got > 90 {
			t.Errorf("%d requests in six hours", got)
		}
		m.server.does(works)
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateFresh {
			t.Errorf("state %v, want fresh", s.State)
		}
	})
}
