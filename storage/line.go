package storage

import "sync"

// request is one plan that waits to be carried out.
type request struct {
	plan plan
	err  error     // its verdict, once it was called
	call chan bool // true: carry out what waits; false: it is done
}

// line is where plans wait while a commit is under way. What came meanwhile goes
// into the next commit together: one flush of the disk serves all of it, and
// nobody waits for a timer. The one that was first carries out its group.
type line struct {
	mu      sync.Mutex
	busy    bool // somebody carries out a group
	waiting []*request
}

// do has r carried out, with others or alone, and returns its verdict. together
// is called by one at a time, and decides each request's err.
func (l *line) do(p plan, together func([]*request)) error {
	r := &request{plan: p, call: make(chan bool, 1)}
	if leads := l.join(r) || <-r.call; !leads {
		return r.err
	}
	group := l.take()
	together(group)
	for _, other := range group {
		if other != r {
			other.call <- false
		}
	}
	l.pass()
	return r.err
}

// join reports whether r leads at once.
func (l *line) join(r *request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, r)
	if l.busy {
		return false
	}
	l.busy = true
	return true
}

func (l *line) take() []*request {
	l.mu.Lock()
	defer l.mu.Unlock()
	group := l.waiting
	l.waiting = nil
	return group
}

// pass has the first of those that wait lead.
func (l *line) pass() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy = len(l.waiting) > 0; l.busy {
		l.waiting[0].call <- true
	}
}
