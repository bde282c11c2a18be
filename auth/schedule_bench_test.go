package auth

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkScheduleOf10000 is the schedule and nothing else, for 10,000 accounts with
// an hour's tokens over a day: who is due, whose turn it is at its host, the next
// grant, and when that is due. Nobody runs, saves or tells anything; DayOf10000 is
// the same with all of it. Target: 2 s.
func BenchmarkScheduleOf10000(b *testing.B) {
	for b.Loop() {
		began, refreshes := time.Now(), scheduleOf(10_000, 24*time.Hour)
		b.ReportMetric(time.Since(began).Seconds(), "s/day")
		b.ReportMetric(float64(refreshes), "refreshes/day")
	}
}

// scheduleOf runs the schedule of n accounts for long, and returns how many answers
// there were.
func scheduleOf(n int, long time.Duration) (refreshes int) {
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var q queue
	g := newGate(Limits{})
	for i := range n {
		p := Provider{Endpoints: Endpoints{Token: fmt.Sprintf("https://login%d.example/token", i%50)}}
		issued := start.Add(-rand.N(50 * time.Minute))
		h := &held{account: Account{Provider: p, Grant: AuthorizationCode}, jitter: rand.Float64(), index: -1, lineIndex: -1}
		h.grant = Grant{Generation: 1, RefreshToken: NewSecret("canary-r"), IssuedAt: issued, ExpiresAt: issued.Add(time.Hour)}
		q.put(h, h.nextDue(start))
	}
	for now := q.first().due; now.Before(start.Add(long)); now = q.first().due {
		mono := now.Sub(start)
		h := q.first()
		q.put(h, time.Time{})
		g.lineUp(h, mono)
		x, _ := g.next(mono)
		h = x.pick(g)
		g.stepOut(h, mono)
		h.turn = &turn{}
		g.enter(x, h, mono)
		answer := Answer{AccessToken: NewSecret("canary-a"), RefreshToken: NewSecret("canary-r"), AskedAt: now, ExpiresIn: time.Hour}
		h.grant = Renewed(h.grant, answer, h.account.Provider, nil)
		h.jitter, h.renewed = rand.Float64(), now
		x.answered(mono)
		g.leave(h.turn, mono)
		h.turn = nil
		q.put(h, h.nextDue(now))
		refreshes++
	}
	return refreshes
}

// The schedule above is that of the Keeper: it refreshes as often.
func TestTheScheduleAloneIsTheKeepers(t *testing.T) {
	const accounts = 50
	// An hour less the margin of five minutes, and half of its half as jitter.
	want := float64(accounts*24*60) / (60 - 5 - 1.25)
	if got := float64(scheduleOf(accounts, 24*time.Hour)); got < want*0.98 || got > want*1.04 {
		t.Errorf("got %.0f refreshes of %d accounts in a day, want about %.0f", got, accounts, want)
	}
}
