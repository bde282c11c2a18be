package auth

import "time"

// Concern is what a person is told about without having asked: a closed set.
type Concern string

// The concerns.
const (
	ConcernSignIn      Concern = "sign_in"     // only a sign-in helps
	ConcernInDoubt     Concern = "in_doubt"    // a refresh was interrupted too often; a person decides
	ConcernSettings    Concern = "settings"    // the provider rejects the client
	ConcernUnreachable Concern = "unreachable" // the token has run out and nobody answers
	ConcernEnding      Concern = "ending"      // the sign-in ends soon unless a person does something
)

// Concerns lists every Concern, for tables and the tests that walk them.
func Concerns() []Concern {
	return []Concern{ConcernSignIn, ConcernInDoubt, ConcernSettings, ConcernUnreachable, ConcernEnding}
}

// Notice is one notification. The accounts of one provider with the same concern
// share one.
type Notice struct {
	Key      string // a later Notice with the same Key takes its place
	Concern  Concern
	Accounts []Status // whom it is about, by name; none: what Key told is over
}

// Told is what a person was told already, by account. It is a plain value to be
// kept: so that nothing is told twice, after a restart neither. The zero value is
// "nothing yet".
type Told map[AccountID]Mark

// Mark is how far telling about one account has come. Times are wall time in UTC.
type Mark struct {
	Key      string
	Concern  Concern
	Standing bool
	Since    time.Time // when the concern began
	At       time.Time // when it was last told; zero: not yet
	Over     time.Time // when it last ended; zero: it never did
	Snoozed  time.Time // nobody is told before; zero: nobody asked for that
}

// Notices says what to tell a person now, and what was told after that. Each
// account and concern is told once until it is over, those of one provider together
// and some time after each other; an outage is one, whoever it reaches. What stands when quiet hours, or the snooze of an account, end is told
// then. While the vault isn't open nothing is known, so nothing is told and nothing
// forgotten. It changes neither told nor snapshot.
func Notices(told Told, snapshot Snapshot, policy NoticePolicy, now time.Time) ([]Notice, Told) {
	if snapshot.Vault != VaultUnlocked {
		return nil, told
	}
	next := Told{}
	for _, a := range snapshot.Accounts {
		m := told[a.ID].after(a, snapshot, now)
		if m.Standing || now.Sub(m.At) < policy.Quiet || now.Before(m.Snoozed) {
			next[a.ID] = m // otherwise nothing is known that matters later
		}
	}
	notices, stands, last, due := ended(told, next), next.stands(), next.last(), map[string]bool{}
	for _, a := range snapshot.Accounts {
		m := next[a.ID]
		switch {
		case !m.untold(), !m.settled(a), policy.still(now), !policy.ripe(m, a, snapshot, now):
		case stands[m.Key] && m.joins():
			m.At = now
			next[a.ID] = m
		case now.Sub(m.At) >= policy.Quiet && now.Sub(last[m.Key]) >= policy.between(m.Concern):
			due[m.Key] = true
		}
	}
	for _, a := range snapshot.Accounts {
		key := next[a.ID].Key
		if due[key] {
			delete(due, key)
			notices = append(notices, policy.gather(key, next, snapshot, now))
		}
	}
	return notices, next
}

// stands has the keys of which somebody was told, and which stand.
func (t Told) stands() map[string]bool {
	keys := map[string]bool{}
	for _, m := range t {
		if m.Standing && !m.untold() {
			keys[m.Key] = true
		}
	}
	return keys
}

// last is when each key was told last.
func (t Told) last() map[string]time.Time {
	last := map[string]time.Time{}
	for _, m := range t {
		last[m.Key] = later(last[m.Key], m.At)
	}
	return last
}

// joins reports whether m needs no telling of its own where its key stands: it is the
// same outage. A person who wished to be reminded of this account is.
func (m Mark) joins() bool { return m.Concern == ConcernUnreachable && !m.Snoozed.After(m.Since) }

// settled reports whether a is as m says, rather than between two states or in
// somebody's hands.
func (m Mark) settled(a Status) bool {
	if a.State == StateInDoubt && !a.GivenUp() {
		return m.Concern == ConcernUnreachable
	}
	return !a.SigningIn && a.State != StateRefreshing
}

// after is the mark once a was seen in s.
func (m Mark) after(a Status, s Snapshot, now time.Time) Mark {
	m = m.asOf(now).at(a, now)
	if now.Before(m.Snoozed) {
		m.At = time.Time{} // it is told again when that is over
	}
	if s.Offline && m.Concern == ConcernUnreachable && m.untold() {
		m.Since = now // a provider's grace begins with the network
	}
	return m
}

