package window

import "time"

// slowTick is how often the window is looked at while nothing counts seconds: what
// is left is told in minutes then, and a painted window costs 5 % of a core.
const slowTick = 20 * time.Second

// ticker is the one clock of the window. It runs on the UI thread and doesn't
// exist while the window is hidden.
type ticker struct {
	parts   Parts
	tick    func(now time.Time) time.Duration
	giveUp  func()
	running int // counts starts and stops, so that a late poke of an old one is not heard
	shown   bool
}

// start looks at once and then as often as is needed.
func (t *ticker) start(now time.Time) {
	t.stop()
	t.shown = true
	t.next(now)
}

func (t *ticker) next(now time.Time) {
	turn := t.running
	t.giveUp = t.parts.After(t.tick(now), func() {
		t.parts.Do(func() {
			if t.running == turn && t.shown {
				t.next(t.parts.Now())
			}
		})
	})
}

// stop ends it.
func (t *ticker) stop() {
	t.running++
	t.shown = false
	if t.giveUp != nil {
		t.giveUp()
		t.giveUp = nil
	}
}

// again looks at once where it runs.
func (t *ticker) again(now time.Time) {
	if t.shown {
		t.start(now)
	}
}
