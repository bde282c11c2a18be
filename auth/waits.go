package auth

import "time"

// Waits after failures.
const (
	firstBackoff = 2 * time.Second
	maxBackoff   = 15 * time.Minute
	// fullRamp is how many failures it takes to maxBackoff. Of those of another kind
	// no more are counted, so that an hour is for what nobody knows and stays so.
	fullRamp   = 9
	minBackoff = time.Second
	// unreachedBackoff caps the wait where nothing could be sent: trying costs the
	// provider nothing then, and this computer a look-up and a connection that fails.
	// Where nobody tells that the network is back a few accounts are served within a
	// minute of it all the same, a crowd let out over spreadTime within two.
	unreachedBackoff = 45 * time.Second
	// interceptedBackoff caps it where something in between answered, so that a network
	// that lets somebody through has tokens fresh within a minute: a person
	// who has signed in to the network doesn't tell us. It is reached after five
	// tries rather than waited for from the first: a change of networks, or the
	// moment in which a network login lets somebody through, has one answer go
	// astray, and nobody should be without a token for a minute because of that.
	// What it costs is a few requests that end where they are intercepted.
	interceptedBackoff = unreachedBackoff
	// minBetweenTries is how soon after a failure anybody's request for a token reaches
	// the provider again, mostBetweenTries how late a program's does, whatever the
	// backoff: scripts that ask in loops must not become a storm, and where somebody
	// asks, a provider that is back should be found soon.
	minBetweenTries  = 2 * time.Second
	mostBetweenTries = time.Minute
	// unknownBackoff caps the wait after an error that nobody knows.
	unknownBackoff = time.Hour
	// settingsRetry is how often a provider that rejects the client is asked again.
	settingsRetry = time.Hour
	// doubtSoon and doubtLate bound the waits after an answer that was lost,
	// chosen to fall inside the grace of providers that have one.
	doubtSoon = 2 * time.Second
	doubtLate = 20 * time.Second
	// longFailing is how long 404, 405 and 410 are taken for a deployment under way.
	longFailing = time.Hour
	// longUnknown is how long an error that nobody knows is taken to pass by itself.
	longUnknown = 24 * time.Hour
	// recheckAfter is when a grant that was refused is presented once more: some
	// providers say invalid_grant where they mean that they are being repaired.
	recheckAfter = time.Hour
)

// Backoff is how long to wait after the n-th failure in a row (from 1), with full
// jitter: r in [0, 1) of 2 s, 4 s, … at most 15 min, at least 1 s.
func Backoff(n int, r float64) time.Duration { return backoff(n, r, maxBackoff) }

func backoff(n int, r float64, limit time.Duration) time.Duration {
	return max(minBackoff, time.Duration(r*float64(ramp(n, limit))))
}

// ramp is 2 s, 4 s, … at most limit.
func ramp(n int, limit time.Duration) time.Duration {
	if n > 12 { // 2 s << 12 is past every limit
		return limit
	}
	return min(limit, firstBackoff<<max(0, n-1))
}

// limitOf is the most to wait after f.
func limitOf(f *Failure) time.Duration {
	switch {
	case f.unreached():
		return unreachedBackoff
	case f.Outcome == OutcomeIntercepted:
		return interceptedBackoff
	case f.Outcome == OutcomeUnknown:
		return unknownBackoff
	}
	return maxBackoff
}

// probeWait is how long all accounts of a host that is failing wait for the next
// try, the n-th. It takes its jitter from the later half only: one waits for all
// here, so that the whole of it would double the tries. The crowd that follows a
// success counts among the wait.
func probeWait(n int, r float64, f *Failure) time.Duration {
	most := float64(ramp(n, min(limitOf(f), maxBackoff-spreadTime)))
	return time.Duration(most/2 + r*most/2)
}

// standsFor is how long after f whoever asks is told of it, where the next try is due
// in due and they wait for most of it.
func (f *Failure) standsFor(due, most time.Duration) time.Duration {
	if f.unreached() {
		return minBetweenTries // trying costs the provider nothing
	}
	return max(minBetweenTries, min(due, most))
}

// unreached reports whether no request has left.
func (f *Failure) unreached() bool { return f.Outcome == OutcomeTransient && f.Said.Status == 0 }

// ofTheNetwork reports whether another network may mend it.
func (f *Failure) ofTheNetwork() bool { return f.unreached() || f.Outcome == OutcomeIntercepted }

// ofTheHost reports whether f says that the host serves nobody. An endpoint that
// is missing may be one customer's alone, and every other answer is one.
func (f *Failure) ofTheHost() bool {
	switch f.Outcome {
	case OutcomeTransient:
		return !f.missing()
	case OutcomeAmbiguous, OutcomeIntercepted, OutcomeThrottled:
		return true
	case OutcomeNeedsSignIn, OutcomeMisconfigured, OutcomeUnknown:
	}
	return false
}

// like reports whether f is more of what before was.
func (f *Failure) like(before *Failure) bool {
	return f.missing() == before.missing() && (f.missing() || f.Outcome == before.Outcome)
}

// missing reports whether there was no such endpoint.
func (f *Failure) missing() bool {
	return f.Said.Status == 404 || f.Said.Status == 405 || f.Said.Status == 410
}
