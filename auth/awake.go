package auth

import (
	"errors"
	"time"
)

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
	betweenNetworks = 10 * time.Second
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
		k.rebase(step)
	case passed:
	}
	return k.timeline.now(wall, mono)
}

// rebase has everything that is known follow a calendar that was set by step.
// Called with mu held.
func (k *Keeper) rebase(step time.Duration) {
	k.log.Warn("the clock of this machine was set", "by", step)
	k.moved += step
	var since time.Time
	if step > 0 {
		since = k.timeline.steppedTo
	}
	for id, h := range k.accounts {
		h.rebase(step, since)
		k.reframed = append(k.reframed, id)
	}
	for _, h := range k.accounts {
		k.settle(h)
	}
	k.tellWatchers()
}

// keepTimes writes the times that followed a calendar that was set, so that the
// next start knows them, too. Run calls it.
func (k *Keeper) keepTimes() {
	k.mu.Lock()
	ids := k.reframed
	k.reframed = nil
	k.mu.Unlock()
	for _, id := range ids {
		if err := k.keepTimesOf(id); err != nil {
			k.log.Warn("the times of a grant could not be written", "account", id, "error", err)
			k.mu.Lock()
			k.reframed = append(k.reframed, id) // with the next look
			k.mu.Unlock()
		}
	}
}

// keepTimesOf changes nothing but times. A grant that was replaced meanwhile has
// its own.
func (k *Keeper) keepTimesOf(id AccountID) error {
	k.marking.Lock()
	defer k.marking.Unlock()
	k.mu.Lock()
	h, known := k.accounts[id]
	k.mu.Unlock()
	if !known {
		return nil
	}
	g, err := k.vault.Grant(id)
	if err != nil {
		return err
	}
	k.mu.Lock()
	g.follow(h.grant)
	k.mu.Unlock()
	if err := k.vault.PutGrant(id, g.Generation, g); err != nil && !errors.Is(err, ErrGenerationMoved) && !errors.Is(err, ErrNoGrant) {
		return err
	}
	return nil
}

// wake lets those who are due out one after the other, once the network is there.
// Called with mu held.
func (k *Keeper) wake() {
	from := k.clock.Mono() + networkWait
	if k.offline { // online comes before, or the system is wrong
		from = k.clock.Mono() + offlineWait
	}
	k.gate.heldUntil, k.gate.crowded = from, from+spreadTime
	k.gate.hurry(from, func(*host) bool { return true }, k.clock.Mono())
}

// online tries again at once what could not be reached. Called with mu held.
func (k *Keeper) online() {
	mono := k.clock.Mono()
	from := max(mono, k.onlineAt+betweenNetworks)
	if k.onlineAt > mono {
		from = k.onlineAt // is to be done already
	}
	k.onlineAt, k.gate.heldUntil = from, from
	now := k.now()
	k.gate.hurry(from, func(x *host) bool { return x.failure != nil && x.failure.ofTheNetwork() }, mono)
	for _, h := range k.accounts {
		if !h.trouble.none() && h.trouble.failure.ofTheNetwork() && h.unsaved == 0 {
			h.trouble.retryAt = now
			k.settle(h)
		}
	}
}
