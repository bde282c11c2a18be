package auth

import "strings"

// Kind is the closed set of what can go wrong for a caller. ui/words has a
// sentence and a next step for each.
type Kind string

// The kinds of error.
const (
	KindInternal        Kind = "internal"         // a bug, or something nobody foresaw
	KindUsage           Kind = "usage"            // the request can't be carried out as written
	KindUnknownAccount  Kind = "unknown_account"  // no such account
	KindAmbiguousName   Kind = "ambiguous_name"   // several accounts fit; Candidates has them
	KindUnknownProvider Kind = "unknown_provider" // no such provider
	KindNameTaken       Kind = "name_taken"       // another account has that name
	KindSignInNeeded    Kind = "needs_sign_in"    // only a person can help
	KindDenied          Kind = "denied"           // the person, or the provider for them, said no
	KindTimedOut        Kind = "timed_out"        // nobody finished the sign-in in time
	KindUnreachable     Kind = "unreachable"      // the provider can't be reached or is failing
	KindThrottled       Kind = "throttled"        // the provider asks to come back later
	KindIntercepted     Kind = "intercepted"      // something between us and the provider answered
	KindMisconfigured   Kind = "misconfigured"    // the provider rejects the client, not the person
	KindInvalidAnswer   Kind = "invalid_answer"   // the provider's answer can't be trusted (ID token, issuer, state)
	KindPaused          Kind = "paused"           // the account is paused, so its provider is asked for nothing
	KindPortTaken       Kind = "port_taken"       // another program listens where the callback has to arrive
	KindVault           Kind = "vault"            // the vault can't be used; Vault says why
	KindAgent           Kind = "agent"            // the agent doesn't run or can't be spoken to
	KindDesktop         Kind = "desktop"          // the desktop lacks what is needed: a clipboard, a display
	KindCancelled       Kind = "cancelled"        // the caller gave up
	KindOtherPerson     Kind = "other_person"     // a re-sign-in brought somebody else; nothing was replaced
	KindInDoubt         Kind = "in_doubt"         // a refresh was interrupted too often; a person decides
)

// Kinds lists every Kind, for tables and the tests that walk them.
func Kinds() []Kind {
	return []Kind{
		KindInternal, KindUsage, KindUnknownAccount, KindAmbiguousName, KindUnknownProvider, KindNameTaken,
		KindSignInNeeded, KindDenied, KindTimedOut, KindUnreachable, KindThrottled, KindIntercepted,
		KindMisconfigured, KindInvalidAnswer, KindPaused, KindPortTaken, KindVault, KindAgent, KindDesktop, KindCancelled, KindOtherPerson, KindInDoubt,
	}
}

// Said is what a provider answered, made safe to show: the description is one
// printable line of at most 200 characters and never echoes what was sent.
type Said struct {
	Status      int    // HTTP; 0: none
	Code        string // error code, RFC 6749 §5.2 or the provider's own
	Description string
}

// IsZero reports whether the provider said nothing.
func (s Said) IsZero() bool { return s == Said{} }

// Error is what a caller of the Desk gets: a value that crosses the socket
// whole. Two Errors are alike for errors.Is when their kinds are.
type Error struct {
	Kind       Kind
	Detail     string     // what we were doing, to whom; lower case, no full stop, no secret
	Account    string     // its name, where one is concerned
	Provider   string     // its name, where one is concerned
	Candidates []string   // names or keys that would have fitted
	Vault      VaultState // for KindVault
	Said       Said
	Cause      error // not carried across the socket; never printed by a person's view
}

// Error joins what is known in one line.
func (e *Error) Error() string {
	var parts []string
	for _, s := range []string{e.Detail, e.Said.Code, e.Said.Description} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return string(e.Kind)
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, ErrSignInNeeded) compare kinds.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind
}

// Sentinels for what callers branch on with errors.Is.
var (
	ErrSignInNeeded   = &Error{Kind: KindSignInNeeded}
	ErrUnknownAccount = &Error{Kind: KindUnknownAccount}
	ErrAmbiguousName  = &Error{Kind: KindAmbiguousName}
	ErrMisconfigured  = &Error{Kind: KindMisconfigured}
	ErrUnreachable    = &Error{Kind: KindUnreachable}
	ErrDenied         = &Error{Kind: KindDenied}
	ErrInvalidAnswer  = &Error{Kind: KindInvalidAnswer}
	ErrOtherPerson    = &Error{Kind: KindOtherPerson}
	ErrVault          = &Error{Kind: KindVault}
	ErrUsage          = &Error{Kind: KindUsage}
	ErrPaused         = &Error{Kind: KindPaused}
	ErrAgent          = &Error{Kind: KindAgent}
	ErrCancelled      = &Error{Kind: KindCancelled}
)
