package tray

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// How long a menu may get: a longer one is no quicker than the window. 15 entries
// are built in a millisecond (docs/decisions.md). What stands in a menu of its own
// is not counted: there are four of those at most.
const (
	maxEntries = 15
	maxNeeding = 4 // who needs you, the line that counts the others included
	maxCopies  = 6
	// fixedEntries are those that are there whatever the accounts are like: a
	// separator, Open, Pause, Lock and Quit.
	fixedEntries = 5
)

// maxName is how much of a name a line shows, in characters.
const maxName = 48

// deed is what choosing an entry does: a closed set.
type deed int

const (
	separator deed = iota // a line between entries
	signIn                // begins the sign-in of the account
	copyToken             // copies the account's token
	open                  // opens the window, at the account where there is one
	pauses                // holds the pauses, in a menu of its own
	pause                 // leaves every account alone for a while
	resume                // ends every pause
	lock                  // forgets the vault's key
	unlock                // asks the OS keyring for it again
	quit
)

// entry is a line of the menu. Two entries that differ in their label alone are the
// same line.
type entry struct {
	deed    deed
	account auth.AccountID
	label   string
	pause   words.Pause // how long, where the deed is pause
	inner   bool        // stands in the menu that the last line before it that isn't inner opens
}

// menu is what the menu says: who needs a person, what is copied most, and what is
// always there. copied counts how often each account's token was copied.
func menu(s auth.Snapshot, copied map[auth.AccountID]int, now time.Time) []entry {
	var entries []entry
	switch {
	case s.Vault == auth.VaultLocked && s.SealedBy == auth.SealedByKeyring:
		entries = append(entries, entry{deed: unlock, label: "Unlock"})
	case s.Vault != auth.VaultUnlocked:
		entries = append(entries, entry{deed: open, label: vaultLine(s.Vault)})
	case len(s.Accounts) == 0:
		entries = append(entries, entry{deed: open, label: "Add your first account…"})
	default:
		entries = append(entries, accounts(s, copied, now)...)
	}
	entries = append(entries, entry{deed: separator}, entry{deed: open, label: "Open Tokentray"})
	if s.Vault == auth.VaultUnlocked && len(s.Accounts) > 0 {
		entries = append(entries, pauseLines(s)...)
		entries = append(entries, entry{deed: lock, label: "Lock"})
	}
	return append(entries, entry{deed: quit, label: quitLabel(s)})
}

// quitLabel asks where quitting loses something.
func quitLabel(s auth.Snapshot) string {
	switch {
	case s.Unsaved == 1:
		return "Quit, and lose a sign-in that can’t be saved"
	case s.Unsaved > 1:
		return fmt.Sprintf("Quit, and lose %d sign-ins that can’t be saved", s.Unsaved)
	}
	return "Quit"
}

// pauseLines offer to leave everybody alone and, where somebody is left alone, to
// go on.
func pauseLines(s auth.Snapshot) []entry {
	paused := 0
	for _, a := range s.Accounts {
		if a.State == auth.StatePaused {
			paused++
		}
	}
	if paused == len(s.Accounts) {
		return []entry{{deed: resume, label: words.ResumeAll}}
	}
	lines := []entry{{deed: pauses, label: words.PauseAll}}
	for _, p := range words.Pauses() {
		lines = append(lines, entry{deed: pause, label: p.OfAll(), pause: p, inner: true})
	}
	if paused > 0 {
		lines = append(lines, entry{deed: resume, label: words.ResumeAll, inner: true})
	}
	return lines
}

// accounts are the lines about accounts.
func accounts(s auth.Snapshot, copied map[auth.AccountID]int, now time.Time) []entry {
	needing, others := split(s, now)
	entries := needLines(needing)
	if len(entries) > 0 && len(others) > 0 {
		entries = append(entries, entry{deed: separator})
	}
	room := min(maxCopies, maxEntries-fixedEntries-len(entries)-1) // one for "More accounts…"
	favourites := favourites(others, copied, room, now)
	for _, a := range favourites {
		entries = append(entries, entry{deed: copyToken, account: a.ID, label: "Copy token · " + name(a) + until(a, now)})
	}
	if len(favourites) < len(others) {
		entries = append(entries, entry{deed: open, label: "More accounts…"})
	}
	return entries
}

