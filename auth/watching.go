package auth

import "time"

// changed pokes everybody who watches, and then Run, which may have to do it later:
// the other way round it could look before there is anything to be told, and nap.
func (k *Keeper) changed() {
	k.mu.Lock()
	k.tellWatchers()
	k.mu.Unlock()
	poke(k.poke)
}

// snapshotCost is what one account costs in a Snapshot, generously, and
// snapshotShare the part of the time that may go into Snapshots when every change
// is followed by one.
const (
	snapshotCost  = 2 * time.Microsecond
	snapshotShare = 10
)

// tellWatchers pokes everybody who watches: at once, and after that at most so
// often that their Snapshots of many accounts don't take all the time; Run sees
// to the last one. Called with mu held.
func (k *Keeper) tellWatchers() {
	if k.untold = len(k.watchers) > 0 && k.tellIn() > 0; k.untold {
		return
	}
	k.toldAt = k.clock.Mono()
	for w := range k.watchers {
		poke(w)
	}
}

// tellIn is how long watchers are not poked yet. Called with mu held.
func (k *Keeper) tellIn() time.Duration {
	every := time.Duration(len(k.accounts)) * snapshotCost * snapshotShare
	if every < time.Millisecond {
		return 0
	}
	return k.toldAt + every - k.clock.Mono()
}

// poke sends without waiting: one poke that was not seen yet is as good as two.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
