package auth

import (
	"container/heap"
	"time"
)

// queue holds the accounts that have something due, soonest first. Its methods
// cost log n; the Keeper's mutex guards it.
type queue struct{ heap dueHeap }

// put queues h at at, or takes it out where at is zero.
func (q *queue) put(h *held, at time.Time) {
	h.due = at
	switch queued := h.index >= 0; {
	case at.IsZero() && queued:
		heap.Remove(&q.heap, h.index)
	case at.IsZero():
	case queued:
		heap.Fix(&q.heap, h.index)
	default:
		heap.Push(&q.heap, h)
	}
}

// first is the account that is due soonest; nil where none is queued.
func (q *queue) first() *held {
	if len(q.heap) == 0 {
		return nil
	}
	return q.heap[0]
}

type dueHeap []*held

func (d dueHeap) Len() int           { return len(d) }
func (d dueHeap) Less(i, j int) bool { return d[i].due.Before(d[j].due) }
func (d dueHeap) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].index, d[j].index = i, j
}

// Push is heap.Interface's.
func (d *dueHeap) Push(x any) {
	h := x.(*held)
	h.index = len(*d)
	*d = append(*d, h)
}

// Pop is heap.Interface's.
func (d *dueHeap) Pop() any {
	last := len(*d) - 1
	h := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	h.index = -1
	return h
}