// split parts those who need a person from the others.
func split(s auth.Snapshot, now time.Time) (needing, others []auth.Status) {
	for _, a := range s.Accounts {
		if needsPerson(a, now) {
			needing = append(needing, a)
		} else {
			others = append(others, a)
		}
	}
	return needing, others
}

func needsPerson(a auth.Status, now time.Time) bool {
	return a.State == auth.StateNeedsSignIn || a.State == auth.StateMisconfigured || a.GivenUp() && !a.ExpiresAt.After(now)
}

func needLines(needing []auth.Status) []entry {
	var entries []entry
	for i, a := range needing {
		if i == maxNeeding-1 && len(needing) > maxNeeding {
			label := fmt.Sprintf("%d more need you…", len(needing)-i)
			return append(entries, entry{deed: open, label: label})
		}
		switch {
		case a.SigningIn:
			entries = append(entries, entry{deed: open, account: a.ID, label: name(a) + " — signing in"})
		case a.State == auth.StateMisconfigured:
			entries = append(entries, entry{deed: open, account: a.ID, label: name(a) + " — settings problem"})
		case a.State == auth.StateInDoubt:
			entries = append(entries, entry{deed: open, account: a.ID, label: name(a) + " — refresh interrupted"})
		default:
			entries = append(entries, entry{deed: signIn, account: a.ID, label: name(a) + " — sign in…"})
		}
	}
	return entries
}

// favourites are those with a token to copy, at most room: the ones that were
// copied most, in the order of their names, so that a line stays where it was.
func favourites(all []auth.Status, copied map[auth.AccountID]int, room int, now time.Time) []auth.Status {
	var able []auth.Status
	for _, a := range all {
		if hasToken(a, now) {
			able = append(able, a)
		}
	}
	if len(able) <= room {
		return able
	}
	place := map[auth.AccountID]int{}
	for i, a := range able {
		place[a.ID] = i
	}
	slices.SortStableFunc(able, func(a, b auth.Status) int { return copied[b.ID] - copied[a.ID] })
	able = able[:room]
	slices.SortFunc(able, func(a, b auth.Status) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return able
}

// hasToken reports whether a's token is worth a line: it is good, or will be in a
// moment.
func hasToken(a auth.Status, now time.Time) bool {
	switch a.State {
	case auth.StateFresh, auth.StateRefreshing, auth.StateUnknownExpiry:
		return true
	case auth.StateRetrying, auth.StateExpiring, auth.StateInDoubt:
		return a.ExpiresAt.After(now)
	case auth.StateNeedsSignIn, auth.StateMisconfigured, auth.StatePaused:
	}
	return false
}

// until tells how long the token is good, at the end of a line.
func until(a auth.Status, now time.Time) string {
	if !a.ExpiresAt.After(now) {
		return ""
	}
	at := words.At(a.ExpiresAt, now)
	for _, article := range []string{"at ", "on "} {
		at = strings.TrimPrefix(at, article)
	}
	return "    until " + at
}

func name(a auth.Status) string {
	plain := []rune(words.Plain(a.Name))
	if len(plain) > maxName {
		return string(plain[:maxName-1]) + "…"
	}
	return string(plain)
}

// vaultLine says in a few words why there are no accounts; the window says it whole.
func vaultLine(s auth.VaultState) string {
	switch s {
	case auth.VaultNone:
		return "Add your first account…"
	case auth.VaultLocked:
		return "The vault is locked — unlock…"
	case auth.VaultKeyringLocked:
		return "Your keyring is locked — see what to do…"
	case auth.VaultUnlocked, auth.VaultKeyringUnavailable, auth.VaultKeyMissing, auth.VaultKeyWrong,
		auth.VaultDamaged, auth.VaultReadOnly, auth.VaultTooNew, auth.VaultInUse:
	}
	return "The vault can’t be opened — see why…"
}
