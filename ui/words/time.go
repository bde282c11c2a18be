package words

import (
	"fmt"
	"time"
)

const day = 24 * time.Hour

// Remaining says how much of d is left: "48:12" under an hour, "3 h 05 min"
// under a day, "6 days" beyond. It rounds down, so that it never promises more
// than there is; what is over is "00:00".
func Remaining(d time.Duration) string {
	switch {
	case d <= 0:
		return "00:00"
	case d < time.Hour:
		return fmt.Sprintf("%02d:%02d", d/time.Minute, d%time.Minute/time.Second)
	case d < day:
		return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
	case d < 2*day:
		return "1 day"
	}
	return fmt.Sprintf("%d days", d/day)
}

// At says when t is, in the time zone of now: "at 13:57", "tomorrow at 09:05",
// "on 29 Nov at 13:57", "on 29 Nov 2027 at 13:57".
func At(t, now time.Time) string {
	t = t.In(now.Location())
	clock := t.Format("15:04")
	switch {
	case sameDay(t, now):
		return "at " + clock
	case sameDay(t, now.AddDate(0, 0, 1)):
		return "tomorrow at " + clock
	case t.Year() == now.Year():
		return "on " + t.Format("2 Jan") + " at " + clock
	}
	return "on " + t.Format("2 Jan 2006") + " at " + clock
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}
