package auth

import (
	"cmp"
	"slices"
	"time"
)

// How many requests may be under way.
const (
	// perHost is small, because providers throttle by client and address.
	perHost = 2
	// inAll bounds sockets and memory when everything is due at once.
	inAll = 16
	// forPeople is a slot beside perHost and inAll that only a person's request
	// takes, so that nobody waits behind the background or a script.
	forPeople = 1
)

// Limits are how many background requests the Keeper has under way; 0 stands for
// its own number. They are for a benchmark against a server of its own: the Keeper's
// numbers are what providers bear, and the product sets no others.
type Limits struct {
	PerHost int // 0: 2
	InAll   int // 0: 16
}

// gate counts the requests under way and knows which host may have its next one.
// Background work waits in its host's line, what somebody asked for in one of its
// own. Its methods cost log n; the Keeper's mutex guards it. Times are Mono.
type gate struct {
	perHost, inAll int

	all    int // under way
	hosts  map[string]*host
	ready  pile[*host] // those that may have a request, or will by themselves
	turned uint64      // counts placings, so that hosts take turns
	asked  []*held     // kept out by inAll; in the order of host.asked

	heldUntil time.Duration // after a sleep there is no network yet
	crowded   time.Duration // until then a host that is new has a crowd, too
	settling  int           // accounts that were in doubt at the start and are being settled
	doubting  map[*host]bool
}

func newGate(l Limits) *gate {
	return &gate{
		perHost: cmp.Or(l.PerHost, perHost), inAll: cmp.Or(l.InAll, inAll), hosts: map[string]*host{}, doubting: map[*host]bool{},
		ready: pile[*host]{before: (*host).before, at: func(x *host) *int { return &x.index }},
	}
}

// host is where h's requests go. An account's provider stays the same.
func (g *gate) host(h *held) *host {
	if h.server != nil {
		return h.server
	}
	name := h.host()
	x := g.hosts[name]
	if x == nil {
		x = newHost(name)
		x.pacedUntil = g.crowded
		g.hosts[name] = x
	}
	h.server = x
	return x
}

// lineUp has h wait for a background request.
func (g *gate) lineUp(h *held, now time.Duration) {
	x := g.host(h)
	x.add(h)
	if x.doubts.len() > 0 {
		g.doubting[x] = true
	}
	g.place(x, now)
}

// stepOut takes h out of its line.
func (g *gate) stepOut(h *held, now time.Duration) {
	x := h.line
	if x == nil {
		return
	}
	x.remove(h)
	if x.doubts.len() == 0 {
		delete(g.doubting, x)
	}
	g.place(x, now)
}

// place queues x by when it may have its next background request.
func (g *gate) place(x *host, now time.Duration) {
	at, willBe := x.readyFrom(g)
	switch {
	case !willBe:
		g.ready.takeOut(x)
		return
	case x.index >= 0 && x.readyAt <= now && at <= now:
		return // it keeps its turn
	}
	g.turned++
	x.readyAt, x.turn = max(at, now), g.turned
	g.ready.put(x)
}

// next is the host whose turn it is, or how long nobody's is.
func (g *gate) next(now time.Duration) (*host, time.Duration) {
	x, some := g.ready.first()
	switch {
	case !some, g.all >= g.inAll:
		return nil, maxNap // whoever leaves asks again
	case now < g.heldUntil:
		return nil, min(maxNap, g.heldUntil-now)
	case now < x.readyAt:
		return nil, min(maxNap, x.readyAt-now)
	}
	return x, 0
}

// enter takes a slot for a background request of h.
func (g *gate) enter(x *host, h *held, now time.Duration) {
	g.take(x, h)
	x.paced(now)
	g.place(x, now)
}

// enterAsked takes a slot for what somebody asked for, or has it wait.
func (g *gate) enterAsked(h *held, now time.Duration) bool {
	if line := g.lineFor(h); line != nil {
		wait(line, h)
		return false
	}
	x := g.host(h)
	g.take(x, h)
	g.place(x, now)
	return true
}

// lineFor is where h, whom somebody asked for, has to wait: for a slot, or for the one
// request that tries a host that is failing. Nil: it may have its slot, where a person
// has room beside the others.
func (g *gate) lineFor(h *held) *[]*held {
	x, room := g.host(h), 0
	if h.turn.person {
		room = forPeople
	}
	switch {
	case x.inFlight >= g.perHost+room, x.open && x.probing:
		return &x.asked
	case g.all >= g.inAll+room:
		return &g.asked
	}
	return nil
}

// nextAsked is who has waited at x, or for any slot, and need not wait there any more;
// nil: nobody.
func (g *gate) nextAsked(x *host) *held {
	for _, line := range []*[]*held{&x.asked, &g.asked} {
		for len(*line) > 0 {
			h := (*line)[0]
			if h.waiting() && g.lineFor(h) == line {
				break
			}
			if *line = (*line)[1:]; h.waiting() {
				return h
			}
		}
		if len(*line) == 0 {
			*line = nil
		}
	}
	return nil
}

// wait puts h into line, a person's before all programs'.
func wait(line *[]*held, h *held) {
	at := len(*line)
	if h.turn.person {
		program := func(other *held) bool { return !other.waiting() || !other.turn.person }
		if first := slices.IndexFunc(*line, program); first >= 0 {
			at = first
		}
	}
	*line = slices.Insert(*line, at, h)
}

func (g *gate) take(x *host, h *held) {
	t := h.turn
	t.at, t.probes, t.settles = x, x.open, h.doubtful
	g.all++
	x.inFlight++
	if t.probes {
		x.probing = true
	}
	if t.settles {
		g.settling++
	}
}

// leave gives t's slot free.
func (g *gate) leave(t *turn, now time.Duration) {
	x := t.at
	g.all--
	x.inFlight--
	if t.probes {
		x.probing = false
	}
	if t.settles {
		g.settling--
		for other := range g.doubting {
			g.place(other, now)
		}
	}
	g.place(x, now)
}

// slept is that the machine stood still for d: what providers asked for has passed
// by as much.
func (g *gate) slept(d time.Duration) {
	for _, x := range g.hosts {
		x.quietUntil -= d
	}
}

// hurry has the hosts that fit tried from on, in order.
func (g *gate) hurry(from time.Duration, fits func(*host) bool, now time.Duration) {
	for _, x := range g.hosts {
		if fits(x) {
			x.hurry(from)
			g.place(x, now)
		}
	}
}
