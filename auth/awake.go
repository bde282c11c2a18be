package auth

import "time"

const (
	// networkWait is how long the network gets to come back after a sleep, where
	// nobody says that it is there.
	networkWait = 10 * time.Second
	// offlineWait is how long it gets where the system says that there is none. A
	// network that the system doesn't manage is not known to it, so that its word
	// is not waited for without end.
	offlineWait = time.Minute
	// betweenNetworks bounds how often a network that comes and goes has
	// everything tried again.
	betweenNetworks = 5 * time.Second
)

// hear takes up what the system tells.
func (k *Keeper) hear(s Signal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.look()
	switch s {
	case SignalSleeping:
		k.timeline.sleeping(k.clock.Mono()) // nothing more is begun whose answer would be lost
	case SignalWoke:
		k.timeline.woke()
		k.wake()
	case SignalSleepUntold:
		k.timeline.untold()
	case SignalOffline:
		k.offline = true
	case SignalOnline:
		k.offline = false
		k.online()
	}
	k.tellWatchers()
}

// now is the time, as well as it is known. Called with mu held.
func (k *Keeper) now() time.Time {
	now, _ := k.times()
	return now
}

// times is now, and the same moment's Mono. Called with mu held.
func (k *Keeper) times() (now time.Time, mono time.Duration) {
	mono = k.clock.Mono()
	return k.timeline.now(k.clock.Wall(), mono), mono
}

// look is now, and takes up what happened to the clocks since the last look.
// Called with mu held.
func (k *Keeper) look() time.Time {
	wall, mono := k.clock.Wall(), k.clock.Mono()
	what, step := k.timeline.look(wall, mono)
	switch what {
	case slept:
		k.log.Info("the machine slept", "for", step)
		k.gate.slept(step)
		k.wake()
	case wasSet:
		k.calendarSet(step)
	case passed:
		if step < -setBack { // it was ahead, and is set right; nobody knew
			k.follow(setting{step: step, since: wall.Add(setBack)})
		}
	}
	return k.timeline.now(wall, mono)
}

// wake lets those who are due out one after the other, once the network is there.
// Called with mu held.
func (k *Keeper) wake() {
	k.awakeAt = k.clock.Mono()
	from := k.awakeAt + networkWait
	if k.offline { // online comes before, or the system is wrong
		from = k.awakeAt + offlineWait
	}
	k.gate.heldUntil, k.gate.crowded = from, from+spreadTime
	k.gate.hurry(from, func(*host) bool { return true }, k.awakeAt)
}

// online tries again what could not be reached: at once, or where that was done a
// moment ago a little later, if nothing has it tried before. Called with mu held.
func (k *Keeper) online() {
	mono := k.clock.Mono()
	from := max(mono, k.onlineAt+betweenNetworks)
	if k.onlineAt > mono {
		from = k.onlineAt // is to be done already
	}
	k.onlineAt, k.gate.heldUntil = from, min(k.gate.heldUntil, from)
	at := k.now().Add(from - mono)
	k.gate.hurry(from, func(x *host) bool { return x.failure != nil && x.failure.ofTheNetwork() }, mono)
	for _, h := range k.accounts {
		if !h.trouble.none() && h.trouble.failure.ofTheNetwork() && h.unsaved == 0 {
			h.trouble.retryAt = sooner(h.trouble.retryAt, at)
			k.settle(h)
		}
	}
}
