package oauth

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A provider may make us wait between a second, so that nothing hammers it, and
// an hour, so that a broken clock there doesn't end an account here.
const (
	leastWait = time.Second
	mostWait  = time.Hour
)

// retryAfter is how long an answer asks us to wait; 0 where it doesn't say. It
// reads Retry-After (RFC 9110 §10.2.3, seconds or a date), and on 429 and 503 the
// rate-limit headers with the moment of the next chance (Okta).
func retryAfter(status int, h http.Header, now time.Time) time.Duration {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // the moments below are on the server's clock
	}
	if wait, ok := readWait(h.Get("Retry-After"), now); ok {
		return wait
	}
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0
	}
	for _, name := range []string{"X-Rate-Limit-Reset", "X-RateLimit-Reset"} {
		if wait, ok := readWait(h.Get(name), now); ok {
			return wait
		}
	}
	return 0
}

// readWait reads seconds, a moment in seconds since 1970, or an HTTP date.
func readWait(text string, now time.Time) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if at, err := http.ParseTime(text); err == nil {
		return clampWait(at.Sub(now).Seconds()), true
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) {
		return 0, false
	}
	if year2001 := 1e9; n >= year2001 {
		n -= float64(now.Unix())
	}
	return clampWait(n), true
}

func clampWait(seconds float64) time.Duration {
	switch {
	case seconds <= leastWait.Seconds():
		return leastWait
	case seconds >= mostWait.Seconds():
		return mostWait
	}
	return time.Duration(seconds * float64(time.Second))
}
