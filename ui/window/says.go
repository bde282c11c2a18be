package window

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// headline is the few words above an account's explanation.
func headline(s auth.Status, now time.Time) string {
	switch s.State {
	case auth.StateFresh:
		return "Your token is fresh"
	case auth.StateRefreshing:
		return "Getting you a new token"
	case auth.StateRetrying:
		if s.ExpiresAt.After(now) {
			return "Your token still works"
		}
		return "Trying again by itself"
	case auth.StateExpiring:
		return "Good until it runs out"
	case auth.StateUnknownExpiry:
		return "Your token is here"
	case auth.StateInDoubt:
		if s.GivenUp() {
			return "The last refresh was interrupted"
		}
		return "Checking the last refresh"
	case auth.StatePaused:
		return "This account is paused"
	case auth.StateNeedsSignIn, auth.StateMisconfigured:
	}
	return bareSentence(words.State(s, now, words.Window).Sentence)
}

// explanation is what stands below the headline.
func explanation(s auth.Status, now time.Time) string {
	e := words.State(s, now, words.Window)
	switch s.State {
	case auth.StateFresh, auth.StateNeedsSignIn, auth.StateMisconfigured:
		return e.Next // the headline has the rest
	case auth.StatePaused:
		return pausedToken(s, now) + " " + e.Next
	case auth.StateRefreshing, auth.StateRetrying, auth.StateExpiring, auth.StateUnknownExpiry, auth.StateInDoubt:
	}
	return strings.TrimSpace(e.Sentence + " " + e.Next)
}

// pausedToken is what becomes of a token that nobody refreshes.
func pausedToken(s auth.Status, now time.Time) string {
	switch {
	case s.ExpiresAt.IsZero():
		return "Its token stays as it is."
	case s.ExpiresAt.After(now):
		return "Its token still works."
	}
	return "Its token has run out."
}

// pausedFor says how long a pause lasts; that it is one stands beside it.
func pausedFor(s auth.Status, now time.Time) string {
	if s.PausedUntil.IsZero() {
		return "Until you resume it"
	}
	return "Until " + moment(s.PausedUntil, now)
}

// beneath is the second line of a row: who it is, or what is going on.
func beneath(s auth.Status, now time.Time) string {
	switch {
	case s.SigningIn:
		return "Signing in…"
	case s.State == auth.StateNeedsSignIn, s.State == auth.StateExpiring && !s.ExpiresAt.After(now):
		return "Sign in again to keep it working"
	case s.State == auth.StateMisconfigured:
		return "Its client details don’t fit"
	case s.State == auth.StateRefreshing:
		return "Refreshing…"
	case s.State == auth.StateRetrying:
		return "Trying again by itself"
	case s.GivenUp() && needsPerson(s, now):
		return "Try once more, or sign in again"
	case s.GivenUp():
		return "The last refresh was interrupted"
	case s.State == auth.StateInDoubt:
		return "Checking the last refresh…"
	case s.State == auth.StatePaused:
		return pausedFor(s, now)
	case s.Identity.Who() != "":
		return words.Plain(s.Identity.Who())
	case s.Grant == auth.ClientCredentials:
		return "Client credentials"
	case s.State == auth.StateExpiring:
		return "Runs out; then sign in again"
	}
	return "Refreshes by itself"
}

// toneOf is the colour of an account's countdown; beneath or a pill has the word for it.
func toneOf(s auth.Status, now time.Time) fyne.ThemeColorName {
	switch s.State {
	case auth.StateFresh, auth.StateUnknownExpiry:
		return fresh
	case auth.StatePaused:
		return muted
	case auth.StateNeedsSignIn, auth.StateMisconfigured:
		return needs
	case auth.StateRefreshing, auth.StateRetrying, auth.StateExpiring, auth.StateInDoubt:
	}
	if !s.ExpiresAt.IsZero() && !s.ExpiresAt.After(now) {
		return needs
	}
	return soon
}

// softOf is the ground that goes with a tone.
func softOf(tone fyne.ThemeColorName) fyne.ThemeColorName {
	switch tone {
	case fresh:
		return freshSoft
	case soon:
		return soonSoft
	case needs:
		return needsSoft
	case primary:
		return primarySoft
	}
	return sunken
}

// moment is a time of day for a label; the day stands with it where it is another one.
func moment(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 Jan 15:04")
}

// day is a date and a time of day, or "" for none.
func day(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(now.Location()).Format("2 Jan 2006, 15:04")
}

// date is a day, or "" for none.
func date(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(now.Location()).Format("2 Jan 2006")
}

// ends says until when a sign-in lasts.
func ends(s auth.Status, now time.Time) string {
	switch {
	case s.Grant == auth.ClientCredentials:
		return "there is none: the application signs in for itself"
	case s.SignInBy.IsZero():
		return "the provider ends it"
	}
	return "the provider ends it; " + words.Remaining(s.SignInBy.Sub(now)) + " without use — " + date(s.SignInBy, now)
}

// sentence makes a remark of the domain ("an address such as …") one that stands alone.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// lowerFirst begins a text in the middle of a sentence.
func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// bareSentence drops the full stop, for a heading.
func bareSentence(s string) string { return strings.TrimSuffix(s, ".") }

// told is an error as one paragraph.
func told(e *auth.Error) string {
	x := words.Explain(e, words.Window)
	return strings.TrimSpace(ended(x.Line()) + " " + x.Next)
}

// remarkOn is told of what came of a click; "" where it went well, or was given up.
func remarkOn(e *auth.Error) string {
	if e == nil || e.Kind == auth.KindCancelled {
		return ""
	}
	return told(e)
}

// ended gives a line that others may follow its full stop: a provider's code has none.
func ended(line string) string {
	if strings.HasSuffix(line, ".") || strings.HasSuffix(line, ".”") {
		return line
	}
	return line + "."
}

// toldInForm is told where the form with the client's details is right below.
func toldInForm(e *auth.Error) string {
	if e.Kind != auth.KindMisconfigured {
		return told(e)
	}
	return ended(words.Explain(e, words.Window).Line()) + " Correct what you typed below, and continue."
}

// count is n things in words.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}
