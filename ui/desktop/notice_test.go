package desktop_test

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/ui/desktop"
)

func TestTomorrowIsTheNextMorningInOnesOwnTimeZone(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ now, want time.Time }{
		{time.Date(2026, 11, 22, 16, 0, 0, 0, zone), time.Date(2026, 11, 23, 9, 0, 0, 0, zone)},
		{time.Date(2026, 12, 31, 23, 59, 0, 0, zone), time.Date(2027, 1, 1, 9, 0, 0, 0, zone)},
		{time.Date(2026, 3, 28, 10, 0, 0, 0, zone), time.Date(2026, 3, 29, 9, 0, 0, 0, zone)}, // the clocks change at night
	} {
		if got := desktop.Tomorrow(row.now); !got.Equal(row.want) {
			t.Errorf("at %s: got %s, want %s", row.now, got, row.want)
		}
	}
}
