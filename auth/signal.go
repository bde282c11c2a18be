package auth

// Signal is what the system tells of itself: a closed set. Signals hasten what the
// clocks would show a little later; without any everything works, too.
type Signal string

// The signals.
const (
	SignalSleeping Signal = "sleeping" // the machine is about to sleep
	SignalWoke     Signal = "woke"
	SignalOnline   Signal = "online" // a network came, or became another
	SignalOffline  Signal = "offline"
	// SignalSleepUntold means that sleeps are not told any more.
	SignalSleepUntold Signal = "sleep untold"
)
