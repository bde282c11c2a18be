package auth

import "container/heap"

// pile is a heap whose first is what before says: its methods cost log n. A thing
// knows its own place in it, by at, so that it can be taken out anywhere; -1 is none.
type pile[T any] struct {
	items  []T
	before func(a, b T) bool
	at     func(T) *int
}

func (p *pile[T]) put(x T) {
	if *p.at(x) >= 0 {
		heap.Fix((*pileHeap[T])(p), *p.at(x))
		return
	}
	heap.Push((*pileHeap[T])(p), x)
}

func (p *pile[T]) takeOut(x T) {
	if i := *p.at(x); i >= 0 {
		heap.Remove((*pileHeap[T])(p), i)
	}
}

func (p *pile[T]) len() int { return len(p.items) }

// first is the one before all others; false where there is none.
func (p *pile[T]) first() (T, bool) {
	if len(p.items) == 0 {
		var none T
		return none, false
	}
	return p.items[0], true
}

// pileHeap is pile for container/heap.
type pileHeap[T any] pile[T]

func (p *pileHeap[T]) Len() int           { return len(p.items) }
func (p *pileHeap[T]) Less(i, j int) bool { return p.before(p.items[i], p.items[j]) }
func (p *pileHeap[T]) Swap(i, j int) {
	p.items[i], p.items[j] = p.items[j], p.items[i]
	*p.at(p.items[i]), *p.at(p.items[j]) = i, j
}

// Push is heap.Interface's.
func (p *pileHeap[T]) Push(x any) {
	t := x.(T)
	*p.at(t) = len(p.items)
	p.items = append(p.items, t)
}

// Pop is heap.Interface's.
func (p *pileHeap[T]) Pop() any {
	last := len(p.items) - 1
	t := p.items[last]
	var none T
	p.items[last] = none
	p.items = p.items[:last]
	*p.at(t) = -1
	return t
}
