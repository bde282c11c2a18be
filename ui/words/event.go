package words

import "github.com/tokentray/tokentray/auth"

// Event says what happened to an account, for its list of what happened: who is
// the provider's name. Next is for what a person may have to see to.
func Event(e auth.Event, provider string, who Audience) Explanation {
	sentence, next := eventWords(e.What)
	x := Explanation{Sentence: sentence, Said: Quote(provider, e.Said), Next: next}
	switch {
	case e.Kind != "":
		why := Explain(&auth.Error{Kind: e.Kind, Provider: provider, Detail: e.Detail}, who)
		x.Sentence, x.Next = joined(sentence, why.Sentence), why.Next
	case e.Outcome != "":
		why := Outcome(e.Outcome, provider, who)
		x.Sentence, x.Next = joined(sentence, why.Sentence), why.Next
	}
	return x
}

func joined(what, why string) string { return what[:len(what)-1] + ": " + lowerThe(why) }

// lowerThe lets a sentence go on after a colon, where it doesn't begin with a name.
func lowerThe(s string) string {
	for _, first := range []string{"The ", "Nobody ", "Something ", "Somebody ", "Another ", "What ", "This ", "It ", "A ", "There ", "Several ", "Your "} {
		if len(s) > len(first) && s[:len(first)] == first {
			return string(s[0]+'a'-'A') + s[1:]
		}
	}
	return s
}

func eventWords(k auth.EventKind) (sentence, next string) {
	switch k {
	case auth.EventConnected:
		return "The account was connected.", nothingToDo
	case auth.EventSignedIn:
		return "Somebody signed in again.", nothingToDo
	case auth.EventSignInFailed:
		return "A sign-in didn’t come to its end.", "Start it again whenever you like."
	case auth.EventRefreshed:
		return "The token was refreshed.", nothingToDo
	case auth.EventRefreshFailed:
		return "The token wasn’t refreshed just then.", "Tokentray goes on trying by itself, unless the account says that it needs you."
	case auth.EventCopied:
		return "The token was copied to the clipboard.", nothingToDo
	case auth.EventTaken:
		return "The token was handed to a command or another program.", nothingToDo
	case auth.EventEdited:
		return "The client’s details or the scopes were changed.", nothingToDo
	case auth.EventPaused:
		return "The account was paused.", nothingToDo
	case auth.EventResumed:
		return "The pause ended.", nothingToDo
	case auth.EventRestored:
		return "The account came back from a backup.", "If its provider refuses the old token, sign in once."
	case auth.EventImported:
		return "The account was brought here from a file.", "Use it in one place only, if its provider gives a new refresh token each time."
	}
	return "Something happened that this Tokentray doesn’t know.", "Update Tokentray and look again."
}

const nothingToDo = "There is nothing to do."

// EventLabel is an event in a word or two, for a list.
func EventLabel(k auth.EventKind) string {
	switch k {
	case auth.EventConnected:
		return "Connected"
	case auth.EventSignedIn:
		return "Signed in again"
	case auth.EventSignInFailed:
		return "Sign-in not finished"
	case auth.EventRefreshed:
		return "Refreshed"
	case auth.EventRefreshFailed:
		return "Not refreshed"
	case auth.EventCopied:
		return "Copied"
	case auth.EventTaken:
		return "Handed out"
	case auth.EventEdited:
		return "Changed"
	case auth.EventPaused:
		return "Paused"
	case auth.EventResumed:
		return "Resumed"
	case auth.EventRestored:
		return "Restored"
	case auth.EventImported:
		return "Imported"
	}
	return "Unknown"
}
