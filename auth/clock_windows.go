package auth

import (
	"syscall"
	"time"
	"unsafe"
)

// unbiasedTime counts since the system started, without the time asleep.
var unbiasedTime = syscall.NewLazyDLL("kernel32.dll").NewProc("QueryUnbiasedInterruptTime")

// sinceNow counts the time from now on. Go's own monotonic clock is the interrupt
// time here, which goes on while the machine sleeps, so that no sleep would be seen.
func sinceNow() func() time.Duration {
	started := awake()
	return func() time.Duration { return awake() - started }
}

// awake is how long the system has been awake since it started.
func awake() time.Duration {
	var t ticks
	unbiasedTime.Call(uintptr(unsafe.Pointer(&t))) //nolint:errcheck // it fails without a pointer alone
	return t.duration()
}
