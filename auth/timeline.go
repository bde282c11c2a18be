package auth

import "time"

// What the two clocks show beside each other.
const (
	// sleepStep is by how much the calendar has to get ahead of the running time
	// before the machine is said to have slept: a shorter nap harms no token.
	sleepStep = maxNap
	// setBack is by how much a calendar that goes back was set: less than that is
	// a correction, which the margins take, those of tokens that live for minutes, too.
	setBack = sleepStep
	// setForward is by how much it may go forward without a sleep being asked about.
	setForward = time.Hour
	// sameStep is how well a step and what a server's Date says of it have to
	// agree: a Date has whole seconds, and its answer was under way.
	sameStep = time.Minute
	// sleepTold is for how long a sleep that was announced is waited for.
	sleepTold = 2 * time.Minute
	// toldLate is how late a sleep may be announced: a process that is frozen
	// hears of it when it is awake again.
	toldLate = 10 * time.Second
)

// passage is what became of time between two looks at the clocks.
type passage int

const (
	passed passage = iota // as usual
	slept                 // the machine stood still
	wasSet                // somebody, or the network's time, set the calendar
)

// timeline tells a machine that slept from a calendar that was set. It decides
// and changes nothing but itself; the Keeper's mutex guards it.
type timeline struct {
	notBefore time.Time // a calendar that shows less is wrong

	wrong bool // wall can't be right
	known bool // wall and mono were looked at, and wall was sane
	wall  time.Time
	mono  time.Duration

	announced  bool          // it is about to sleep
	announceAt time.Duration // mono of that

	// unexplained is a step forward that nothing told about, to steppedTo: taken
	// for a sleep until a server's Date says otherwise. That a system told of other
	// sleeps proves nothing: whoever watches it may have ended, and a virtual
	// machine is paused by its host without a word. Nor does waiting for a word:
	// what is taken for a sleep costs a request, and what is taken for a calendar
	// that was set has dead tokens look valid. Until settledAt an announcement is
	// of this step, and late.
	unexplained time.Duration
	steppedTo   time.Time
	settledAt   time.Duration
	offsets     map[string]time.Duration // Date less our calendar, by host
}

// sane reports whether the calendar can be right.
func (t *timeline) sane(wall time.Time) bool { return !wall.Before(t.notBefore) }

// now is the best that is known of the time.
func (t *timeline) now(wall time.Time, mono time.Duration) time.Time {
	if !t.sane(wall) && t.known {
		return t.wall.Add(mono - t.mono)
	}
	return wall
}

// look takes a look at both clocks and says what happened since the one before,
// and by how much the calendar moved beside the time that ran. A calendar that
// can't be right is not looked at: the time until it is passes as usual.
func (t *timeline) look(wall time.Time, mono time.Duration) (passage, time.Duration) {
	was := t.wrong
	if t.wrong = !t.sane(wall); t.wrong {
		return passed, 0
	}
	first, step := !t.known, wall.Sub(t.wall)-(mono-t.mono)
	if t.announced && (step >= sleepStep || mono-t.announceAt > sleepTold) {
		defer func() { t.announced = false }()
	}
	t.known, t.wall, t.mono = true, wall, mono
	switch {
	case first && was:
		return slept, 0 // everything that was due meanwhile comes at once
	case first:
		return passed, 0
	case step < -setBack && (step+t.unexplained).Abs() <= sameStep && t.unexplained != 0:
		t.unexplained = 0 // it was set and is set right again; nothing went by it
		return passed, step
	case step < -setBack:
		t.unexplained = 0
		t.moved(step, "")
		return wasSet, step
	case step >= setForward && !t.announced:
		t.unexplained, t.steppedTo, t.settledAt = step, wall, mono+toldLate
		return slept, step
	case step >= sleepStep:
		return slept, step
	}
	return passed, step
}

// sleeping and woke are what the system tells.
func (t *timeline) sleeping(mono time.Duration) {
	late := t.unexplained != 0 && mono < t.settledAt // what is announced is over
	t.announced, t.announceAt, t.unexplained = !late, mono, 0
}

func (t *timeline) woke() { t.announced, t.unexplained = false, 0 }

// untold is that nobody tells of sleeps any more: the end of one that was announced
// would not be heard.
func (t *timeline) untold() { t.announced = false }

// heard compares a server's Date with our calendar when it was asked. Servers'
// clocks may be wrong, but they are wrong evenly: where the distance to this one
// has changed by the step that nobody could explain, the calendar was set by it,
// and that is returned; otherwise 0.
func (t *timeline) heard(host string, asked, date time.Time) time.Duration {
	if date.IsZero() {
		return 0
	}
	if t.offsets == nil {
		t.offsets = map[string]time.Duration{}
	}
	was, known := t.offsets[host]
	offset := date.Sub(asked)
	t.offsets[host] = offset
	step := t.unexplained
	if !known || step == 0 {
		return 0
	}
	t.unexplained = 0
	if (was - offset - step).Abs() > sameStep {
		return 0 // it did sleep
	}
	t.moved(step, host)
	return step
}

// moved has the distances to all servers but one follow a calendar that was set.
func (t *timeline) moved(step time.Duration, but string) {
	for host := range t.offsets {
		if host != but {
			t.offsets[host] -= step
		}
	}
}
