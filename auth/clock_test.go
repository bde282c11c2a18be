package auth

import (
	"testing"
	"time"
)

func TestTicksAreAHundredNanoseconds(t *testing.T) {
	for _, row := range []struct {
		ticks ticks
		want  time.Duration
	}{
		{0, 0},
		{1, 100 * time.Nanosecond},
		{10_000_000, time.Second},
		{10 * 365 * 24 * 3600 * 10_000_000, 10 * 365 * 24 * time.Hour}, // a machine that nobody restarts
	} {
		if got := row.ticks.duration(); got != row.want {
			t.Errorf("%d ticks are %s, want %s", row.ticks, got, row.want)
		}
	}
}

func TestTheSystemsClockRunsFromZero(t *testing.T) {
	c := SystemClock()
	if first := c.Mono(); first < 0 || first > time.Minute {
		t.Errorf("it begins at %s, want about zero", first)
	}
	before := c.Mono()
	poke, stop := c.After(20 * time.Millisecond)
	defer stop()
	<-poke
	if ran := c.Mono() - before; ran < 15*time.Millisecond || ran > time.Minute {
		t.Errorf("%s passed, want the 20 ms that were waited for", ran)
	}
	if wall := c.Wall(); wall.Location() != time.UTC || wall != wall.Round(0) {
		t.Errorf("its calendar shows %v, want UTC without a monotonic part", wall)
	}
}

type at time.Duration

func (a at) Wall() time.Time                                { return time.Time{} }
func (a at) Mono() time.Duration                            { return time.Duration(a) }
func (a at) After(time.Duration) (<-chan time.Time, func()) { return nil, func() {} }

func TestNapsEndTogether(t *testing.T) {
	for mono, want := range map[time.Duration]time.Duration{
		0: 30 * time.Second, 29 * time.Second: time.Second, 30 * time.Second: 30 * time.Second, 95 * time.Second: 25 * time.Second,
	} {
		if got := Together(at(mono), 30*time.Second); got != want {
			t.Errorf("at %s a nap takes %s, want %s", mono, got, want)
		}
	}
}
