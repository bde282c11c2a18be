//go:build unix

package tour_test

import (
	"image/color"

	"github.com/tokentray/tokentray/test/tour/seat"
)

// Where things stand in the window at its opening size, 920 x 620.
var (
	emptyPractice = seat.Point{X: 548, Y: 388}
	addAccount    = seat.Point{X: 297, Y: 34}
	copyButton    = seat.Point{X: 587, Y: 209}
	firstRow      = seat.Point{X: 173, Y: 119}
	closeButton   = seat.Point{X: 910, Y: -10}
	startAgain    = seat.Point{X: 845, Y: 28}
)

// The light theme's colours, by what they mean (ui/window/palette.go).
var (
	primary   = color.RGBA{R: 0x3B, G: 0x5B, B: 0xDB, A: 0xFF}
	freshTone = color.RGBA{R: 0x0F, G: 0x73, B: 0x4F, A: 0xFF}
	ink       = color.RGBA{R: 0x17, G: 0x1B, B: 0x26, A: 0xFF}
	needsTone = color.RGBA{R: 0xB9, G: 0x23, B: 0x34, A: 0xFF}
	needsSoft = color.RGBA{R: 0xFC, G: 0xE4, B: 0xE6, A: 0xFF}
	soonSoft  = color.RGBA{R: 0xFD, G: 0xEF, B: 0xD8, A: 0xFF}
)

// window waits for the window.
func (v *visitor) window() seat.Window {
	v.t.Helper()
	return v.Window("Tokentray")
}

// sees waits until at least so many dots of the window have a colour.
func (v *visitor) sees(what string, c color.RGBA, least int) {
	v.t.Helper()
	v.Await(what, func() bool {
		all := v.Windows("--name", "^Tokentray$")
		return len(all) == 1 && all[0].Look().Count(c) >= least
	})
}

// seesNo waits until at most a few dots of the window have a colour.
func (v *visitor) seesNo(what string, c color.RGBA, most int) {
	v.t.Helper()
	v.Await(what, func() bool {
		all := v.Windows("--name", "^Tokentray$")
		return len(all) == 1 && all[0].Look().Count(c) <= most
	})
}

// seesHome waits for the list with a fresh account that is shown: the ring is green.
func (v *visitor) seesHome() {
	v.t.Helper()
	v.sees("an account whose token is fresh", freshTone, 800)
}

// namesIt waits for the end of adding an account, which says who signed in and asks
// for a name, and keeps the name that is there.
func (v *visitor) namesIt() {
	v.t.Helper()
	v.seesWelcome()
	v.Keys("Return")
}

// seesWelcome waits for the screen that says who signed in: unlike the one before it
// has a button that is blue.
func (v *visitor) seesWelcome() {
	v.t.Helper()
	const side = 12 // of a part of it without letters
	v.Await("who signed in", func() bool {
		all := v.Windows("--name", "^Tokentray$")
		return len(all) == 1 && all[0].Look().Square(primary, side)
	})
}

// seesInvitation waits for the window of somebody without an account.
func (v *visitor) seesInvitation() {
	v.t.Helper()
	v.sees("the invitation", primary, 3000)
}

// moves waits until what is shown has changed by itself.
func (v *visitor) moves(w seat.Window) {
	v.t.Helper()
	v.Away()
	first := w.Look()
	v.Await("a countdown that runs", func() bool { return !w.Look().Same(first) })
}
