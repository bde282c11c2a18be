package storage

import (
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// journal keeps the history of accounts in a file of its own, so that neither the
// commits of tokens nor the backups carry it. Its events are sealed like records,
// under a key of their own. It is worth less than the vault: it is written a little
// later, and where its file is damaged it begins anew.
type journal struct {
	path  string
	clock auth.Clock
	poke  func() // something is due sooner than it was

	mu        sync.Mutex
	waiting   []noted
	since     time.Duration // of Mono: when the first of them came
	forgotten []auth.AccountID

	// filing is held by the one who uses the file; it is taken before mu.
	filing sync.Mutex
	db     *file // nil: not open
	shut   bool  // and to stay so
	limit  int64 // in bytes
}

// noted is an event of an account.
type noted struct {
	id    auth.AccountID
	event auth.Event
}

const (
	journalName   = "history.db"
	journalBucket = "history" // with one bucket per account in it, by its ID
	// journalDelay is how long an event may wait for company.
	journalDelay = 10 * time.Second
	// journalBatch is how many are written without waiting any longer.
	journalBatch = 64
	// mostWaiting bounds what is kept in memory while the vault is locked.
	mostWaiting = 1000
	// mostEvents is how many are kept of one account.
	mostEvents = 1000
	// largestJournal: beyond it every account's older half goes.
	largestJournal = 64 << 20
)

// Note appends to the history of id; see auth.Vault. It never waits for the disk.
func (v *Vault) Note(id auth.AccountID, events ...auth.Event) {
	j := &v.upkeep.journal
	j.mu.Lock()
	if len(j.waiting) == 0 {
		j.since = j.clock.Mono()
	}
	for _, e := range events {
		e.At = utc(e.At)
		j.waiting = append(j.waiting, noted{id, e})
	}
	if more := len(j.waiting) - mostWaiting; more > 0 {
		j.waiting = slices.Delete(j.waiting, 0, more)
	}
	j.mu.Unlock()
	j.poke()
}

// History reads the history of id; see auth.Vault. The vault has to be open.
func (v *Vault) History(id auth.AccountID) ([]auth.Event, error) {
	v.mu.RLock()
	s, open := v.sealer, v.db != nil
	v.mu.RUnlock()
	if !open {
		return nil, v.unusable()
	}
	return v.upkeep.journal.read(s, id), nil
}

// due is when what waits is to be written.
func (j *journal) due() (at time.Duration, waits bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case len(j.forgotten) > 0 || len(j.waiting) >= journalBatch:
		return 0, true
	case len(j.waiting) > 0:
		return j.since + journalDelay, true
	}
	return 0, false
}

// forget drops the history of id.
func (j *journal) forget(id auth.AccountID) {
	j.mu.Lock()
	j.waiting = slices.DeleteFunc(j.waiting, func(n noted) bool { return n.id == id })
	j.forgotten = append(j.forgotten, id)
	j.mu.Unlock()
	j.poke()
}

// read returns the events of id that are young enough, with those that wait. What
// doesn't unseal is left out.
func (j *journal) read(s sealer, id auth.AccountID) (events []auth.Event) {
	j.filing.Lock()
	defer j.filing.Unlock()
	oldest := j.clock.Wall().Add(-auth.HistoryTime)
	take := func(e auth.Event) {
		if !e.At.Before(oldest) {
			events = append(events, e)
		}
	}
	j.mu.Lock()
	forgotten := slices.Contains(j.forgotten, id)
	j.mu.Unlock()
	_ = j.use(func(db *file) error { // a journal that can't be read is an empty one
		return db.View(func(tx *bolt.Tx) error {
			bucket := accountEvents(tx, id)
			if bucket == nil || forgotten {
				return nil
			}
			return bucket.ForEach(func(number, sealed []byte) error {
				if e, err := s.event(id, number, sealed); err == nil {
					take(e)
				}
				return nil
			})
		})
	})
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, n := range j.waiting {
		if n.id == id {
			take(n.event)
		}
	}
	// One that ended a row was noted late, with the time at which it happened.
	slices.SortStableFunc(events, func(a, b auth.Event) int { return a.At.Compare(b.At) })
	gone := surplus(slices.All(events), len(events)-mostEvents)
	slices.Sort(gone)
	kept := events[:0]
	for i, e := range events {
		if _, goes := slices.BinarySearch(gone, i); !goes {
			kept = append(kept, e)
		}
	}
	return kept
}

// flush writes what waits. Where it can't be written it waits for the next time,
// up to a bound.
func (j *journal) flush(v *Vault) {
	v.mu.RLock()
	s, open := v.sealer, v.db != nil
	v.mu.RUnlock()
	if !open {
		return
	}
	j.filing.Lock()
	defer j.filing.Unlock()
	j.mu.Lock()
	waiting, forgotten := j.waiting, j.forgotten
	j.waiting, j.forgotten = nil, nil
	j.mu.Unlock()
	if len(waiting)+len(forgotten) == 0 {
		return
	}
	oldest := j.clock.Wall().Add(-auth.HistoryTime)
	err := j.use(func(db *file) error {
		return db.Update(func(tx *bolt.Tx) error { return s.append(tx, waiting, forgotten, oldest) })
	})
	if err == nil {
		j.shrink()
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(waiting, j.waiting...)
	j.waiting = j.waiting[max(0, len(j.waiting)-mostWaiting):]
	j.forgotten = append(forgotten, j.forgotten...)
	j.since = j.clock.Mono()
}
