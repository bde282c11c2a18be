package auth

import (
	"cmp"
	"time"
)

// How many requests may be under way.
const (
	// perHost is small, because providers throttle by client and address.
	perHost = 2
	// inAll bounds sockets and memory when everything is due at once.
	inAll = 16
	// forPeople is a slot beside perHost and inAll that only a person's request
	// takes, so that nobody waits behind the background.
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
// Background work waits in its host's line, people's requests in one of their
// own. Its methods cost log n; the Keeper's mutex guards it. Times are Mono.
type gate struct {
	perHost, inAll int

	all    int // under way
	hosts  map[string]*host
	ready  pile[*host] // those that may have a request, or will by themselves
	turned uint64      // counts placings, so that hosts take turns
	people []*held     // kept out by inAll

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

// enterPerson takes a slot for somebody's own request, which has room beside the
// others, or has it wait: for a slot, or for the one request that tries a host
// that is failing.
func (g *gate) enterPerson(h *held, now time.Duration) bool {
	x := g.host(h)
	switch {
	case x.inFlight >= g.perHost+forPeople, x.open && x.probing:
		x.people = append(x.people, h)
		return false
	case g.all >= g.inAll+forPeople:
		g.people = append(g.people, h)
		return false
	}
	g.take(x, h)
	g.place(x, now)
	return true
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

// leave gives t's slot free and returns whose own request may try for it now.
func (g *gate) leave(t *turn, now time.Duration) []*held {
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
	back := takeWaiting(&x.people, g.perHost+forPeople-x.inFlight)
	return append(back, takeWaiting(&g.people, g.inAll+forPeople-g.all)...)
}

// takeWaiting takes the first n of line that still wait.
func takeWaiting(line *[]*held, n int) []*held {
	var taken []*held
	for len(*line) > 0 && len(taken) < n {
		h := (*line)[0]
		if *line = (*line)[1:]; h.waiting() {
			taken = append(taken, h)
		}
	}
	if len(*line) == 0 {
		*line = nil
	}
	return taken
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
