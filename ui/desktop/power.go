package desktop

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// powerMessage is what macOS's power manager calls back with (IOKit/IOMessage.h).
type powerMessage uint32

const (
	canSleep     powerMessage = 0xe0000270 // kIOMessageCanSystemSleep: it is idle, and asks everybody
	willSleep    powerMessage = 0xe0000280 // kIOMessageSystemWillSleep: nobody can keep it from that
	willNotSleep powerMessage = 0xe0000290 // kIOMessageSystemWillNotSleep: somebody refused; follows canSleep
	hasPoweredOn powerMessage = 0xe0000300 // kIOMessageSystemHasPoweredOn: it is awake, and so are its devices
)

// means is what m tells, or "", and whether the Mac waits for leave: for 30 s from
// whoever gives none. It may be given for nothing else (IOKit/pwr_mgt/IOPMLib.h).
func (m powerMessage) means() (told auth.Signal, waits bool) {
	switch m {
	case canSleep:
		return "", true
	case willSleep:
		return auth.SignalSleeping, true
	case hasPoweredOn:
		return auth.SignalWoke, false
	case willNotSleep: // nobody was told that it would
	}
	return "", false
}

// leaveAfter bounds for how long a Mac that is about to sleep waits until that was told.
const leaveAfter = 500 * time.Millisecond

// power tells what macOS says of sleep, in its order. It is for one goroutine.
type power struct {
	tell func(auth.Signal)
	told chan struct{} // closed when everything was; nil: nothing was said
}

// hear takes up m, and calls allow where the Mac waits for that: however long telling takes.
func (p *power) hear(m powerMessage, allow func()) {
	said, waits := m.means()
	if said != "" {
		p.say(said)
	}
	if !waits {
		return
	}
	if said != "" {
		late := time.NewTimer(leaveAfter)
		defer late.Stop()
		select {
		case <-p.told:
		case <-late.C:
		}
	}
	allow()
}

// say has s told after what was said before it.
func (p *power) say(s auth.Signal) {
	before, told := p.told, make(chan struct{})
	p.told = told
	go func() { // end waits for it
		defer close(told)
		if before != nil {
			<-before
		}
		p.tell(s)
	}()
}

// end waits until everything was told.
func (p *power) end() {
	if p.told != nil {
		<-p.told
	}
}
