package auth_test

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// ears is what somebody has heard of one account, by their own book.
type ears struct {
	heard map[auth.Concern]int // notices since the concern was over last
	again int                  // notices that may come once more: that they were told was lost
	deaf  bool                 // that the last concern was over was lost: the next may go untold
	last  time.Time            // of the last notice, while the machine was awake
	at    time.Time            // of the same by the calendar
	over  time.Time            // when something was over last, likewise
	needs auth.Concern         // what it has needed a person for at every look
	since time.Time            // and since when, sleeps included
	dark  time.Time            // since when it has had no token at any look, and is tried
	known bool                 // that its provider is out of reach was told meanwhile
}

// lossTime is within which a crash may lose what was told.
const lossTime = 2 * time.Minute

// latest is how long nobody may know of what should be told.
const latest = 3 * time.Hour

// now is the test's time with the sleeps, whatever the calendar shows.
func (m *model) now() time.Time { return time.Now().Add(m.asleep) }

// notify is whoever tells people, as the window does it: what was told goes through
// the Keeper and its vault, across whatever happens to them.
func (m *model) notify(s auth.Snapshot) {
	notices, told := auth.Notices(m.Told(), s, auth.UsualNotices(), s.At)
	m.PutTold(told)
	for _, a := range s.Accounts {
		m.look(a, s.At)
	}
	for _, n := range notices {
		m.once(n, s)
		m.listen(n, s.At)
	}
	unreachable := map[auth.ProviderID]bool{}
	for _, a := range s.Accounts {
		e := m.ears[a.ID]
		unreachable[a.Provider] = unreachable[a.Provider] || e.heard[auth.ConcernUnreachable] > 0 || e.known
	}
	for _, a := range s.Accounts {
		e := m.ears[a.ID]
		if e.needs != "" && m.now().Sub(e.since) > latest && e.heard[e.needs] == 0 && !e.deaf {
			m.t.Errorf("step %d: nobody is told that %s has needed a person for hours: %s", m.step, a.Name, e.needs)
		}
		m.inTheDark(a, e, s, unreachable[a.Provider])
	}
}

// inTheDark looks whether somebody knows why a has had no token for hours.
func (m *model) inTheDark(a auth.Status, e *ears, s auth.Snapshot, unreachable bool) {
	tried := a.State == auth.StateRetrying || a.State == auth.StateInDoubt && !a.GivenUp()
	switch {
	case !tried && a.State != auth.StateRefreshing, a.ExpiresAt.After(s.At), s.Offline, endsSoon(a, s.At),
		e.dark.Before(m.wokeAt) && !tried:
		e.dark = time.Time{}
		return
	case e.dark.Before(m.wokeAt):
		e.dark = time.Now()
	}
	e.known = e.known || unreachable
	if tried && time.Since(e.dark) > latest && !e.known && len(e.heard) == 0 && !e.deaf {
		m.t.Errorf("step %d: nobody is told why %s has had no token for hours", m.step, a.Name)
	}
}

// once looks whether n says what somebody who was told of it has not been done with:
// an outage is told once, sign-ins of a provider once in a quarter of an hour, and
// anything else once in an hour.
func (m *model) once(n auth.Notice, s auth.Snapshot) {
	if len(n.Accounts) == 0 {
		return
	}
	if woke := time.Since(m.wokeAt); n.Concern == auth.ConcernUnreachable && woke < 10*time.Minute {
		m.t.Errorf("step %d: a notice of %s %v after waking", m.step, n.Concern, woke)
	}
	quiet := time.Hour
	if n.Concern == auth.ConcernSignIn {
		quiet = 15 * time.Minute
	}
	for _, a := range s.Accounts {
		e := m.ears[a.ID]
		soon := n.Concern == auth.ConcernUnreachable || s.At.Sub(e.at) < quiet
		if a.Provider == n.Accounts[0].Provider && e.heard[n.Concern] > 0 && e.again == 0 && soon {
			m.t.Errorf("step %d: a notice of %s although %s was told of it at %v", m.step, n.Concern, a.Name, e.at)
		}
	}
}

