package auth

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Handing is what the agent's own Front needs beyond the Desk: a token whose use it
// notes itself. The Keeper implements it.
type Handing interface {
	// Hand is the Desk's Token for a person, and notes nothing.
	Hand(ctx context.Context, id AccountID, want Want) (Token, error)
	// Copied notes that a person put the token of id on the clipboard.
	Copied(id AccountID)
	// Stored is the token of the account called name where nothing has to be done
	// for it, with the Details that a form needs; it is noted as taken.
	Stored(name string, validity time.Duration) (Token, Details, bool)
}

var _ Handing = (*Keeper)(nil)

// Token is Hand, for a program or the command line: the history says that it was
// taken, and where the last refresh failed the next one is waited for, a minute at most.
func (k *Keeper) Token(ctx context.Context, id AccountID, want Want) (Token, error) {
	t, err := k.obtainToken(ctx, id, want, asker{barred: k.barred})
	if err == nil {
		k.noteEvent(id, Event{What: EventTaken})
	}
	return t, err
}

// Copied is Handing's.
func (k *Keeper) Copied(id AccountID) { k.noteEvent(id, Event{What: EventCopied}) }

// How often the same thing is noted again, so that neither an outage nor a script
// in a loop pushes out of the history what matters there. What comes in between is
// counted.
const (
	sameFailurePause = time.Hour
	takenPause       = time.Hour
	// refreshedPause keeps every refresh of tokens that live for longer, and few of
	// those that live for a minute.
	refreshedPause = 10 * time.Minute
)

// noted is what was noted last of each thing; what differs in Outcome or Kind is
// another. There are few, so they are looked through.
type noted []notedEvent

type notedEvent struct {
	at   time.Time // the one that was noted
	last Event     // the newest like it
	more int       // since the one that was noted
}

// admit takes in e, and returns what is worth noting now. A success ends a row of
// failures: it is always noted, after the last one of them, and so is the next failure.
func (n *noted) admit(e Event) (worth []Event) {
	var pause time.Duration
	switch e.What {
	case EventRefreshFailed:
		pause = sameFailurePause
	case EventTaken:
		pause = takenPause
	case EventRefreshed:
		pause = refreshedPause
		if failures := n.take(EventRefreshFailed); len(failures) > 0 {
			pause, worth = 0, lastOf(failures)
		}
	default: // what people do themselves is rare
		return []Event{e}
	}
	for i := range *n {
		same := &(*n)[i]
		if same.last.What != e.What || same.last.Outcome != e.Outcome || same.last.Kind != e.Kind {
			continue
		}
		if e.At.Sub(same.at) < pause && !e.At.Before(same.at) {
			same.last = e
			same.more++
			return worth
		}
		e.More = same.more
		*same = notedEvent{at: e.At, last: e}
		return append(worth, e)
	}
	*n = append(*n, notedEvent{at: e.At, last: e})
	return append(worth, e)
}

// take removes everything like what, and returns it.
func (n *noted) take(what EventKind) (taken []notedEvent) {
	rest := (*n)[:0]
	for _, e := range *n {
		if e.last.What == what {
			taken = append(taken, e)
		} else {
			rest = append(rest, e)
		}
	}
	clear((*n)[len(rest):])
	*n = rest
	return taken
}

// lastOf is the end of each row of which not all was noted, in the order of time.
func lastOf(rows []notedEvent) (ends []Event) {
	for _, row := range rows {
		if row.more > 0 {
			row.last.More = row.more - 1
			ends = append(ends, row.last)
		}
	}
	slices.SortFunc(ends, func(a, b Event) int { return a.At.Compare(b.At) })
	return ends
}

// noteEvent puts e into the history of id. Not to be called with mu held.
func (k *Keeper) noteEvent(id AccountID, e Event) {
	k.mu.Lock()
	h := k.accounts[id]
	k.mu.Unlock()
	if h != nil {
		k.noteOf(h, e)
	}
}

// noteOf puts e into the history of h, dated now where it has no time, unless the same
// was noted a moment ago (it is counted then), or h is no account any more: nobody would
// remove its history again. Not to be called with mu held.
func (k *Keeper) noteOf(h *held, e Event) {
	k.noting.RLock()
	defer k.noting.RUnlock()
	if e.At.IsZero() {
		e.At = k.clock.Wall()
	}
	k.mu.Lock()
	id := h.account.ID
	var worth []Event
	if !h.dropped {
		worth = h.noted.admit(e)
	}
	k.mu.Unlock()
	if len(worth) > 0 {
		k.vault.Note(id, worth...)
	}
}

// noteFailure notes what failed with err, in the provider's words.
func (k *Keeper) noteFailure(id AccountID, what EventKind, err error) {
	k.noteEvent(id, failureEvent(what, err))
}

func failureEvent(what EventKind, err error) Event {
	event := Event{What: what, Kind: KindInternal}
	var e *Error
	if errors.As(err, &e) {
		event.Kind, event.Said, event.Detail = e.Kind, e.Said, e.Detail
	}
	var f *Failure
	if errors.As(err, &f) && f.Outcome != "" { // a token endpoint was asked
		event.Outcome, event.Kind = f.Outcome, ""
	}
	return event
}

// noteRefresh notes the end of a turn of h. Not to be called with mu held.
func (k *Keeper) noteRefresh(h *held, err *Error) {
	e := Event{What: EventRefreshed}
	if err != nil {
		e = failureEvent(EventRefreshFailed, err)
	}
	k.noteOf(h, e)
}

// history is what the vault keeps of id; a history that can't be read is worth no error.
func (k *Keeper) history(id AccountID) []Event {
	events, err := k.vault.History(id)
	if err != nil {
		k.log.Warn("the history of an account can't be read", "account", id, "error", err)
	}
	return events
}
