package authtest

import (
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Clock is an auth.Clock that stands until it is moved. Its two times can move
// apart, as they do when a machine sleeps or its calendar is set. It is safe for
// concurrent use.
type Clock struct {
	mu      sync.Mutex
	changed *sync.Cond // timers were added or removed
	wall    time.Time
	mono    time.Duration
	timers  map[*timer]bool
}

type timer struct {
	at   time.Duration // of mono
	poke chan time.Time
}

var _ auth.Clock = (*Clock)(nil)

// NewClock returns a clock whose calendar shows wall.
func NewClock(wall time.Time) *Clock {
	c := &Clock{wall: wall.UTC().Round(0), timers: map[*timer]bool{}}
	c.changed = sync.NewCond(&c.mu)
	return c
}

// Wall is auth.Clock's.
func (c *Clock) Wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wall
}

// Mono is auth.Clock's; it begins at zero.
func (c *Clock) Mono() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mono
}

// After is auth.Clock's: it counts Mono, so that it sleeps with the machine.
func (c *Clock) After(d time.Duration) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &timer{at: c.mono + d, poke: make(chan time.Time, 1)}
	c.timers[t] = true
	c.ring()
	c.changed.Broadcast()
	return t.poke, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.timers, t)
		c.changed.Broadcast()
	}
}

// ring pokes whoever's time has come. Called with mu held.
func (c *Clock) ring() {
	for t := range c.timers {
		if t.at <= c.mono {
			delete(c.timers, t)
			t.poke <- c.wall // has room for this one
		}
	}
}

// Advance lets d pass: both times move. It panics where d is negative, for time
// doesn't; JumpWall does.
func (c *Clock) Advance(d time.Duration) {
	if d < 0 {
		panic("authtest: Advance by " + d.String())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall, c.mono = c.wall.Add(d), c.mono+d
	c.ring()
	c.changed.Broadcast()
}

// Sleep has the machine suspended for d: the calendar moves on, timers don't.
func (c *Clock) Sleep(d time.Duration) {
	if d < 0 {
		panic("authtest: Sleep for " + d.String())
	}
	c.JumpWall(d)
}

// JumpWall sets the calendar forward, or back where d is negative.
func (c *Clock) JumpWall(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall = c.wall.Add(d)
}

// Await returns when at least timers After calls are waiting: whoever is tested
// has then come to rest, and the clock may be moved.
func (c *Clock) Await(timers int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.timers) < timers {
		c.changed.Wait()
	}
}

// Waiting is how many After calls are waiting.
func (c *Clock) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.timers)
}
