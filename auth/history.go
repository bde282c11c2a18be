package auth

import "time"

// Event is one thing that happened to an account, for its activity list and for
// support. It holds no secret.
type Event struct {
	At      time.Time // wall time in UTC
	What    EventKind
	Outcome Outcome // of what failed; "" otherwise
	Kind    Kind    // of what failed before a token endpoint was asked; "" otherwise
	Said    Said    // the provider's words, made safe
	Detail  string  // no secret; may be empty
	// More counts those like it since the one before that was noted, which are no
	// events of their own. The last of them may still be uncounted.
	More int
}

// Routine reports whether e is what an account does by itself when all is well.
func (e Event) Routine() bool { return e.What == EventRefreshed || e.What == EventTaken }

// EventKind is what happened: a closed set.
type EventKind string

// The events of an account's history.
const (
	EventConnected     EventKind = "connected"
	EventSignedIn      EventKind = "signed_in"      // again, by a person
	EventSignInFailed  EventKind = "sign_in_failed" // or was given up
	EventRefreshed     EventKind = "refreshed"
	EventRefreshFailed EventKind = "refresh_failed"
	EventCopied        EventKind = "copied" // to the clipboard
	EventTaken         EventKind = "taken"  // by the command line or another program
	EventEdited        EventKind = "edited"
	EventPaused        EventKind = "paused"
	EventResumed       EventKind = "resumed"
	EventRestored      EventKind = "restored" // from a backup
	EventImported      EventKind = "imported"
)

// EventKinds lists every EventKind, for tables and the tests that walk them.
func EventKinds() []EventKind {
	return []EventKind{
		EventConnected, EventSignedIn, EventSignInFailed, EventRefreshed, EventRefreshFailed, EventCopied,
		EventTaken, EventEdited, EventPaused, EventResumed, EventRestored, EventImported,
	}
}

// HistoryTime is how long an event is kept. Where there are too many, those that are
// Routine go first.
const HistoryTime = 90 * 24 * time.Hour
