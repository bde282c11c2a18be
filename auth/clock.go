package auth

import "time"

// Clock tells the time twice: Wall is what calendars show and may jump; Mono
// only ever grows, and stands still while the machine sleeps. Deciding functions
// take a time; only what runs holds a Clock.
type Clock interface {
	Wall() time.Time // UTC, without a monotonic part
	Mono() time.Duration
	// After pokes once when d of Mono has passed; stop gives it up.
	After(d time.Duration) (poke <-chan time.Time, stop func())
}

// SystemClock is the machine's clock.
func SystemClock() Clock { return systemClock{started: time.Now()} }

type systemClock struct{ started time.Time }

func (c systemClock) Wall() time.Time     { return time.Now().UTC().Round(0) }
func (c systemClock) Mono() time.Duration { return time.Since(c.started) }

func (c systemClock) After(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}
