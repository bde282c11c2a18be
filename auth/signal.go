package auth

// Signal is what the system tells of itself: a closed set. Signals hasten what the
// clocks would show a little later; without any everything works, too.
type Signal string

// The signals.
const (
	SignalSleeping Signal = "sleeping" // the machine is about to sleep
	SignalWoke     Signal = "woke"
	// SignalSleepUntold is that sleeps are not told any more, such as when the
	// system's watcher ended: an announced one is not waited for then.
	SignalSleepUntold Signal = "sleep_untold"
	SignalOnline      Signal = "online" // a network came, or became another
	SignalOffline     Signal = "offline"
)
