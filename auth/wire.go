package auth

import (
	"context"
	"errors"
	"time"
)

// Wire talks to providers: authorization endpoint and callback, token endpoint,
// discovery, revocation. auth/oauth has the real one. It is safe for concurrent
// use; every method returns soon after ctx ends. A failure is a *Failure.
type Wire interface {
	// Discover fills in the endpoints of a provider that has an issuer (OpenID
	// Connect Discovery 1.0 §4, RFC 8414); the issuer answered must equal the one
	// asked, exactly. A provider without an issuer is returned as it is.
	Discover(ctx context.Context, p Provider) (Provider, error)
	// SignIn runs one attempt with the authorization code grant (RFC 6749 §4.1,
	// PKCE by RFC 7636, loopback redirect by RFC 8252). The callback listens
	// before tell is called with the address for the person's browser.
	SignIn(ctx context.Context, ask SignIn, tell func(SignInStep)) (Answer, error)
	// Device runs one attempt with the device authorization grant (RFC 8628): the
	// person may sign in with any browser anywhere, so nothing listens here. tell is
	// called with the address and the code as soon as the provider has given them.
	Device(ctx context.Context, ask SignIn, tell func(SignInStep)) (Answer, error)
	// Paste hands an attempt of SignIn that waits the address which the person's
	// browser ended at, where it can't reach the callback. Errors: KindUsage where
	// no such attempt waits or the address isn't its answer; it goes on waiting.
	Paste(attempt string, address Secret) error
	// ClientCredentials asks for a token of the client's own (RFC 6749 §4.4).
	ClientCredentials(ctx context.Context, p Provider, c Client, scopes []string) (Answer, error)
	// Refresh presents the refresh token of g once (RFC 6749 §6). It never
	// repeats a request by itself.
	Refresh(ctx context.Context, p Provider, c Client, g Grant) (Answer, error)
	// Revoke asks the provider to forget the grant (RFC 7009).
	// Where the provider has no revocation endpoint it returns ErrNoRevocation.
	Revoke(ctx context.Context, p Provider, c Client, g Grant) error
}

// ErrNoRevocation says that a provider has no way to be told that a grant isn't wanted any more.
var ErrNoRevocation = errors.New("the provider offers no revocation")

// SignIn is what one attempt needs to know.
type SignIn struct {
	Account   string // its name, shown on the callback page; may be empty
	Provider  Provider
	Client    Client
	Scopes    []string
	LoginHint string // who is expected (OpenID Connect Core §3.1.2.1); may be empty
	// Another asks the provider to let the person choose who they are, although it
	// may know them already (OpenID Connect Core §3.1.2.1, prompt).
	Another  bool
	Deadline time.Time // wall time; afterwards the attempt has timed out
}

// SignInStep is what a person needs while a sign-in waits.
type SignInStep struct {
	Address string    // to open in the browser
	Waiting string    // the redirect address that is listened on; "" with a UserCode
	Until   time.Time // the deadline
	// Attempt names it for Paste; it is no secret of the protocol. "" where nothing can be pasted.
	Attempt string
	// UserCode is what the person enters at PlainAddress, or finds shown at Address
	// and compares (RFC 8628 §3.3); "" for the authorization code grant. It is one
	// line of at most 64 printable characters, and it is made to be shown.
	UserCode string
	// PlainAddress is the address that is short enough to be typed; Address may be
	// the one that brings the code along. "" where UserCode is.
	PlainAddress string
}

// Answer is what a token endpoint gave, read tolerantly and checked.
type Answer struct {
	AccessToken  Secret
	RefreshToken Secret // zero: none was sent, the old one stays (RFC 6749 §6)
	IDToken      Secret
	TokenType    string
	Scopes       []string      // granted; nil: not stated, as asked
	AskedAt      time.Time     // wall time when the request was sent
	ExpiresIn    time.Duration // 0: not stated
	// RefreshExpiresIn is the life of the refresh token where it is stated; 0 otherwise.
	RefreshExpiresIn time.Duration
	Identity         Identity  // from a validated ID token or userinfo; zero where there is none
	ServerDate       time.Time // the Date header; zero where there is none
	// Salvaged: the answer was damaged, but a whole refresh token stood in it.
	// AccessToken is zero then.
	Salvaged bool
}

// Outcome is what became of a request to a token endpoint: a closed set.
type Outcome string

// The outcomes. Success is an Answer, not an Outcome.
const (
	OutcomeNeedsSignIn   Outcome = "needs_sign_in" // the grant is gone; a person has to sign in
	OutcomeMisconfigured Outcome = "misconfigured" // the provider rejects the client or the request
	OutcomeThrottled     Outcome = "throttled"
	OutcomeTransient     Outcome = "transient"   // no harm done, try again
	OutcomeAmbiguous     Outcome = "ambiguous"   // the request may have been carried out
	OutcomeIntercepted   Outcome = "intercepted" // something in between answered (a network login)
	OutcomeUnknown       Outcome = "unknown"     // an error nobody knows
)

// Outcomes lists every Outcome, for tables and the tests that walk them.
func Outcomes() []Outcome {
	return []Outcome{
		OutcomeNeedsSignIn, OutcomeMisconfigured, OutcomeThrottled, OutcomeTransient,
		OutcomeAmbiguous, OutcomeIntercepted, OutcomeUnknown,
	}
}

// Reply is what is known of an answer that is not a success, before it is judged.
type Reply struct {
	Status     int  // HTTP; 0: none came
	Sent       bool // the request, or a part of it, may have reached the provider
	HTML       bool // the body is a page
	Said       Said
	RetryAfter time.Duration // 0: not stated
	Untrusted  bool          // TLS: the certificate is not the provider's
}

// Failure is a request that brought no tokens.
type Failure struct {
	Outcome    Outcome
	Said       Said
	RetryAfter time.Duration // 0: not stated
	Kind       Kind          // for a sign-in that never reached the token endpoint; "" otherwise
	Detail     string        // no secret
	Cause      error
}

// Error tells what is known in one line, without any secret.
func (f *Failure) Error() string {
	return (&Error{Kind: Kind(f.Outcome), Detail: f.Detail, Said: f.Said}).Error()
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }
