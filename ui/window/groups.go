package window

import (
	"strconv"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// rowOf is a row of the list: a heading, or the account at an index of the snapshot.
type rowOf struct {
	heading string // "": an account
	account int
}

// arrange sorts the accounts of s that fit query into the groups of the list:
// Needs you, Connected, Paused. Empty groups have no heading.
func arrange(s auth.Snapshot, query string, now time.Time) []rowOf {
	var groups [3][]rowOf
	query = strings.ToLower(strings.TrimSpace(query))
	for i, a := range s.Accounts {
		if fits(a, query) {
			g := groupOf(a, now)
			groups[g] = append(groups[g], rowOf{account: i})
		}
	}
	var rows []rowOf
	for g, name := range []string{"NEEDS YOU", "CONNECTED", "PAUSED"} {
		if n := len(groups[g]); n > 0 {
			rows = append(rows, rowOf{heading: name + " · " + number(n)})
			rows = append(rows, groups[g]...)
		}
	}
	return rows
}

// needsPerson reports whether only a person can help the account.
func needsPerson(a auth.Status, now time.Time) bool {
	switch a.State {
	case auth.StateNeedsSignIn, auth.StateMisconfigured:
		return true
	case auth.StateExpiring:
		return !a.ExpiresAt.After(now)
	case auth.StateInDoubt:
		return a.GivenUp() && !a.ExpiresAt.After(now)
	case auth.StateFresh, auth.StateRefreshing, auth.StateRetrying, auth.StateUnknownExpiry, auth.StatePaused:
	}
	return false
}

func groupOf(a auth.Status, now time.Time) int {
	switch {
	case needsPerson(a, now):
		return 0
	case a.State == auth.StatePaused:
		return 2
	}
	return 1
}

// paused is how many accounts of s are left alone.
func paused(s auth.Snapshot) int {
	n := 0
	for _, a := range s.Accounts {
		if a.State == auth.StatePaused {
			n++
		}
	}
	return n
}

func fits(a auth.Status, query string) bool {
	if query == "" {
		return true
	}
	for _, s := range []string{a.Name, a.ProviderName, a.Identity.Email, a.Identity.Name} {
		if strings.Contains(strings.ToLower(s), query) {
			return true
		}
	}
	return false
}

func number(n int) string { return strconv.Itoa(n) }
