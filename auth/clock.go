package auth

import "time"

// Clock tells the time twice: Wall is what calendars show and may jump; Mono
// only ever grows, and stands still while the machine sleeps. Deciding functions
// take a time; only what runs holds a Clock.
type Clock interface {
	Wall() time.Time // UTC, without a monotonic part
	Mono() time.Duration
	// After pokes once when d has passed; stop gives it up. Where a machine's timers
	// count the time asleep, as on Windows, it pokes soon after waking, with less of
	// Mono gone than d: whoever needs to know how much looks at Mono.
	After(d time.Duration) (poke <-chan time.Time, stop func())
}

// Together shortens a nap of d, which nothing in particular ends, so that it ends with
// those of others: at a whole multiple of d of Mono. One wake then does for all.
func Together(c Clock, d time.Duration) time.Duration { return d - c.Mono()%d }

// SystemClock is the machine's clock.
func SystemClock() Clock { return systemClock{mono: sinceNow()} }

type systemClock struct{ mono func() time.Duration }

func (c systemClock) Wall() time.Time     { return time.Now().UTC().Round(0) }
func (c systemClock) Mono() time.Duration { return c.mono() }

// ticks are what Windows counts time in: 100 ns each.
type ticks uint64

func (t ticks) duration() time.Duration { return time.Duration(t) * 100 }

func (c systemClock) After(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}
