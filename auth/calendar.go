package auth

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// calendar is what has to follow one that was set. The Keeper's mutex guards it.
type calendar struct {
	moved    time.Duration          // by how much it was set in all
	behind   map[AccountID]struct{} // whose times followed it, and are not on disk yet
	failedAt time.Duration          // Mono when writing them failed last; 0: it didn't

	// While the vault is locked nothing is in memory that could follow.
	away   bool                // it was let go and is not back yet
	unkept map[AccountID]Grant // the times, and nothing else, of who was behind then
	steps  []setting           // since then
}

// setting is one step of a calendar that was set. Where since is not zero it parts what
// is known: a calendar that went forward moves what is from before, one that was ahead
// for a while and is set right moves what is from later.
type setting struct {
	step  time.Duration
	since time.Time
}

// calendarSet has everything that is known follow a calendar that was set by step.
// Called with mu held.
func (k *Keeper) calendarSet(step time.Duration) {
	k.log.Warn("the clock of this machine was set", "by", step)
	s := setting{step: step}
	if step > 0 {
		s.since = k.timeline.steppedTo
	}
	k.calendar.moved += step
	k.follow(s)
}

// follow has everything that is known follow s. Called with mu held.
func (k *Keeper) follow(s setting) {
	k.calendar.add(s)
	for id, h := range k.accounts {
		h.follow(s)
		k.calendar.fellBehind(id)
	}
	for _, h := range k.accounts {
		k.settle(h)
	}
	k.tellWatchers()
}

func (c *calendar) add(s setting) {
	if c.away {
		c.steps = append(c.steps, s)
	}
}

func (c *calendar) fellBehind(id AccountID) {
	if c.behind == nil {
		c.behind = map[AccountID]struct{}{}
	}
	c.behind[id] = struct{}{}
}

// toWrite reports whether there are times to be written at mono. What could not be
// written is tried again with the next nap: a disk that is full stays so for a while.
func (c *calendar) toWrite(mono time.Duration) bool {
	return len(c.behind) > 0 && !c.away && (c.failedAt == 0 || mono-c.failedAt >= maxNap)
}

// letGo keeps what the vault doesn't know, while the accounts are not in memory.
func (c *calendar) letGo(accounts map[AccountID]*held) {
	if c.away {
		return // there was nothing in memory
	}
	c.away, c.unkept = true, map[AccountID]Grant{}
	for id := range c.behind {
		if h, known := accounts[id]; known {
			c.unkept[id] = h.grant.times()
		}
	}
}

// catchUp has the times of g, which the vault kept, be those of the calendar today.
func (c *calendar) catchUp(id AccountID, g *Grant) {
	if known, behind := c.unkept[id]; behind {
		g.takeTimes(known)
	}
	for _, s := range c.steps {
		g.follow(s)
		c.fellBehind(id)
	}
}

// back is after catchUp for all accounts.
func (c *calendar) back() { c.away, c.unkept, c.steps = false, nil, nil }

// keepTimes writes the times that followed a calendar that was set, so that the
// next start knows them, too. Run calls it.
func (k *Keeper) keepTimes() {
	for _, id := range k.timesToWrite() {
		if err := k.keepTimesOf(id); err != nil {
			k.log.Warn("the times of a grant could not be written; they are written later", "account", id, "error", err)
			return // others would not be written either, and each would say so
		}
	}
}

func (k *Keeper) timesToWrite() []AccountID {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.calendar.toWrite(k.clock.Mono()) {
		return nil
	}
	k.calendar.failedAt = 0
	return slices.Collect(maps.Keys(k.calendar.behind))
}

// keepTimesOf changes nothing but times. A grant that was replaced meanwhile has
// its own.
func (k *Keeper) keepTimesOf(id AccountID) error {
	k.marking.Lock()
	defer k.marking.Unlock()
	k.mu.Lock()
	h, known := k.accounts[id]
	if k.calendar.away {
		k.mu.Unlock()
		return nil
	}
	delete(k.calendar.behind, id)
	k.mu.Unlock()
	if !known {
		return nil
	}
	err := k.writeTimes(id, h)
	if err == nil || errors.Is(err, ErrGenerationMoved) || errors.Is(err, ErrNoGrant) {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calendar.fellBehind(id)
	k.calendar.failedAt = k.clock.Mono()
	return err
}

func (k *Keeper) writeTimes(id AccountID, h *held) error {
	g, err := k.vault.Grant(id)
	if err != nil {
		return err
	}
	k.mu.Lock()
	g.takeTimes(h.grant)
	k.mu.Unlock()
	return k.vault.PutGrant(id, g.Generation, g)
}

// follow moves what is known of the past and of the provider's deadlines along
// with s. What a person chose as a date stays.
func (h *held) follow(s setting) {
	h.grant.follow(s)
	t := &h.trouble
	s.move(&t.last, &t.retryAt)
	s.move(&t.since)
	s.move(&h.since)
	s.move(&h.lasting.since)
	s.move(&h.renewed)
	s.move(&h.handed)
}

func (g *Grant) follow(s setting) {
	s.move(&g.IssuedAt, &g.ExpiresAt, &g.RefreshExpiresAt)
	s.move(&g.Refusal.At)
	s.move(&g.Attempt.Began)
}

// move has times that were written together follow; the first one says when.
func (s setting) move(together ...*time.Time) {
	if !s.since.IsZero() && together[0].Before(s.since) == (s.step < 0) {
		return
	}
	for _, at := range together {
		if !at.IsZero() {
			*at = at.Add(s.step)
		}
	}
}

// times is g with nothing but what takeTimes takes.
func (g *Grant) times() Grant {
	return Grant{
		Generation: g.Generation,
		IssuedAt:   g.IssuedAt, ExpiresAt: g.ExpiresAt, RefreshExpiresAt: g.RefreshExpiresAt,
		Attempt: g.Attempt, Refusal: Refusal{At: g.Refusal.At},
	}
}

// takeTimes takes over the times of what is known of the same grant: the calendar may
// have been set since g was written.
func (g *Grant) takeTimes(known Grant) {
	if known.Generation != g.Generation {
		return
	}
	g.IssuedAt, g.ExpiresAt, g.RefreshExpiresAt = known.IssuedAt, known.ExpiresAt, known.RefreshExpiresAt
	if known.Refusal.Standing() && g.Refusal.Standing() {
		g.Refusal.At = known.Refusal.At
	}
	if known.Attempt.Open() && g.Attempt.Open() {
		g.Attempt.Began = known.Attempt.Began
	}
}
