package words_test

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/ui/words"
)

func TestPausesSayHowLongTheyLast(t *testing.T) {
	zone := time.FixedZone("", 3600)
	late := time.Date(2026, 12, 31, 23, 30, 0, 0, zone)
	for i, row := range []struct {
		one, all string
		end      time.Time
	}{
		{"Pause for an hour", "Pause all for an hour", time.Date(2027, 1, 1, 0, 30, 0, 0, zone)},
		{"Pause until tomorrow", "Pause all until tomorrow", time.Date(2027, 1, 1, 0, 0, 0, 0, zone)},
		{"Pause until I resume it", "Pause all until I resume them", time.Time{}},
	} {
		p := words.Pauses()[i]
		if p.OfOne() != row.one || p.OfAll() != row.all || !p.End(late).Equal(row.end) {
			t.Errorf("got %q, %q and %v, want %q, %q and %v", p.OfOne(), p.OfAll(), p.End(late), row.one, row.all, row.end)
		}
	}
}
