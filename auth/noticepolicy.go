package auth

import "time"

// NoticePolicy is how patient the notices are, and when nobody wants any.
type NoticePolicy struct {
	// Grace is how long a provider may be out of reach before anybody is told.
	Grace time.Duration
	// Quiet is how long an account that comes and goes is not told of again.
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
// account more than once an hour.
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
// anything that is not older than the grace: it may only look so.
func (p NoticePolicy) ripe(m Mark, a Status, s Snapshot, now time.Time) bool {
	long := now.Sub(m.Since) >= p.Grace
	switch {
	case now.Before(m.Snoozed), s.Offline && !long:
		return false
	case m.Concern == ConcernUnreachable:
		expired := !a.ExpiresAt.IsZero() && !a.ExpiresAt.After(now)
		return expired && long && p.Wish != NoticesSignIn
	case m.Concern == ConcernEnding:
		// What is left alone on purpose does not change by itself; anything else may.
		return long || a.State == StateExpiring || a.State == StatePaused
	}
	return true
}
