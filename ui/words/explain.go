package words

import (
	"strconv"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// Explain turns an error into what happened, what it means and what to do next.
// It never shows the error's cause. The zero Explanation stands for nil.
func Explain(e *auth.Error, who Audience) Explanation {
	if e == nil {
		return Explanation{}
	}
	t := telling{Error: e, who: who}
	sentence, next := t.byKind()
	return Explanation{Sentence: sentence, Said: Quote(e.Provider, e.Said), Next: next}
}

// telling is an error on its way to a person.
type telling struct {
	*auth.Error
	who Audience
}

func (t telling) byKind() (sentence, next string) {
	switch t.Kind {
	case auth.KindUsage, auth.KindUnknownAccount, auth.KindAmbiguousName, auth.KindUnknownProvider, auth.KindNameTaken:
		return t.request()
	case auth.KindSignInNeeded, auth.KindDenied, auth.KindTimedOut, auth.KindOtherPerson, auth.KindInDoubt, auth.KindPortTaken:
		return t.signIn()
	case auth.KindUnreachable, auth.KindThrottled, auth.KindIntercepted, auth.KindMisconfigured, auth.KindInvalidAnswer:
		return t.provider()
	case auth.KindVault:
		return t.vault()
	case auth.KindPaused:
		return atStart(t.account()) + " is paused, so it gets no new token.", t.pick("Resume it, and it gets one.", "Run tokentray resume "+t.argument()+", and it gets one.")
	case auth.KindAgent:
		return "Tokentray’s agent can’t be used" + t.because() + ".",
			t.pick("Start Tokentray again.", "Commands start it where none runs, unless --no-start is given; tokentray agent runs it in front of you.")
	case auth.KindDesktop:
		return "Your desktop doesn’t offer what this needs" + t.because() + ".",
			t.pick("Everything else goes on without it.", "Everything else goes on without it; tokentray list and tokentray token work anywhere.")
	case auth.KindCancelled:
		return "It was stopped before it was done.", "Start it again whenever you like."
	case auth.KindInternal:
	}
	return "Tokentray got into a state it doesn’t know" + t.detail() + ".",
		"Try it once more; if it happens again, it is a mistake in Tokentray that is worth reporting with this sentence."
}

// request explains what can't be carried out as it was written.
func (t telling) request() (sentence, next string) {
	switch t.Kind {
	case auth.KindUnknownAccount:
		return "There is no account called " + quotedOr(t.Account, "that") + ".",
			t.didYouMean() + t.pick("Choose one from the list.", "Run tokentray list to see the accounts there are.")
	case auth.KindAmbiguousName:
		return "Several accounts fit " + quotedOr(t.Account, "that name") + t.candidates() + ".",
			t.pick("Choose one of them.", "Use the whole name, or the ID that tokentray list --json shows.")
	case auth.KindUnknownProvider:
		return "There is no provider called " + quotedOr(t.Error.Provider, "that") + ".",
			t.didYouMean() + t.pick("Choose one from the list.", "Run tokentray providers to see what there is, or bring your own with --provider-file.")
	case auth.KindNameTaken:
		return "Another account is called " + quotedOr(t.Account, "that") + " already.",
			"Give this one another name."
	}
	return "This can’t be done as it was asked" + t.because() + ".",
		t.fits() + t.pick("Change what you entered and try again.", "Change the command and run it again.")
}

// signIn explains what only a person can end.
func (t telling) signIn() (sentence, next string) {
	p := providerName(t.Error.Provider)
	switch t.Kind {
	case auth.KindDenied:
		return "The sign-in was declined, so nothing was stored.",
			"If that was not meant, start it again and allow access; otherwise ask whoever looks after " + p + " whether you may use it."
	case auth.KindTimedOut:
		return "Nobody finished the sign-in in time, so nothing was stored.",
			t.pick("Start it again when you have a minute for it.", "Start it again when you have a minute for it; --timeout 15m gives you longer.")
	case auth.KindOtherPerson:
		return t.otherPerson()
	case auth.KindPortTaken:
		return "Another program listens where " + p + " has to send your browser back to" + t.detail() + ".",
			t.pick("Close that program, or register another redirect address, such as "+otherRedirect+", and enter it here.",
				"Close that program, or register another redirect address, such as "+otherRedirect+", and give it with --redirect-uri.")
	case auth.KindInDoubt:
		return "A refresh was interrupted several times, and nobody can tell any more whether it went through.",
			t.pick("Choose “Refresh now” to try it once more; if that brings nothing, sign in again.", "Run tokentray refresh "+t.argument()+" to try it once more; if that fails, run tokentray reconnect "+
				t.argument()+" and sign in once.")
	}
	return atStart(p) + " wants you to sign in again" + t.detail() + ".", signInAgain(t.Account, t.who)
}

// otherRedirect is offered where the usual port is taken; 17847 is kept for the same.
const otherRedirect = "http://127.0.0.1:17846/callback"

// otherPerson explains a sign-in by somebody the account doesn't belong to: the
// detail is who that was, the candidate is who it should have been.
func (t telling) otherPerson() (sentence, next string) {
	sentence = "Somebody else signed in than the person " + t.account() + " belongs to, so nothing was changed."
	if len(t.Candidates) == 1 && t.Detail != "" && t.Candidates[0] != "" {
		sentence = Named(t.Detail) + " signed in, but " + t.account() + " belongs to " + Named(t.Candidates[0]) + ", so nothing was changed."
	}
	next = "Sign out at " + providerName(t.Error.Provider) + " in your browser and sign in again as the right person; "
	return sentence, next + t.pick("the other one can have an account of their own, or take this one’s place.",
		"tokentray connect makes the other one an account of their own, and reconnect with --replace gives them this one.")
}

// provider explains what went wrong on the way to the provider or at it.
func (t telling) provider() (sentence, next string) {
	p := providerName(t.Error.Provider)
	switch t.Kind {
	case auth.KindThrottled:
		return atStart(p) + " got too many requests and asks to come back later" + t.detail() + ".",
			"Wait a few minutes; Tokentray comes back by itself when it may."
	case auth.KindIntercepted:
		return "Something between here and " + p + " answered in its place, such as the sign-in page of a network or a proxy.",
			"Open any page in your browser to see whether the network wants something from you, then try again."
	case auth.KindMisconfigured:
		return atStart(p) + " doesn’t accept the client’s details, and signing in again would not change that" + t.remark() + ".",
			"Compare client ID, client secret, redirect address and scopes with what " + p + " shows, " +
				t.pick("and change them with “Change client details”.", "and change them with tokentray edit "+t.argument()+" (its --help has the flags).")
	case auth.KindInvalidAnswer:
		return "What " + p + " answered didn’t stand up to the checks, so it was not used" + t.remark() + ".",
			"Try it once more; if it stays like this, show these lines to whoever looks after " + p + "."
	}
	return atStart(p) + " can’t be reached right now, or has trouble of its own" + t.remark() + ".",
		"Tokentray goes on trying by itself; check your connection if this lasts."
}

// signInAgain is the next step where only a sign-in helps.
func signInAgain(account string, who Audience) string {
	if who == Window {
		return "Choose “Sign in with the browser”: sign in once, and refreshing goes on by itself."
	}
	return "Run tokentray reconnect " + argumentOr(account) + " and sign in once; refreshing goes on by itself then."
}

func (t telling) pick(window, commandLine string) string {
	if t.who == Window {
		return window
	}
	return commandLine
}

func (t telling) account() string { return quotedOr(t.Account, "the account") }

func (t telling) argument() string { return argumentOr(t.Account) }

// detail is what we were doing, as a remark in a sentence.
func (t telling) detail() string {
	if t.Detail == "" {
		return ""
	}
	return " (" + cut(Plain(t.Detail)) + ")"
}

// remark is detail where the provider said nothing itself: its words are better.
func (t telling) remark() string {
	if !t.Said.IsZero() {
		return ""
	}
	return t.detail()
}

// because is the detail as the end of a sentence.
func (t telling) because() string {
	if t.Detail == "" {
		return ""
	}
	return ": " + strings.TrimRight(Plain(strings.ReplaceAll(t.Detail, "\n", "; ")), ".")
}

// candidates are the names that would have fitted, as the end of a sentence.
func (t telling) candidates() string {
	if len(t.Candidates) == 0 {
		return ""
	}
	return ": " + names(t.Candidates)
}

// fits names what can be written instead, or the flags to write it after.
func (t telling) fits() string {
	switch {
	case len(t.Candidates) == 0:
		return ""
	case strings.HasPrefix(t.Candidates[0], "--"):
		return t.pick("", "Give it with "+Plain(strings.Join(t.Candidates, ", "))+". ")
	}
	return "What fits here: " + Plain(strings.Join(t.Candidates, ", ")) + ". "
}

func (t telling) didYouMean() string {
	if len(t.Candidates) == 0 {
		return ""
	}
	return "Did you mean " + names(t.Candidates) + "? "
}

func argumentOr(account string) string {
	if account == "" {
		return "NAME"
	}
	return Argument(account)
}

func quotedOr(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return Named(name)
}

func names(all []string) string {
	quoted := make([]string, len(all))
	for i, n := range all {
		quoted[i] = Named(n)
	}
	return strings.Join(quoted, ", ")
}

func number(n int) string { return strconv.Itoa(n) }
