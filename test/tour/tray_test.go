//go:build unix

package tour_test

import (
	"time"

	"github.com/tokentray/tokentray/test/tour/seat"
)

// keptText is what a person copied last; Tokentray has no business with it.
const keptText = "a note that was copied later"

// cleared is the time after which a token is taken off the clipboard
// (desktop.DefaultKeep), and some more for a busy machine.
const cleared = 45*time.Second + 5*time.Second

// keepsClipboard checks that what was copied after a token is left alone.
func (v *visitor) keepsClipboard() {
	v.t.Helper()
	if wait := cleared - time.Since(v.copied); wait > 0 {
		say("Waiting until a copied token would be cleared: what was copied after it has to stay.")
		v.AwaitFor(cleared, "the time", func() bool { return time.Since(v.copied) > cleared })
	}
	if got := v.Clipboard(); got != keptText {
		v.t.Errorf("the clipboard holds %d bytes that are not what was copied last", len(got))
	}
}

// redDots is how much red the panel at the top of the screen shows.
func (v *visitor) redDots() int { return len(v.reds()) }

func (v *visitor) reds() (found []seat.Point) {
	v.t.Helper()
	const panelHeight = 26
	picture := v.Look()
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Min.Y+panelHeight; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := picture.At(x, y).RGBA()
			if r>>8 > 180 && g>>8 < 100 && bl>>8 < 110 {
				found = append(found, seat.Point{X: x, Y: y})
			}
		}
	}
	return found
}

// showsMenu opens the tray's menu as a person does, by a click beside the red dot,
// for a picture.
func (v *visitor) showsMenu(picture string) {
	v.t.Helper()
	dots := v.reds()
	if len(dots) == 0 {
		v.t.Fatal("no red dot to click at")
	}
	before := v.Look()
	v.ClickAt(dots[0], seat.Right)
	v.Await("the open menu", func() bool { return !v.Look().Same(before) })
	v.picture(picture)
	v.Keys("Escape")
}
