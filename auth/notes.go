package auth

import (
	"context"
	"errors"
	"time"
)

// Handing is what the agent's own Front needs beyond the Desk: a token whose use it
// notes itself. The Keeper implements it.
type Handing interface {
	// Hand is the Desk's Token, and notes nothing.
	Hand(ctx context.Context, id AccountID, want Want) (Token, error)
	// Copied notes that a person put the token of id on the clipboard.
	Copied(id AccountID)
	// Stored is the token of the account called name where nothing has to be done
	// for it, with the Details that a form needs; it is noted as taken.
	Stored(name string, validity time.Duration) (Token, Details, bool)
}

var _ Handing = (*Keeper)(nil)

// Token is Hand, for a program or the command line: the history says that it was taken.
func (k *Keeper) Token(ctx context.Context, id AccountID, want Want) (Token, error) {
	t, err := k.Hand(ctx, id, want)
	if err == nil {
		k.noteEvent(id, Event{What: EventTaken})
	}
	return t, err
}

// Copied is Handing's.
func (k *Keeper) Copied(id AccountID) { k.noteEvent(id, Event{What: EventCopied}) }

// How often the same thing is noted again, so that neither an outage nor a script
// in a loop pushes out of the history what matters there.
const (
	sameFailurePause = time.Hour
	takenPause       = time.Hour
	// refreshedPause keeps every refresh of tokens that live for longer, and few of
	// those that live for a minute.
	refreshedPause = 10 * time.Minute
)

// noted is when each thing was last noted; what differs in Outcome or Kind is another.
type noted map[sameEvent]time.Time

type sameEvent struct {
	what    EventKind
	outcome Outcome
	kind    Kind
}

// admit reports whether e is worth noting now, and remembers that it was. A
// success ends a row of failures: it is always noted, and so is the next failure.
func (n noted) admit(e Event) bool {
	var pause time.Duration
	switch e.What {
	case EventRefreshFailed:
		pause = sameFailurePause
	case EventTaken:
		pause = takenPause
	case EventRefreshed:
		pause = refreshedPause
		for same := range n {
			if same.what == EventRefreshFailed {
				pause = 0
				delete(n, same)
			}
		}
	default: // what people do themselves is rare
		return true
	}
	same := sameEvent{e.What, e.Outcome, e.Kind}
	if last, known := n[same]; known && e.At.Sub(last) < pause && !e.At.Before(last) {
		return false
	}
	n[same] = e.At
	return true
}

// noteEvent puts e into the history of id, dated now, unless the same was noted a
// moment ago, or the account is not there any more: nobody would remove its history
// again. Not to be called with mu held.
func (k *Keeper) noteEvent(id AccountID, e Event) {
	k.noting.RLock()
	defer k.noting.RUnlock()
	e.At = k.clock.Wall()
	k.mu.Lock()
	h := k.accounts[id]
	worth := h != nil
	if worth {
		if h.noted == nil {
			h.noted = noted{}
		}
		worth = h.noted.admit(e)
	}
	k.mu.Unlock()
	if worth {
		k.vault.Note(id, e)
	}
}

// noteFailure notes what failed with err, in the provider's words.
func (k *Keeper) noteFailure(id AccountID, what EventKind, err error) {
	event := Event{What: what, Kind: KindInternal}
	var e *Error
	if errors.As(err, &e) {
		event.Kind, event.Said, event.Detail = e.Kind, e.Said, e.Detail
	}
	var f *Failure
	if errors.As(err, &f) && f.Outcome != "" { // a token endpoint was asked
		event.Outcome, event.Kind = f.Outcome, ""
	}
	k.noteEvent(id, event)
}

// noteRefresh notes the end of a turn. Not to be called with mu held.
func (k *Keeper) noteRefresh(h *held, err *Error) {
	k.mu.Lock()
	id := h.account.ID
	there := k.accounts[id] == h
	k.mu.Unlock()
	switch {
	case !there: // forgotten meanwhile
	case err == nil:
		k.noteEvent(id, Event{What: EventRefreshed})
	default:
		k.noteFailure(id, EventRefreshFailed, err)
	}
}

// history is what the vault keeps of id; a history that can't be read is worth no error.
func (k *Keeper) history(id AccountID) []Event {
	events, err := k.vault.History(id)
	if err != nil {
		k.log.Warn("the history of an account can't be read", "account", id, "error", err)
	}
	return events
}
