package auth

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

// gate counts the requests under way. Background work that finds it shut is
// parked and comes back when a slot of its host is free; the Keeper's mutex guards it.
type gate struct {
	all    int
	host   map[string]int
	parked map[string][]*held
	idle   []*held // parked because of inAll
}

func newGate() *gate {
	return &gate{host: map[string]int{}, parked: map[string][]*held{}}
}

// enter takes a slot for h, or parks it. Somebody's own request has room beside the others.
func (g *gate) enter(h *held, who requester) bool {
	host, extra := h.host(), 0
	if who == person {
		extra = forPeople
	}
	if g.host[host] >= perHost+extra {
		g.parked[host] = append(g.parked[host], h)
		return false
	}
	if g.all >= inAll+extra {
		g.idle = append(g.idle, h)
		return false
	}
	g.host[host]++
	g.all++
	return true
}

// leave gives a slot free and returns who may try for one now.
func (g *gate) leave(host string) []*held {
	g.all--
	if g.host[host]--; g.host[host] == 0 {
		delete(g.host, host)
	}
	var back []*held
	h, line := next(g.parked[host])
	if g.parked[host] = line; len(line) == 0 {
		delete(g.parked, host)
	}
	if h != nil {
		back = append(back, h)
	}
	if h, g.idle = next(g.idle); h != nil {
		back = append(back, h)
	}
	return back
}

// next takes the first of line that still waits; nil where none does.
func next(line []*held) (*held, []*held) {
	for len(line) > 0 {
		h := line[0]
		line = line[1:]
		if h.waiting() {
			return h, line
		}
	}
	return nil, nil
}
