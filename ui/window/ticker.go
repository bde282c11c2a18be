package window

import "time"

// slowTick is how often the window is looked at while nothing counts seconds: what
// is left is told in minutes then, and a painted window costs 5 % of a core.
const slowTick = 20 * time.Second

// unseenTick is how often a minimised window is asked whether it can be seen again:
// a person who brings it back must not look at an old time for long.
const unseenTick = time.Second

// ticker is the one clock of the window. It runs on the UI thread and doesn't
// exist while the window is hidden; while it is minimised nothing is shown.
type ticker struct {
	parts   Parts
	tick    func(now time.Time) time.Duration
	unseen  func() // the window is minimised
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
	t.giveUp = t.parts.After(t.look(now), func() {
		t.parts.Do(func() {
			if t.running == turn && t.shown {
				t.next(t.parts.Now())
			}
		})
	})
}

// look shows what can be seen and says how soon to come back.
func (t *ticker) look(now time.Time) time.Duration {
	if t.parts.Minimised() {
		t.unseen()
		return unseenTick
	}
	return t.tick(now)
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
