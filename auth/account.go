package auth

import (
	"strings"
	"time"
)

// AccountID names an account for ever: short, [a-z0-9].
type AccountID string

// ClientID names a Client record of ours; the provider's own client_id is
// Client.Identifier (RFC 6749 §2.2).
type ClientID string

// Client is a registration at a provider. It is shared by the accounts made with
// it and editable: when an administrator rotates a secret nobody signs in again.
type Client struct {
	ID              ClientID
	Provider        ProviderID
	Name            string // as a person reads it
	Identifier      string // client_id
	Secret          Secret // client_secret; zero for a public client
	RedirectAddress string // the redirect_uri registered; empty where no consent is needed
}

// Account is one sign-in that a person cares about.
type Account struct {
	ID       AccountID
	Name     string   // unique, ignoring case, and no other account's ID
	Provider Provider // resolved: settings and discovery filled in
	Settings map[string]string
	Client   ClientID
	Grant    GrantType
	Scopes   []string // asked for
	Identity Identity // who signed in; zero while unknown
	Created  time.Time
	Pause    Pause
}

// Pause is a person's wish that an account is left alone. The zero value is none.
type Pause struct {
	Since time.Time
	Until time.Time // zero: until somebody resumes it
}

// At reports whether p holds at now.
func (p Pause) At(now time.Time) bool {
	return !p.Since.IsZero() && (p.Until.IsZero() || now.Before(p.Until))
}

// Identity is who an account turned out to be, as the provider says.
type Identity struct {
	Issuer  string // of the ID token
	Subject string // sub; unique at the issuer
	Name    string
	Email   string
	Tenant  string
}

// Who is the shortest thing that tells a person whose account it is, or "".
func (i Identity) Who() string {
	for _, s := range []string{i.Email, i.Name, i.Subject} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Generation counts the answers that replaced a grant; the first sign-in makes generation 1.
type Generation uint64

// Grant is what the provider gave and the vault keeps. Times are wall time in UTC.
type Grant struct {
	Generation   Generation
	RefreshToken Secret // zero: there is nothing to refresh with
	AccessToken  Secret
	IDToken      Secret
	TokenType    string   // as answered, e.g. "bearer"
	Scopes       []string // granted

	IssuedAt  time.Time // when the request for it was sent
	ExpiresAt time.Time // of the access token; zero: the provider states none
	// RefreshExpiresAt is when the refresh token lapses if it isn't used; zero: unknown.
	RefreshExpiresAt time.Time
	SignedInAt       time.Time // when a person last consented

	// PreviousRefreshToken is kept until RefreshToken has worked once. It is
	// presented only where RefreshToken was refused within the grace that the
	// provider declares, and once.
	PreviousRefreshToken Secret
	// Unverified marks a refresh token cut from a damaged answer: it is the
	// newest one known, but its access token was lost.
	Unverified bool

	Attempt Attempt // a refresh that was begun and not finished
	Refusal Refusal // the provider's word that a person has to sign in
}

// Attempt is the mark, durable before a request leaves, that a refresh was begun.
// The zero value means that none is open.
type Attempt struct {
	Began         time.Time
	Presentations int // how often the refresh token was sent for this attempt
}

// Open reports whether a refresh was begun and not finished.
func (a Attempt) Open() bool { return a.Presentations > 0 }

// MaxPresentations is how often one refresh token may be sent without an answer
// that says what became of it (docs/reliability.md).
const MaxPresentations = 3

// Refusal is the provider's answer that only a person can mend. The zero value means none.
type Refusal struct {
	At          time.Time
	Said        Said
	Interrupted bool // an attempt was open: the answer to an earlier refresh may have been lost
	Rechecked   bool // the refresh token was presented once more since, by itself
}

// Standing reports whether there is a refusal.
func (r Refusal) Standing() bool { return !r.At.IsZero() }

// Token is what a caller gets. It holds no refresh token.
type Token struct {
	AccessToken Secret
	Type        string    // "Bearer", or as answered where the token is bound to a key that only the provider's own programs hold
	IssuedAt    time.Time // when the provider gave it
	ExpiresAt   time.Time // zero: unknown
	Scopes      []string
	// Trouble is why a wanted refresh failed while this token is still valid; nil otherwise.
	Trouble *Error
}

// Token returns what callers get of g.
func (g Grant) Token() Token {
	return Token{
		AccessToken: g.AccessToken, Type: g.use(), IssuedAt: g.IssuedAt,
		ExpiresAt: g.ExpiresAt, Scopes: g.Scopes,
	}
}

// use is how the access token is used: as a bearer token (RFC 6750), whatever
// providers call those ("bot", "user"), but for the types that want a proof beside
// the token (RFC 9449 §5).
func (g Grant) use() string {
	switch strings.ToLower(g.TokenType) {
	case "dpop", "mac", "pop":
		return g.TokenType
	}
	return "Bearer"
}

// Lifetime is how long the access token lives in all; 0 where the provider states none.
func (g Grant) Lifetime() time.Duration {
	if g.ExpiresAt.IsZero() {
		return 0
	}
	return g.ExpiresAt.Sub(g.IssuedAt)
}
