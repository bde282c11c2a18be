package auth

import (
	"math"
	"time"
)

// How a host is spared.
const (
	// opensAfter is how many failures in a row, of more than one account, open
	// the breaker: an account that fails alone says nothing about its host.
	opensAfter = 5
	// spreadTime is how long a crowd that waited is let out over, but never more
	// than one a second.
	spreadTime = 30 * time.Second
	minGap     = time.Second
	// maxGap is the most between two of a few: nobody gains from making three
	// accounts wait for half a minute.
	maxGap = 3 * time.Second
)

// host is one provider's server as the limits, the pace and the breaker see it.
// Times are Mono.
type host struct {
	name     string
	inFlight int
	asked    []*held // whom somebody asked for, and who wait: people's first, then as they came
	// doubts were in doubt when the vault was opened: one of them at a time is
	// settled, whatever its host. line is everybody else in the background.
	doubts, line pile[*held]

	index   int // in gate.ready; -1: not there
	readyAt time.Duration
	turn    uint64

	// After a crowd had to wait the next one comes at next at the earliest.
	pacedUntil, gap, next time.Duration
	quietUntil            time.Duration // the provider asked for it

	row     int       // failures since the last answer
	rowOf   AccountID // whose the first of them was
	several bool      // they are of more than one account

	// The breaker: while open one request at a time, at probeAt, finds out for all.
	open, probing bool
	probes        int
	probeAt       time.Duration
	last          time.Duration // of the last failure
	failure       *Failure      // the last one; nil after an answer
}

func newHost(name string) *host {
	byRank := func() pile[*held] {
		return pile[*held]{
			before: func(a, b *held) bool { return a.rank < b.rank },
			at:     func(h *held) *int { return &h.lineIndex },
		}
	}
	return &host{name: name, index: -1, doubts: byRank(), line: byRank()}
}

// before says whose turn comes first.
func (x *host) before(y *host) bool {
	if x.readyAt != y.readyAt {
		return x.readyAt < y.readyAt
	}
	return x.turn < y.turn
}

// add has h wait in the background: what was interrupted first, the newest of it
// before all, because a grace may still be running; then by expiry.
func (x *host) add(h *held) {
	h.line = x
	switch {
	case h.doubtful:
		h.rank = -h.grant.Attempt.Began.UnixNano()
		x.doubts.put(h)
		return
	case h.grant.Attempt.Open():
		h.rank = math.MinInt64
	case h.grant.ExpiresAt.IsZero():
		h.rank = math.MaxInt64
	default:
		h.rank = h.grant.ExpiresAt.UnixNano()
	}
	x.line.put(h)
}

func (x *host) remove(h *held) {
	p := x.pileOf(h)
	p.takeOut(h)
	h.line = nil
}

// pileOf is the pile that h waits in; only doubts hold it at its place there.
func (x *host) pileOf(h *held) *pile[*held] {
	if i := h.lineIndex; i < len(x.doubts.items) && x.doubts.items[i] == h {
		return &x.doubts
	}
	return &x.line
}

// readyFrom is when the next background request may be made; false: not before
// something else happens.
func (x *host) readyFrom(g *gate) (time.Duration, bool) {
	waiting := x.line.len() > 0 || x.doubts.len() > 0 && g.settling == 0
	switch {
	case !waiting || x.inFlight >= g.perHost:
		return 0, false
	case !x.open:
		return max(x.quietUntil, x.next), true
	case x.probing:
		return 0, false
	}
	return max(x.quietUntil, x.probeAt), true
}

// pick is whose background request is next. Who finds out about a failing host
// changes, so that an account that fails for a reason of its own can't speak for all.
func (x *host) pick(g *gate) *held {
	candidates := &x.line
	if x.doubts.len() > 0 && g.settling == 0 {
		candidates = &x.doubts
	}
	best, some := candidates.first()
	if !some || !x.open {
		return best
	}
	for _, h := range candidates.items {
		if h.trouble.last.Before(best.trouble.last) {
			best = h
		}
	}
	return best
}

// pace lets a crowd that waited, or will have, out in order from now on.
func (x *host) pace(from time.Duration) {
	x.pacedUntil, x.gap = max(x.pacedUntil, from+spreadTime), 0
}

// paced has one of the crowd gone.
func (x *host) paced(now time.Duration) {
	if now >= x.pacedUntil {
		x.gap, x.next = 0, 0
		return
	}
	others := x.line.len() + x.doubts.len()
	if x.gap == 0 {
		x.gap = min(maxGap, max(minGap, spreadTime/time.Duration(others+1)))
	}
	x.next = now + x.gap
	if others > 0 {
		x.pacedUntil = max(x.pacedUntil, x.next+x.gap)
	}
}

// answered is that the host works. It reports whether the breaker was open.
func (x *host) answered(now time.Duration) bool {
	was := x.open
	x.row, x.rowOf, x.several, x.failure = 0, "", false, nil
	x.open, x.probes = false, 0
	if was {
		x.pace(now)
		x.next = now + minGap // after the one that found out
	}
	return was
}

// failed is that the host did not serve h; r in [0, 1) is the jitter. It reports
// whether that opened the breaker.
func (x *host) failed(h *held, f *Failure, now time.Duration, r float64) bool {
	if x.rowOf == "" {
		x.rowOf = h.account.ID
	}
	x.several = x.several || x.rowOf != h.account.ID
	x.row++
	x.failure, x.last = f, now
	opens := !x.open && x.row >= opensAfter && x.several
	if opens {
		x.open = true
	}
	if opens || x.open && h.turn != nil && h.turn.probes {
		x.probes++
		x.probeAt = now + probeWait(x.probes, r, f)
	}
	return opens
}

// tryIn is how long nobody asks it in the background, where it is failing.
func (x *host) tryIn(now time.Duration) time.Duration {
	return max(0, max(x.probeAt, x.quietUntil)-now)
}

// hurry tries a host that could not be reached as soon as at.
func (x *host) hurry(at time.Duration) {
	if x.open {
		x.probeAt = min(x.probeAt, at)
	}
	x.pace(at)
}
