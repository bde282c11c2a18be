package oauth

import (
	"errors"
	"time"

	"github.com/tokentray/tokentray/auth"
)

const (
	// slowerBy is what every slow_down adds, for good (RFC 8628 §3.5).
	slowerBy = 5 * time.Second
	// longestBackoff bounds the doubling after failures: a person who has just
	// allowed it shouldn't wait for longer than a minute because of an outage.
	longestBackoff = time.Minute
)

// pace is how long to wait before the next poll.
type pace struct {
	interval time.Duration // the least, as the provider said it
	backoff  time.Duration // beside it, after failures on the way; 0: none
}

func (p *pace) next() time.Duration { return max(p.interval, p.backoff) }

// heed takes what a poll brought that was no token, and returns the failure where
// that is the end of the attempt, or nil where the next poll may do better.
func (p *pace) heed(err error) error {
	var f *auth.Failure
	if !errors.As(err, &f) {
		return err
	}
	switch f.Said.Code {
	case "authorization_pending":
		p.backoff = 0
		return nil
	case "slow_down":
		p.interval, p.backoff = p.interval+slowerBy, 0
		return nil
	case "access_denied", "authorization_declined": // the second is Microsoft's
		return &auth.Failure{Kind: auth.KindDenied, Said: f.Said, Detail: "sign in: it was not allowed"}
	case "expired_token":
		ended := timedOut(nil)
		ended.Said = f.Said
		return ended
	}
	switch f.Outcome {
	case auth.OutcomeThrottled, auth.OutcomeTransient, auth.OutcomeIntercepted, auth.OutcomeAmbiguous:
		// Less often after each failure (RFC 8628 §3.5), or when the provider says.
		p.backoff = max(min(2*p.next(), longestBackoff), f.RetryAfter)
		return nil
	case auth.OutcomeNeedsSignIn, auth.OutcomeMisconfigured, auth.OutcomeUnknown:
	}
	return f
}
