package auth

import (
	"context"
	"sync"
	"time"
)

// Run refreshes what is due until ctx ends, and opens the vault when its keyring
// can be had.
func (k *Keeper) Run(ctx context.Context) {
	var opening sync.WaitGroup
	defer opening.Wait()
	opening.Go(func() { k.awaitKeyring(ctx) })
	signals := k.signals
	for {
		k.tend(ctx)
		k.keepTimes()
		nap := k.startDue()
		wake, stop := k.clock.After(nap)
		select {
		case <-ctx.Done():
			stop()
			return
		case s, open := <-signals:
			if !open {
				signals = nil // the clocks alone tell from now on
				break
			}
			k.hear(s)
		case <-wake:
		case <-k.poke:
		}
		stop()
	}
}

// startDue begins what is due and returns how long nothing more is.
func (k *Keeper) startDue() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	nap := k.advance()
	if k.untold {
		k.tellWatchers()
	}
	if k.untold {
		nap = min(nap, k.tellIn())
	}
	nap = min(nap, Together(k.clock, maxNap))
	k.napUntil = k.clock.Mono() + nap
	return nap
}

// hasten pokes Run where something is due before it would look by itself, or in
// nap. Called with mu held.
func (k *Keeper) hasten(nap time.Duration) {
	if h := k.queue.first(); h != nil {
		nap = min(nap, h.due.Sub(k.now()))
	}
	if k.untold {
		nap = min(nap, k.tellIn())
	}
	if k.calendar.toWrite(k.clock.Mono()) || k.clock.Mono()+nap < k.napUntil {
		poke(k.poke)
	}
}

// advance is startDue with mu held.
func (k *Keeper) advance() time.Duration {
	now := k.look()
	if k.closed || k.person.barred {
		return maxNap
	}
	for h := k.queue.first(); h != nil && !h.due.After(now); h = k.queue.first() {
		k.queue.put(h, time.Time{})
		due, mono := h.nextDue(now), k.clock.Mono()
		if h.refreshable() && !due.IsZero() && !due.After(now) {
			k.gate.lineUp(h, mono)
		}
		k.settleAt(h, due, now, mono) // its end is to be told, or that its pause is over
		k.tellWatchers()
	}
	nap := k.release()
	if h := k.queue.first(); h != nil {
		nap = min(nap, h.due.Sub(now))
	}
	return nap
}

// release starts what may start in the background and returns how long nothing
// more may. Called with mu held.
func (k *Keeper) release() time.Duration {
	if k.closed || k.person.barred || k.timeline.announced || !k.timeline.sane(k.clock.Wall()) {
		return maxNap
	}
	for {
		mono := k.clock.Mono()
		x, nap := k.gate.next(mono)
		if x == nil {
			return nap
		}
		h := x.pick(k.gate)
		if h == nil { // another host settles a doubt
			k.gate.place(x, mono)
			continue
		}
		k.gate.stepOut(h, mono)
		if h.dropped {
			continue
		}
		h.turn = &turn{done: make(chan struct{})}
		k.gate.enter(x, h, mono)
		k.start(h)
		k.settle(h)
		k.tellWatchers()
	}
}
