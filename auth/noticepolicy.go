package auth

import "time"

// NoticePolicy is how patient the notices are, and when nobody wants any.
type NoticePolicy struct {
	// Grace is how long a provider may be out of reach before anybody is told.
	Grace time.Duration
	// Quiet is how long nobody is told of the same concern at one provider again,
	// be it an account that comes and goes or the next one.
	Quiet time.Duration
	// Wish is what a person wants to hear of at all.
	Wish NoticeWish
	// QuietFrom and QuietUntil are times of day in Zone between which nothing is
	// told; equal: none. From may be later than Until.
	QuietFrom, QuietUntil time.Duration
	Zone                  *time.Location // nil: UTC
}

// UsualNotices is the policy that nobody changed: most outages and changes of
// network are over within ten minutes, and nobody wants to hear of the same
// thing more than once an hour.
func UsualNotices() NoticePolicy {
	return NoticePolicy{Grace: 10 * time.Minute, Quiet: time.Hour}
}

// NoticePolicy is the usual policy with p's wishes, in this computer's time zone.
func (p Preferences) NoticePolicy() NoticePolicy {
	n := UsualNotices()
	n.Wish, n.QuietFrom, n.QuietUntil, n.Zone = p.Notices, p.QuietFrom, p.QuietUntil, time.Local
	return n
}

// still reports whether nothing is told at now, whatever it is.
func (p NoticePolicy) still(now time.Time) bool {
	if p.Wish == NoticesNone {
		return true
	}
	if p.Zone != nil {
		now = now.In(p.Zone)
	}
	// By the clock on the wall: on a day that is an hour longer, too.
	hour, minute, second := now.Clock()
	t := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	if p.QuietFrom <= p.QuietUntil {
		return p.QuietFrom <= t && t < p.QuietUntil
	}
	return p.QuietFrom <= t || t < p.QuietUntil
}

// ripe reports whether a person should hear of it now. Offline nobody hears of
// anything that is not older than the grace: it may only look so. After a sleep it
// may be over, as long as nothing was tried.
func (p NoticePolicy) ripe(m Mark, a Status, s Snapshot, now time.Time) bool {
	since := m.Since
	if m.Concern == ConcernUnreachable || m.Concern == ConcernEnding {
		since = later(since, s.Awake) // asleep nothing is tried
	}
	long := now.Sub(since) >= p.Grace
	spent := !a.ExpiresAt.After(now)
	if a.ExpiresAt.IsZero() {
		spent = long // nobody knows; it is told some time
	}
	switch {
	case now.Before(m.Snoozed), s.Offline && !long, a.tries() && a.Tried.Before(s.Awake):
		return false
	case m.Concern == ConcernInDoubt:
		return spent
	case m.Concern == ConcernSettings:
		return spent || long
	case m.Concern == ConcernUnreachable:
		return spent && long && p.Wish != NoticesSignIn
	case m.Concern == ConcernEnding:
		// What is left alone on purpose does not change by itself; anything else may.
		return long || a.State == StateExpiring || a.State == StatePaused
	}
	return true
}

// gatherTime is for how long the sign-ins that one provider ends are gathered, once the
// first of them was told.
const gatherTime = 15 * time.Minute

// between is how long nobody is told of c at one provider again.
func (p NoticePolicy) between(c Concern) time.Duration {
	if c == ConcernSignIn { // which is all that bothers a person at once
		return min(gatherTime, p.Quiet)
	}
	return p.Quiet
}

// tries reports whether a, which is not well, is tried again by itself.
func (s Status) tries() bool {
	return s.State == StateRetrying || s.State == StateMisconfigured || s.State == StateInDoubt && !s.GivenUp()
}