// look brings the book up to date: a concern is over when another took its place,
// or the account is well.
func (m *model) look(a auth.Status, at time.Time) {
	e := m.ears[a.ID]
	if e == nil {
		e = &ears{heard: map[auth.Concern]int{}}
		m.ears[a.ID] = e
	}
	if e.at.After(at) {
		e.at = at // the calendar was set back
	}
	needs := auth.Concern("")
	switch a.State {
	case auth.StateNeedsSignIn:
		if a.SigningIn {
			return
		}
		needs = auth.ConcernSignIn
		m.only(e, needs)
	case auth.StateInDoubt:
		if a.SigningIn || !a.GivenUp() {
			break
		}
		m.only(e, auth.ConcernInDoubt)
		if !a.ExpiresAt.After(at) {
			needs = auth.ConcernInDoubt
		}
	case auth.StateMisconfigured:
		m.only(e, auth.ConcernSettings)
	case auth.StateFresh, auth.StateExpiring, auth.StateUnknownExpiry, auth.StatePaused:
		if endsSoon(a, at) {
			m.only(e, auth.ConcernEnding)
		} else {
			m.only(e, "")
		}
	case auth.StateRetrying:
		switch { // it mends nothing else
		case endsSoon(a, at) && e.heard[auth.ConcernInDoubt]+e.heard[auth.ConcernUnreachable] > 0:
			m.only(e, auth.ConcernEnding)
		case e.heard[auth.ConcernInDoubt] > 0:
			m.only(e, auth.ConcernUnreachable)
		}
	case auth.StateRefreshing:
	}
	if needs != e.needs {
		e.needs, e.since = needs, m.now()
	}
}

// only has every concern but c be over.
func (m *model) only(e *ears, c auth.Concern) {
	e.known = e.known && c == auth.ConcernUnreachable
	for other := range e.heard {
		if other != c {
			delete(e.heard, other)
			e.over, e.again, e.deaf = time.Now(), 0, false
		}
	}
}

// endsSoon is when the sign-in of an account that has a refresh token ends soon.
func endsSoon(a auth.Status, at time.Time) bool {
	left := a.SignInBy.Sub(at)
	return !a.SignInBy.IsZero() && left > 0 && left < min(48*time.Hour, a.SignInBy.Sub(a.IssuedAt)/2)
}

// listen is a notice: it names somebody who wasn't named before, and for a reason.
// A later one takes the place of one that named some of them.
func (m *model) listen(n auth.Notice, at time.Time) {
	if len(n.Accounts) == 0 {
		return
	}
	m.notices[n.Concern]++
	news, reason := false, false
	for _, a := range n.Accounts {
		e := m.ears[a.ID]
		m.only(e, n.Concern)
		reason = reason || hasReason(n.Concern, a, at)
		switch {
		case e.heard[n.Concern] == 0:
			news = true
		case e.again > 0:
			news = true
			e.again--
		}
		e.heard[n.Concern]++
		e.last, e.at = time.Now(), at
	}
	if !news {
		m.t.Errorf("step %d: a notice of %s names nobody who wasn't named before", m.step, n.Concern)
	}
	if !reason {
		m.t.Errorf("step %d: a notice of %s without a reason: %+v", m.step, n.Concern, n.Accounts)
	}
}

// hasReason reports whether a is as a notice of c says. A provider that can't be
// reached at the moment mends neither a sign-in nor settings.
func hasReason(c auth.Concern, a auth.Status, at time.Time) bool {
	retrying := a.State == auth.StateRetrying
	switch c {
	case auth.ConcernSignIn:
		return a.State == auth.StateNeedsSignIn && !a.SigningIn || retrying
	case auth.ConcernInDoubt:
		return a.GivenUp() && !a.SigningIn && !a.ExpiresAt.After(at)
	case auth.ConcernSettings:
		return a.State == auth.StateMisconfigured || retrying
	case auth.ConcernUnreachable:
		return (retrying || a.State == auth.StateInDoubt && !a.GivenUp()) && !a.ExpiresAt.After(at)
	case auth.ConcernEnding:
		return endsSoon(a, at) || retrying
	}
	return false
}

// missOut is called where what was told may be lost: by a crash what was told a
// moment ago, by a vault that can't be written everything since it could. It reports
// whether something may be.
func (m *model) missOut() (lost bool) {
	unwritten := m.broken || time.Since(m.mendedAt) < lossTime
	for _, e := range m.ears {
		if unwritten || time.Since(e.last) < lossTime {
			e.again++
			lost = true
		}
		if unwritten || time.Since(e.over) < lossTime {
			e.deaf = true
			lost = true
		}
	}
	return lost
}

// known is what of told may not be lost.
func known(told auth.Told) auth.Told {
	known := auth.Told{}
	for id, m := range told {
		if m.At.After(m.Over) {
			m.Since = time.Time{}
			known[id] = m
		}
	}
	return known
}
