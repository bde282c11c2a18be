package words

import "time"

// Pause is how long accounts are left alone, where a menu offers it: a closed set.
type Pause int

// The pauses.
const (
	PauseHour Pause = iota // over a meeting, or a metered network
	PauseTomorrow
	PauseOpen // until somebody resumes
)

// What menus call a pause of every account, and its end.
const (
	PauseAll  = "Pause all"
	ResumeAll = "Resume all"
)

// Pauses are all of them, in the order of a menu.
func Pauses() []Pause { return []Pause{PauseHour, PauseTomorrow, PauseOpen} }

// End is when a pause that begins now ends; zero: when somebody resumes.
func (p Pause) End(now time.Time) time.Time {
	switch p {
	case PauseHour:
		return now.Add(time.Hour)
	case PauseTomorrow:
		return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	case PauseOpen:
	}
	return time.Time{}
}

// OfOne is the line of a menu that pauses one account.
func (p Pause) OfOne() string { return p.line("Pause", "it") }

// OfAll is the line of a menu that pauses all accounts.
func (p Pause) OfAll() string { return p.line(PauseAll, "them") }

func (p Pause) line(verb, whom string) string {
	switch p {
	case PauseHour:
		return verb + " for an hour"
	case PauseTomorrow:
		return verb + " until tomorrow"
	case PauseOpen:
	}
	return verb + " until I resume " + whom
}
