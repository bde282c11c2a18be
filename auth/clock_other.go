//go:build !windows

package auth

import "time"

// sinceNow counts the time from now on. Go's own monotonic clock stands still while
// the machine sleeps: it is CLOCK_MONOTONIC on Linux (clock_gettime(2)) and
// mach_absolute_time on macOS.
func sinceNow() func() time.Duration {
	started := time.Now()
	return func() time.Duration { return time.Since(started) }
}
