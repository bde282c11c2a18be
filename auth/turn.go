package auth

import (
	"errors"
	"time"
)

// turn is one account's refresh, under way or, where somebody asked, waiting: whoever
// wants the same thing meanwhile waits for it. err is written before done is
// closed and read after.
type turn struct {
	done    chan struct{}
	person  bool // one who asked is a person
	running bool
	at      *host         // where its slot is, once it runs
	quiet   time.Duration // Mono until when that wanted to be left alone as it began
	probes  bool          // the others of that host wait for what comes of it
	settles bool          // the others that were in doubt at the start wait for it
	err     *Error
}

// begin starts a turn for h that who asked for, or returns the one under way; one
// that waits goes first once a person wants it. Called with mu held.
func (k *Keeper) begin(h *held, who asker) *turn {
	t := h.turn
	if t != nil && (!who.person || t.person) {
		return t
	}
	if t == nil {
		t = &turn{done: make(chan struct{})}
		h.turn = t
		k.gate.stepOut(h, k.clock.Mono())
	}
	t.person = who.person
	k.launch(h)
	if h.turn != nil {
		k.settle(h)
	}
	return t
}

// launch runs h's turn that waits, where there is a slot. Called with mu held.
func (k *Keeper) launch(h *held) {
	switch {
	case !h.waiting():
	case k.closed:
		k.end(h, &Error{Kind: KindAgent, Detail: "the agent is finishing"})
	case k.person.barred:
		k.end(h, lockedError())
	case k.gate.enterAsked(h, k.clock.Mono()):
		k.start(h)
	}
}

// start runs h's turn, which has its slot. Called with mu held.
func (k *Keeper) start(h *held) {
	h.turn.running, h.turn.quiet = true, h.turn.at.quietUntil
	k.turns.Add(1)
	if r := k.spare; r != nil {
		k.spare = nil
		r <- h
		return
	}
	k.runners.Go(func() { k.runTurns(h) }) // Close waits for it
}

// runner is a goroutine that runs turns: where it is spare, it waits here for its
// next one, and nil ends it. It has room for one, so that nobody waits who sends.
type runner chan *held

// runTurns runs h's turn, and those after it while this runner is kept: its stack
// has grown to what a turn takes by then.
func (k *Keeper) runTurns(h *held) {
	r := make(runner, 1)
	for h != nil && k.run(h, h.turn, r) {
		h = <-r
	}
}

// dismiss ends the runner that is spare. There are no turns any more.
func (k *Keeper) dismiss() {
	k.mu.Lock()
	if k.spare != nil {
		k.spare <- nil
		k.spare = nil
	}
	k.mu.Unlock()
	k.runners.Wait()
}

// run is a turn from its beginning to its end, in r. It reports whether r is kept.
func (k *Keeper) run(h *held, t *turn, r runner) (kept bool) {
	defer k.turns.Done()
	err := k.refresh(h)
	k.noteRefresh(h, err)
	k.mu.Lock()
	h.doubtful = false
	k.end(h, err)
	if t.at.open {
		k.turnAway(t.at)
	}
	if kept = k.spare == nil; kept {
		k.spare = r
	}
	k.gate.leave(t, k.clock.Mono())
	for waiting := k.gate.nextAsked(t.at); waiting != nil; waiting = k.gate.nextAsked(t.at) {
		k.launch(waiting)
	}
	nap := k.release()
	k.tellWatchers()
	k.hasten(nap)
	k.mu.Unlock()
	return kept
}

// turnAway ends the turns of those who waited to hear whether x works: it doesn't.
// Called with mu held.
func (k *Keeper) turnAway(x *host) {
	asked := x.asked
	x.asked = nil
	for _, h := range asked {
		if h.waiting() {
			k.end(h, h.failedAt(x))
		}
	}
}

// end closes h's turn with err. Called with mu held.
func (k *Keeper) end(h *held, err *Error) {
	t := h.turn
	t.err = err
	h.turn = nil
	if !h.dropped {
		k.settle(h)
	}
	close(t.done)
}

