package catalog_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/tokentray/tokentray/auth/catalog"
)

func TestAWhiteLetterCanBeReadOnEveryTile(t *testing.T) {
	for name, text := range builtin(t) {
		p, err := catalog.Read(name, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := contrastWithWhite(t, p.Colour); got < 4.5 { // WCAG 2.1 §1.4.3
			t.Errorf("%s: white on %s has a contrast of %.2f, want 4.5", name, p.Colour, got)
		}
	}
}

// contrastWithWhite is the contrast ratio of WCAG 2.1 for "#RRGGBB".
func contrastWithWhite(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	light := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*light(16) + 0.7152*light(8) + 0.0722*light(0) + 0.05)
}
