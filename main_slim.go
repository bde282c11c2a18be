//go:build slim && !shortcut

package main

import (
	"context"
	"runtime"
)

// travelLight has a command wait for its one answer on one thread: waking others
// costs more than they help, a tenth of `token`. The tray's library holds the first
// thread for main, which no system needs here: the tray runs beside it.
func travelLight() {
	runtime.UnlockOSThread()
	runtime.GOMAXPROCS(1)
}

// windowCommand is the window's own program: this one has no window in it.
var windowCommand []string

// runWindow is missing here, so that the command line asks the agent for a window.
var runWindow func(ctx context.Context) error