// asOf is the mark without what a calendar that was ahead has left in it: what is
// said to come was before now, in the same order, so that what is told stays told
// and what begins anew is told anew. Snoozed is a date that a person chose.
func (m Mark) asOf(now time.Time) Mark {
	told := m.At.After(m.Over)
	m.Since, m.At, m.Over = sooner(m.Since, now), sooner(m.At, now), sooner(m.Over, now)
	if told && !m.At.After(m.Over) {
		m.Over = m.At.Add(-time.Second)
	}
	return m
}

// at is the mark once a was seen, whatever else is the case.
func (m Mark) at(a Status, now time.Time) Mark {
	concern, known := m.concernOf(a, now)
	switch {
	case !known || m.Standing && concern == m.Concern:
		return m
	case concern == "":
		if m.Standing {
			m.Standing, m.Over = false, now
		}
		return m
	case concern != m.Concern:
		m = Mark{Concern: concern, Key: string(a.Provider) + "/" + string(concern), Snoozed: m.Snoozed}
	}
	m.Standing, m.Since = true, now
	return m
}

// concernOf is what a person has to know of a: "" for nothing. Between two states,
// and while somebody is at it already, nothing is known.
func (m Mark) concernOf(a Status, now time.Time) (concern Concern, known bool) {
	switch a.State {
	case StateNeedsSignIn:
		return ConcernSignIn, !a.SigningIn
	case StateMisconfigured:
		return ConcernSettings, true
	case StateRetrying:
		// Being offline mends neither settings nor a sign-in that ended.
		open := !m.Standing || m.Concern == ConcernInDoubt
		if ending(a, now) {
			return ConcernEnding, open || m.Concern == ConcernUnreachable
		}
		return ConcernUnreachable, open
	case StateInDoubt:
		if a.GivenUp() {
			return ConcernInDoubt, !a.SigningIn
		}
		// It is settled within a minute, unless nobody answers.
		return ConcernUnreachable, !m.Standing && !a.Tried.IsZero()
	case StateRefreshing:
		return "", false
	case StateFresh, StateExpiring, StateUnknownExpiry, StatePaused:
		if ending(a, now) {
			return ConcernEnding, true
		}
	}
	return "", true
}

// How early the end of a sign-in is told.
const (
	// endingSoon leaves a person a working day, also before a weekend's second half.
	endingSoon = 48 * time.Hour
	// A token that nothing refreshes: a tenth of its life, in these bounds.
	earlyShare  = 10
	minEarly    = 2 * time.Minute
	maxEarly    = time.Hour
	latestShare = 2 // never before half of a life is over
)

// ending reports whether the sign-in of a ends soon and nothing that happens by
// itself is about to prevent it: there is nothing to refresh with, or what keeps it
// alive should have done so halfway through.
func ending(a Status, now time.Time) bool {
	left, life := a.SignInBy.Sub(now), a.SignInBy.Sub(a.IssuedAt)
	switch {
	case a.SignInBy.IsZero() || left <= 0:
		return false
	case a.SignInBy.Equal(a.ExpiresAt): // there is nothing to refresh with
		return left <= min(max(minEarly, min(maxEarly, life/earlyShare)), life/latestShare)
	}
	return left < min(endingSoon, life/latestShare)
}

// untold reports whether the concern stands and nobody was told since it began.
func (m Mark) untold() bool { return m.Standing && !m.At.After(m.Over) }

// gather makes one notice of everybody who waits under key, and marks them told:
// those who were told before belong to it too, because it takes the old one's place.
func (p NoticePolicy) gather(key string, marks Told, s Snapshot, now time.Time) Notice {
	n := Notice{Key: key}
	for _, a := range s.Accounts {
		m := marks[a.ID]
		if m.Key != key || !m.Standing || !p.ripe(m, a, s, now) {
			continue
		}
		m.At = now
		marks[a.ID] = m
		n.Concern, n.Accounts = m.Concern, append(n.Accounts, a)
	}
	return n
}

// ended has a Notice without accounts for each key that was told before and
// stands for nobody any more.
func ended(before, after Told) []Notice {
	stands := after.stands()
	var notices []Notice
	for _, m := range before {
		if m.Standing && !m.untold() && !stands[m.Key] {
			stands[m.Key] = true // once
			notices = append(notices, Notice{Key: m.Key, Concern: m.Concern})
		}
	}
	return notices
}
