package auth

import "time"

// queue holds the accounts that have something due, soonest first: a heap with its
// soonest at the top and four below each. Its methods cost log n; the Keeper's
// mutex guards it.
type queue struct{ heap []queued }

// queued is an account and its due time, as long after epoch. That it stands here and
// not behind the pointer is why finding a place touches no account.
type queued struct {
	after time.Duration
	h     *held
}

// epoch is in reach of whatever is due: Sub stops at 292 years.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// branches is how many are below each: four lie beside each other in memory, and
// there are half as many steps as with two.
const branches = 4

// put queues h at at, or takes it out where at is zero.
func (q *queue) put(h *held, at time.Time) {
	h.due = at
	i := h.index
	switch {
	case at.IsZero() && i < 0:
		return
	case at.IsZero():
		q.takeOut(i)
		return
	case i < 0:
		i = len(q.heap)
		q.heap = append(q.heap, queued{})
	}
	q.fit(i, queued{at.Sub(epoch), h})
}

// takeOut has the last one fill the place i.
func (q *queue) takeOut(i int) {
	q.heap[i].h.index = -1
	end := len(q.heap) - 1
	last := q.heap[end]
	q.heap[end] = queued{}
	q.heap = q.heap[:end]
	if i < end {
		q.fit(i, last)
	}
}

// first is the account that is due soonest; nil where none is queued.
func (q *queue) first() *held {
	if len(q.heap) == 0 {
		return nil
	}
	return q.heap[0].h
}

// fit finds x its place, from i on, which is free.
func (q *queue) fit(i int, x queued) {
	for i > 0 && x.after < q.heap[(i-1)/branches].after {
		q.set(i, q.heap[(i-1)/branches])
		i = (i - 1) / branches
	}
	for {
		below := q.soonestBelow(i)
		if below == 0 || q.heap[below].after >= x.after {
			break
		}
		q.set(i, q.heap[below])
		i = below
	}
	q.set(i, x)
}

// soonestBelow is which of those below i is the soonest; 0: there is none.
func (q *queue) soonestBelow(i int) int {
	start := i*branches + 1
	if start >= len(q.heap) {
		return 0
	}
	soonest := start
	for j := start + 1; j < min(start+branches, len(q.heap)); j++ {
		if q.heap[j].after < q.heap[soonest].after {
			soonest = j
		}
	}
	return soonest
}

func (q *queue) set(i int, x queued) {
	q.heap[i] = x
	x.h.index = i
}