// refresh replaces h's grant once: begun is durable before the request leaves,
// the answer before anyone sees it. Only the turn's own goroutine calls it.
func (k *Keeper) refresh(h *held) *Error {
	k.mu.Lock()
	account, client, unsaved, grant := h.account, h.client, h.unsaved > 0, h.grant
	k.mu.Unlock()
	if unsaved {
		return k.save(h, account, client, grant.Generation-1, grant)
	}
	for {
		g, err := k.beginAttempt(h, account)
		if err != nil {
			return k.trip(h, account, err)
		}
		answer, failure := k.ask(h, account, client, &g)
		if failure == nil {
			return k.save(h, account, client, g.Generation, Renewed(g, answer, account.Provider, account.Scopes))
		}
		if !k.again(h, g, failure) {
			return k.fail(h, account, client, g, failure)
		}
	}
}

// again reports whether g is presented a second time at once: its answer was
// lost, and soon is when a provider may still take it. It waits for soon.
func (k *Keeper) again(h *held, g Grant, f *Failure) bool {
	if f.Outcome != OutcomeAmbiguous || g.Attempt.Presentations != 1 || g.Refusal.Standing() {
		return false
	}
	return k.mayFollow(h) && k.pause(doubtSoon) && k.mayFollow(h)
}

// mayFollow reports whether h's turn may send another request after its first one.
// Where its host is failing, who is next is the host's affair; it may have asked
// meanwhile to be left alone, while what it asked for before was somebody's decision;
// and before a sleep, and until the network is back after it, nothing is begun.
func (k *Keeper) mayFollow(h *held) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.look()
	x, mono := h.turn.at, k.clock.Mono()
	quiet := mono < x.quietUntil && x.quietUntil > h.turn.quiet
	return !x.open && !quiet && !k.timeline.announced && mono >= k.gate.heldUntil
}

// beginAttempt reads the grant again and marks on disk that its refresh token is
// about to be presented. Where there is none to present no mark is needed.
func (k *Keeper) beginAttempt(h *held, a Account) (Grant, error) {
	k.marking.RLock()
	defer k.marking.RUnlock()
	g, err := k.vault.Grant(a.ID)
	if err != nil {
		return Grant{}, err
	}
	k.mu.Lock()
	g.takeTimes(h.grant)
	now := k.now()
	k.mu.Unlock()
	if a.Grant == ClientCredentials {
		return g, nil
	}
	if !g.Attempt.Open() {
		g.Attempt.Began = now
	}
	g.Attempt.Presentations++
	g.Refusal.Rechecked = g.Refusal.Standing()
	return g, k.vault.PutGrant(a.ID, g.Generation, g)
}

// ask sends the one request, and has host and clocks learn from what came of it.
func (k *Keeper) ask(h *held, a Account, c Client, g *Grant) (Answer, *Failure) {
	k.mu.Lock()
	began, moved := k.clock.Mono(), k.calendar.moved
	k.mu.Unlock()
	answer, err := k.send(a, c, *g)
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.look()
	g.takeTimes(h.grant)
	x := h.turn.at
	if err == nil {
		answer.AskedAt = answer.AskedAt.Add(k.calendar.moved - moved)
		if took := k.clock.Mono() - began; !k.timeline.sane(answer.AskedAt) || answer.AskedAt.After(now.Add(setBack)) {
			answer.AskedAt = now.Add(-took)
		}
		if step := k.timeline.heard(x.name, answer.AskedAt, answer.ServerDate); step != 0 {
			k.calendarSet(step)
			g.takeTimes(h.grant)
		}
		k.answered(x)
		return answer, nil
	}
	failure := asFailure(err)
	k.log.Info("refresh brought nothing", "account", a.ID, "outcome", failure.Outcome, "status", failure.Said.Status, "code", failure.Said.Code)
	k.failedBy(x, h, failure)
	return Answer{}, failure
}

func asFailure(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Outcome: OutcomeUnknown, Cause: err}
}

func (k *Keeper) send(a Account, c Client, g Grant) (Answer, error) {
	if a.Grant == ClientCredentials {
		return k.wire.ClientCredentials(k.working, a.Provider, c, a.Scopes)
	}
	return k.wire.Refresh(k.working, a.Provider, c, g)
}

// pause waits for d; false: the Keeper is closing.
func (k *Keeper) pause(d time.Duration) bool {
	wake, stop := k.clock.After(d)
	defer stop()
	select {
	case <-wake:
		return true
	case <-k.working.Done():
		return false
	}
}
