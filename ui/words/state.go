package words

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Label is how an account stands in a word or two, for a list.
func Label(s auth.Status) string {
	switch s.State {
	case auth.StateFresh:
		return "Connected"
	case auth.StateRefreshing:
		return "Refreshing"
	case auth.StateRetrying:
		return "Trying again"
	case auth.StateExpiring:
		return "Runs out"
	case auth.StateUnknownExpiry:
		return "End unknown"
	case auth.StateInDoubt:
		if s.GivenUp() {
			return "Interrupted"
		}
		return "Checking"
	case auth.StateNeedsSignIn:
		return "Sign in needed"
	case auth.StateMisconfigured:
		return "Settings problem"
	case auth.StatePaused:
		return "Paused"
	}
	return "Unknown"
}

// Left is how long the token is still good, for a list: Remaining, "ended", or
// "–" where nobody knows.
func Left(s auth.Status, now time.Time) string {
	switch {
	case s.ExpiresAt.IsZero():
		return "–"
	case !s.ExpiresAt.After(now):
		return "ended"
	}
	return Remaining(s.ExpiresAt.Sub(now))
}

// State says how an account stands and what, if anything, to do. Times are told
// in the time zone of now.
func State(s auth.Status, now time.Time, who Audience) Explanation {
	e := stateOf(s, now, who)
	if s.SigningIn {
		e.Next = "A sign-in is under way; finish it in the browser."
	}
	return e
}

func stateOf(s auth.Status, now time.Time, who Audience) Explanation {
	switch s.State {
	case auth.StateFresh:
		return Explanation{Sentence: "The token is fresh" + until("it", s, now) + ".", Next: byItself(s, now)}
	case auth.StateRefreshing:
		return Explanation{Sentence: "The token is being refreshed right now.", Next: "You don’t need to do anything."}
	case auth.StateRetrying:
		return retrying(s, now, who)
	case auth.StateExpiring:
		return Explanation{
			Sentence: "There is nothing to refresh this token with" + until("it", s, now) + ".",
			Next:     whenRunOut(s, who),
		}
	case auth.StateUnknownExpiry:
		return Explanation{
			Sentence: atStart(providerName(s.ProviderName)) + " doesn’t say how long this token is good.",
			Next:     unknownEnd(s, who),
		}
	case auth.StateInDoubt:
		if s.GivenUp() {
			return givenUp(s, now, who)
		}
		return Explanation{
			Sentence: "A refresh was interrupted, and Tokentray is finding out whether it went through.",
			Next:     "You don’t need to do anything yet.",
		}
	case auth.StateNeedsSignIn:
		return Explain(causeOr(s, auth.KindSignInNeeded), who)
	case auth.StateMisconfigured:
		return Explain(causeOr(s, auth.KindMisconfigured), who)
	case auth.StatePaused:
		return Explanation{Sentence: quotedOr(s.Name, "The account") + " is paused" + until("its token", s, now) + ".", Next: resumed(s, now, who)}
	}
	return Explanation{
		Sentence: "The account is in a state that this Tokentray doesn’t know.",
		Next:     "Update Tokentray and look again.",
	}
}

// givenUp tells what only a person can find out, and whether that hurts yet.
func givenUp(s auth.Status, now time.Time, who Audience) Explanation {
	e := Explain(causeOr(s, auth.KindInDoubt), who)
	if s.ExpiresAt.After(now) {
		e.Next = "The token you have is good for another " + Remaining(s.ExpiresAt.Sub(now)) + ". " + e.Next
	}
	return e
}

// retrying tells why the last refresh didn't work, and whether that hurts yet.
func retrying(s auth.Status, now time.Time, who Audience) Explanation {
	e := Explain(causeOr(s, auth.KindUnreachable), who)
	switch {
	case s.ExpiresAt.IsZero():
		e.Next = "Tokentray goes on trying by itself."
	case s.ExpiresAt.After(now):
		e.Next = "The token you have is good for another " + Remaining(s.ExpiresAt.Sub(now)) + ", and Tokentray goes on trying by itself."
	default:
		e.Next = "The token has run out; Tokentray goes on trying by itself. Check your connection if this lasts."
	}
	return e
}

// Trouble says that a token was given out although the refresh that was wanted
// didn't work. It returns the zero Explanation where there was no trouble.
func Trouble(t auth.Token, now time.Time, who Audience) Explanation {
	if t.Trouble == nil {
		return Explanation{}
	}
	e := Explain(t.Trouble, who)
	still := "This token is still good, but it was to be refreshed and that didn’t work. "
	if left := t.ExpiresAt.Sub(now); !t.ExpiresAt.IsZero() && left > 0 {
		still = "This token is good for another " + Remaining(left) + ", but it was to be refreshed and that didn’t work. "
	}
	e.Sentence = still + e.Sentence
	return e
}

// causeOr is the state's cause with the names that it may lack.
func causeOr(s auth.Status, k auth.Kind) *auth.Error {
	e := auth.Error{Kind: k}
	if s.Cause != nil {
		e = *s.Cause
	}
	e.Account, e.Provider = s.Name, s.ProviderName
	return &e
}

// until is how long the token, which the sentence calls it so, is good.
func until(token string, s auth.Status, now time.Time) string {
	switch {
	case s.ExpiresAt.IsZero():
		return ""
	case !s.ExpiresAt.After(now):
		return "; " + token + " has run out"
	}
	return "; " + token + " is good until " + trimAt(At(s.ExpiresAt, now))
}

// resumed is how a pause ends.
func resumed(s auth.Status, now time.Time, who Audience) string {
	yourself := "when you resume it"
	if who == CommandLine {
		yourself = "after tokentray resume " + Argument(s.Name)
	}
	if s.PausedUntil.IsZero() {
		return "It is refreshed again " + yourself + "."
	}
	return "It is refreshed again " + At(s.PausedUntil, now) + ", or " + yourself + "."
}

func byItself(s auth.Status, now time.Time) string {
	if s.RefreshAt.IsZero() || s.RefreshAt.Before(now) {
		return "It refreshes by itself; you don’t need to do anything."
	}
	return "It refreshes by itself " + At(s.RefreshAt, now) + "; you don’t need to do anything."
}

func whenRunOut(s auth.Status, who Audience) string {
	if who == Window {
		return "Sign in again when it has run out."
	}
	return "Run tokentray reconnect " + argumentOr(s.Name) + " to sign in again when it has run out."
}

func unknownEnd(s auth.Status, who Audience) string {
	if who == Window {
		return "If it stops working, choose “Refresh now”."
	}
	return "If it stops working, run tokentray refresh " + argumentOr(s.Name) + " to get a new one."
}

// trimAt drops the "at" or "on" that doesn't follow "until".
func trimAt(s string) string {
	if len(s) > 3 && (s[:3] == "at " || s[:3] == "on ") {
		return s[3:]
	}
	return s
}
