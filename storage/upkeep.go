package storage

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// upkeep is what is done for a vault while it is open, beside reading and writing:
// backups, the flushing of the journal, and giving memory back. One goroutine does it, from begin to
// end, and nobody who reads or writes waits for it.
type upkeep struct {
	vault   *Vault
	clock   auth.Clock
	journal journal
	poke    chan struct{} // has room for one

	// work is held by the one backup, removal, compaction or remedy under way. It
	// is taken before the vault's mu.
	work sync.Mutex

	mu       sync.Mutex
	round    *round                     // nil: nothing runs
	warnings map[auth.VaultWarning]bool // of what was put right since
	wanted   bool                       // there is something that the newest backup doesn't have
	due      time.Duration              // of Mono: when it is made, if wanted
	last     time.Duration              // of Mono: when one was tried; at first long ago
	failures int                        // in a row
	restAt   time.Duration              // of Mono: when what was read is let go of; 0: it was
	writes   int                        // since then
	renewing bool                       // the next one replaces all others
}

// round is one run of the goroutine. It has rested when what an earlier one had
// left undone is done.
type round struct{ stop, rested, done chan struct{} }

const (
	// backupSettle gathers what belongs together, such as the accounts of an import.
	backupSettle = 2 * time.Second
	// backupPause lies between two backups, however much changes.
	backupPause = 5 * time.Minute
	backupDay   = 24 * time.Hour
	// restSettle is how long after the vault was opened, or many changes were written,
	// what that took is given back: whoever opened it has read it by then.
	restSettle = 10 * time.Second
	// manyWrites are enough to be worth it. Fewer leave little behind, and looking
	// for it costs as much.
	manyWrites = 100
	// dayCheck is how often it is looked whether the newest backup is a day old: a
	// wall clock moves while the machine sleeps, timers don't.
	dayCheck = time.Hour
	// endPatience is how long Close waits for a backup and a flush under way: at
	// the end of a session there are 2 s for everything. The next Open sees what is
	// missing.
	endPatience = 1500 * time.Millisecond
)

func newUpkeep(v *Vault, clock auth.Clock) *upkeep {
	u := &upkeep{vault: v, clock: clock, poke: make(chan struct{}, 1), warnings: map[auth.VaultWarning]bool{}, last: -backupPause}
	u.journal = journal{path: filepath.Join(v.dir, journalName), clock: clock, poke: u.nudge, limit: largestJournal}
	return u
}

// begin starts the goroutine where it doesn't run.
func (u *upkeep) begin() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.round == nil {
		u.journal.begin()
		u.restAt = u.clock.Mono() + restSettle
		u.round = &round{stop: make(chan struct{}), rested: make(chan struct{}), done: make(chan struct{})}
		go u.run(u.round)
	}
}

// end has the goroutine do what is still to do, and waits for it for a while.
func (u *upkeep) end() {
	u.mu.Lock()
	r := u.round
	u.round = nil
	u.mu.Unlock()
	if r == nil {
		return
	}
	close(r.stop)
	limit := time.NewTimer(endPatience)
	defer limit.Stop()
	select {
	case <-r.done:
	case <-limit.C:
	}
}

func (u *upkeep) nudge() {
	select {
	case u.poke <- struct{}{}:
	default:
	}
}

func (u *upkeep) run(r *round) {
	defer close(r.done)
	u.lookBack()
	close(r.rested)
	for {
		wake, stop := u.clock.After(u.nap())
		select {
		case <-r.stop:
			stop()
			u.finish()
			return
		case <-u.poke:
		case <-wake:
		}
		stop()
		u.attend()
	}
}

// lookBack sees to what an earlier run has left undone.
func (u *upkeep) lookBack() {
	if _, err := os.Lstat(u.forgetMark()); err == nil {
		u.work.Lock()
		u.vault.compact()
		u.work.Unlock()
		u.want(0)
	}
	u.journal.tidy(u.vault)
	if u.behind() {
		u.want(0)
	}
	u.attend()
}

// nap is how long there is nothing to do.
func (u *upkeep) nap() time.Duration {
	now := u.clock.Mono()
	u.mu.Lock()
	defer u.mu.Unlock()
	nap := dayCheck
	if u.wanted {
		nap = min(nap, u.due-now)
	}
	if u.restAt > 0 {
		nap = min(nap, u.restAt-now)
	}
	if due, waits := u.journal.due(); waits {
		nap = min(nap, due-now)
	}
	return max(nap, 0)
}

// attend does what is due.
func (u *upkeep) attend() {
	if due, waits := u.journal.due(); waits && due <= u.clock.Mono() {
		u.journal.flush(u.vault)
	}
	if u.dayOld() {
		u.want(0)
	}
	now := u.clock.Mono()
	u.mu.Lock()
	due, rests := u.wanted && u.due <= now, u.restAt > 0 && u.restAt <= now
	u.mu.Unlock()
	if due {
		u.backUp()
	}
	if due || rests {
		u.rest()
	}
}

// rest gives back what opening, many changes or a backup took: they read what nobody
// reads again for long.
func (u *upkeep) rest() {
	u.mu.Lock()
	u.restAt, u.writes = 0, 0
	u.mu.Unlock()
	u.vault.letGo()
	debug.FreeOSMemory()
}

// finish is the last thing that is done.
func (u *upkeep) finish() {
	u.journal.flush(u.vault)
	u.journal.end()
	u.mu.Lock()
	wanted := u.wanted
	u.mu.Unlock()
	if wanted {
		u.backUp()
	}
}

// changed notes that the vault has something new that no backup has.
func (u *upkeep) changed() {
	u.mu.Lock()
	now := u.clock.Mono()
	soon := max(now+backupSettle, u.last+backupPause) - now
	if u.writes++; u.writes >= manyWrites && u.restAt == 0 {
		u.restAt = now + restSettle
	}
	u.mu.Unlock()
	u.want(soon)
	u.nudge()
}

// want has a backup made in d; one that is due sooner stays so.
func (u *upkeep) want(d time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	due := u.clock.Mono() + d
	if u.wanted {
		due = min(due, u.due)
	}
	u.wanted, u.due = true, due
}

// backUp makes a backup. One that fails is tried again later, and ever later: the
// disk may be full, or a record unreadable until a person has seen to it.
func (u *upkeep) backUp() {
	u.work.Lock()
	defer u.work.Unlock()
	u.mu.Lock()
	u.wanted = false // what changes from here on wants another
	u.mu.Unlock()
	err := u.vault.backUp()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last = u.clock.Mono()
	if err == nil {
		u.failures = 0
		return
	}
	u.wanted, u.due = true, u.last+backupPause<<min(u.failures, 8)
	u.failures++
}
