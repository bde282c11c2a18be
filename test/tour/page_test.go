//go:build unix

package tour_test

// place is something on an account's page that can be chosen, by how often Tab is
// pressed from the list until it has the keyboard. The search and “+ Add” come first.
type place int

// The places.
const (
	settingsLink place = iota + 3
	moreButton
	copyTokenButton
	copyAsButton
	refreshButton
	showTokenLink
	inspectLink

	resumeButton = copyTokenButton // is the first one while the account is paused
)

// The lines of the page's menu, from 1.
const (
	menuRename    = 1
	menuAnother   = 3
	menuPauseHour = 6
)

// curlLine is the line of a curl command in the menu of forms.
const curlLine = 4

// chooses goes to a place of the page by the keyboard, and chooses it.
func (v *visitor) chooses(p place) {
	v.t.Helper()
	v.Keys("Escape") // whatever has the keyboard: now the list has
	v.tabs(int(p))
	v.Keys("Return")
}

// tabs presses Tab so often.
func (v *visitor) tabs(n int) {
	v.t.Helper()
	v.presses("Tab", n)
}

// picks chooses a line of the menu that is open.
func (v *visitor) picks(line int) {
	v.t.Helper()
	v.presses("Down", line)
	v.Keys("Return")
}

func (v *visitor) presses(key string, times int) {
	v.t.Helper()
	keys := make([]string, times)
	for i := range keys {
		keys[i] = key
	}
	v.Keys(keys...)
}
