package words

import (
	"fmt"

	"github.com/tokentray/tokentray/auth"
)

// Activity says on one line what happened to an account, in the past tense and how
// often since it was last noted, with the provider's words where it said something.
func Activity(e auth.Event, provider string) string {
	text := happened(e)
	if e.More > 0 {
		text += fmt.Sprintf(" (%d times since it was last noted)", e.More+1)
	}
	text += "."
	if said := Quote(provider, e.Said); said != "" {
		text += " " + said
	}
	return text
}

func happened(e auth.Event) string {
	switch e.What {
	case auth.EventConnected:
		return "Connected" + aside(e)
	case auth.EventSignedIn:
		return "Signed in again through the browser" + aside(e)
	case auth.EventSignInFailed:
		return "A sign-in was not finished" + why(e)
	case auth.EventRefreshed:
		return "Refreshed" + aside(e)
	case auth.EventRefreshFailed:
		return "A refresh didn’t work" + why(e)
	case auth.EventCopied:
		return "The token was copied to the clipboard" + aside(e)
	case auth.EventTaken:
		return "The token was handed to a command or another program" + aside(e)
	case auth.EventEdited:
		return "Its details were changed" + aside(e)
	case auth.EventPaused:
		return "Paused" + aside(e)
	case auth.EventResumed:
		return "Resumed" + aside(e)
	case auth.EventRestored:
		return "Brought back from a backup" + aside(e)
	case auth.EventImported:
		return "Imported from a file" + aside(e)
	}
	return "Something happened that this Tokentray doesn’t know" + aside(e)
}

// aside is the detail of an event, as a remark in a sentence.
func aside(e auth.Event) string { return telling{Error: &auth.Error{Detail: e.Detail}}.detail() }

// why is what failed, as the end of a sentence.
func why(e auth.Event) string {
	switch e.Outcome {
	case auth.OutcomeNeedsSignIn:
		return ": the provider wants a new sign-in"
	case auth.OutcomeMisconfigured:
		return ": the provider doesn’t accept the client’s details"
	case auth.OutcomeThrottled:
		return ": the provider got too many requests"
	case auth.OutcomeTransient:
		return ": the provider could not be reached, or had trouble of its own"
	case auth.OutcomeAmbiguous:
		return ": the answer got lost on its way"
	case auth.OutcomeIntercepted:
		return ": something on the way answered in the provider’s place"
	case auth.OutcomeUnknown:
		return ": the provider answered with something unknown"
	}
	return whyKind(e)
}

// whyKind is why where no token endpoint was asked.
func whyKind(e auth.Event) string {
	switch e.Kind {
	case auth.KindDenied:
		return ": it was declined"
	case auth.KindTimedOut:
		return ": the time was over"
	case auth.KindCancelled:
		return ": it was given up"
	case auth.KindOtherPerson:
		return ": somebody else signed in"
	case auth.KindPortTaken:
		return ": another program listens where the browser has to come back"
	case auth.KindInvalidAnswer:
		return ": the answer didn’t stand up to the checks"
	}
	return aside(e)
}
