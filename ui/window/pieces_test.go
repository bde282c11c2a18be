package window

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func themed(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(Theme())
}

// No digit is wider than the cell it stands in, and so the countdown stays where it is.
func TestTheCountdownDoesNotJiggle(t *testing.T) {
	themed(t)
	f := face{size: sizeHero, style: semiBold, ink: ink}
	for _, d := range "0123456789" {
		if got, want := measure(string(d), f).Width, measure("0", f).Width; got > want {
			t.Errorf("%c is %v wide, the cell %v", d, got, want)
		}
	}
	d := newDigits(f)
	d.say("11:11", ink)
	before := d.MinSize()
	if moved := d.say("48:08", ink); moved || d.MinSize() != before {
		t.Errorf("48:08 is %v, 11:11 was %v", d.MinSize(), before)
	}
}

func TestProseWrapsAndLinesAreCut(t *testing.T) {
	themed(t)
	f := face{size: sizeText, ink: ink}
	for _, width := range []float32{40, 120, 300} {
		text := "Sign in once in your own browser, and sürprisingly-long-compound-words-are-broken as well."
		lines := wrap(text, f, width)
		for _, l := range lines {
			if measure(l, f).Width > width {
				t.Errorf("%q is wider than %v", l, width)
			}
		}
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Errorf("wrapped to %v: %q, want %q", width, got, want)
		}
		if got := cut(text, f, width); measure(got, f).Width > width || !strings.HasSuffix(got, "…") && got != text {
			t.Errorf("cut to %v: %q", width, got)
		}
	}
}

func TestAButtonIsChosenByMouseAndKeys(t *testing.T) {
	themed(t)
	chosen := 0
	b := newButton("Copy token", primaryRank, keys{}, func() { chosen++ })
	w := test.NewTempWindow(t, b)
	test.Tap(b)
	for _, k := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab} {
		b.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if chosen != 4 {
		t.Errorf("chosen %d times, want 4", chosen)
	}
	b.disable()
	test.Tap(b)
	if chosen != 4 {
		t.Error("a disabled button can be chosen")
	}
	w.Canvas().Focus(b)
	if b.ring.edge == none {
		t.Error("the focus can't be seen")
	}
}

func TestTheRingEmpties(t *testing.T) {
	themed(t)
	r := newRing()
	r.show(0.8, fresh, "48:12", "left")
	r.Refresh()
	if got := r.arc.EndAngle; got != 288 {
		t.Errorf("the ring ends at %v degrees, want 288", got)
	}
	r.show(0.7999, fresh, "48:11", "left")
	if got := r.arc.EndAngle; got != 288 {
		t.Errorf("the ring moved to %v for a second", got)
	}
}
