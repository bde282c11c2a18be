package words

import "github.com/tokentray/tokentray/auth"

// Outcome says what became of a request to a provider that brought no tokens.
func Outcome(o auth.Outcome, provider string, who Audience) Explanation {
	p := providerName(provider)
	switch o {
	case auth.OutcomeNeedsSignIn:
		return Explain(&auth.Error{Kind: auth.KindSignInNeeded, Provider: provider}, who)
	case auth.OutcomeMisconfigured:
		return Explain(&auth.Error{Kind: auth.KindMisconfigured, Provider: provider}, who)
	case auth.OutcomeThrottled:
		return Explain(&auth.Error{Kind: auth.KindThrottled, Provider: provider}, who)
	case auth.OutcomeTransient:
		return Explain(&auth.Error{Kind: auth.KindUnreachable, Provider: provider}, who)
	case auth.OutcomeIntercepted:
		return Explain(&auth.Error{Kind: auth.KindIntercepted, Provider: provider}, who)
	case auth.OutcomeAmbiguous:
		return Explanation{
			Sentence: "The answer of " + p + " got lost on its way, so the request may have gone through.",
			Next:     "Tokentray finds out by itself; you don’t need to do anything yet.",
		}
	case auth.OutcomeUnknown:
	}
	return Explanation{
		Sentence: atStart(p) + " answered with something that Tokentray doesn’t know.",
		Next:     "Tokentray goes on trying by itself; if this lasts, show what " + p + " said to whoever looks after it.",
	}
}

// Forgotten says what became of the provider's side when an account was removed here.
func Forgotten(f auth.Forgotten, provider string) Explanation {
	p := providerName(provider)
	here := Named(f.Name) + " is forgotten here"
	e := Explanation{
		Said: Quote(provider, f.Said),
		Next: "To end it there at once, remove Tokentray’s access in your settings at " + p + ".",
	}
	switch f.Revocation {
	case auth.Revoked:
		e.Sentence = here + ", and " + p + " took its token back."
		e.Next = "There is nothing else to do."
	case auth.NothingToRevoke:
		e.Sentence = here + "; there was no token that " + p + " could have taken back."
		e.Next = "There is nothing else to do."
	case auth.RevocationNotOffered:
		e.Sentence = here + "; " + p + " has no way to be told, so there its token lives on until it runs out."
	default: // auth.RevocationFailed, and what a newer agent may say
		e.Sentence = here + ", but " + p + " didn’t confirm that it took its token back; there it may live on until it runs out."
	}
	return e
}
