package practice

import (
	"errors"
	"fmt"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Options say what a Server is. The zero value of a field is the dialect's usual.
type Options struct {
	Dialect Dialect
	Clients []Client

	AccessLife  time.Duration // of an access token, in whole seconds
	RefreshLife time.Duration // of a refresh token; negative: it never lapses
	CodeLife    time.Duration
	// Grace is for how long a refresh token that was replaced still works. It
	// needs rotation; negative: not at all.
	Grace    time.Duration
	Rotation Rotation
	Echo     Echo // FortesMilestones only
	// LosesHeaders, Adaptix only: the API sees no Authorization header, as where PHP
	// runs under fcgi, so that the token has to stand in the query or the body.
	LosesHeaders bool
	Signing      Signing // Standard only; Fortellis signs with RS256

	// StateFile keeps families and keys over a restart; "" keeps them in memory.
	StateFile string
	// Now is the wall clock; nil is the machine's.
	Now func() time.Time
}

// Client is a registration at the server.
type Client struct {
	ID                string
	Name              string      // as the consent page shows it; "" shows the ID
	Secret            auth.Secret // zero: a public client (RFC 6749 §2.1)
	RedirectAddresses []string
	// NoClientCredentials: the client may not use that grant.
	NoClientCredentials bool
}

func (c Client) shownName() string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID
}

// Dialect is whose behaviour a Server shows: a closed set.
type Dialect int

// The dialects.
const (
	Standard         Dialect = iota // OpenID Connect with discovery
	Adaptix                         // errors[], body credentials, no scopes
	Fortellis                       // an Okta custom authorization server
	FortesMilestones                // the old access token dies at a refresh
)

// Dialects lists every Dialect, for tables and the tests that walk them.
func Dialects() []Dialect { return []Dialect{Standard, Adaptix, Fortellis, FortesMilestones} }

// String is the dialect's name.
func (d Dialect) String() string {
	switch d {
	case Standard:
		return "standard"
	case Adaptix:
		return "adaptix"
	case Fortellis:
		return "fortellis"
	case FortesMilestones:
		return "fortesmilestones"
	}
	return fmt.Sprintf("dialect %d", int(d))
}

// Rotation is what a refresh does to the refresh token. Standard and Fortellis
// know both; the others always replace it and never give grace.
type Rotation int

// The ways. A rotating token that comes back after its grace revokes its family.
const (
	RotationUsual Rotation = iota // RotationStays for Fortellis, RotationReplaces for the others
	RotationStays                 // Standard then leaves refresh_token out of the answer (RFC 6749 §6)
	RotationReplaces
)

// Echo is what FortesMilestones hands back in the callback. It documents neither
// a state parameter nor what becomes of the redirect address's own query, so a
// client has to cope with each.
type Echo int

// The ways.
const (
	EchoBoth    Echo = iota
	EchoState        // the state parameter; the redirect address's own query is dropped
	EchoValue        // the redirect address's own query; state is dropped
	EchoNeither      // both are dropped
)

// Signing is the algorithm of ID tokens (RFC 7518 §3.1).
type Signing string

// The algorithms; ES256 is the usual one because its keys are made in no time.
const (
	ES256 Signing = "ES256"
	RS256 Signing = "RS256"
)

// policy is what Options come to for one dialect.
type policy struct {
	codeLife, accessLife time.Duration
	refreshLife          time.Duration // 0: never lapses
	countsFromUse        bool          // a refresh token that stays is good for refreshLife after each use
	replaces             bool          // a refresh makes a new refresh token
	inheritsExpiry       bool          // the new one lapses when the first one would have
	grace                time.Duration
	revokesOnReuse       bool
	killsOldAccess       bool
}

// usual is the policy each dialect documents.
func usual(d Dialect) policy {
	const day = 24 * time.Hour
	switch d {
	case Adaptix:
		return policy{codeLife: 30 * time.Second, accessLife: time.Hour, refreshLife: 14 * day, replaces: true}
	case Fortellis:
		return policy{codeLife: time.Minute, accessLife: time.Hour, refreshLife: 7 * day, countsFromUse: true}
	case FortesMilestones:
		return policy{codeLife: time.Minute, accessLife: time.Hour, replaces: true, killsOldAccess: true}
	default:
		return policy{codeLife: time.Minute, accessLife: time.Hour, refreshLife: 30 * day, replaces: true, revokesOnReuse: true}
	}
}

// oktaGrace is what Okta gives a rotated refresh token unless told otherwise.
const oktaGrace = 30 * time.Second

// policy checks o and resolves what is usual.
func (o Options) policy() (policy, error) {
	p := usual(o.Dialect)
	mayChoose := o.Dialect == Standard || o.Dialect == Fortellis
	if o.Rotation != RotationUsual {
		if !mayChoose {
			return policy{}, fmt.Errorf("%s replaces its refresh tokens always", o.Dialect)
		}
		p.replaces = o.Rotation == RotationReplaces
		p.countsFromUse = !p.replaces
	}
	if o.Dialect == Fortellis && p.replaces {
		p.inheritsExpiry, p.revokesOnReuse, p.grace = true, true, oktaGrace
	}
	if o.Grace > 0 && (!mayChoose || !p.replaces) {
		return policy{}, fmt.Errorf("%s gives no grace without a choice of rotation", o.Dialect)
	}
	choose(&p.accessLife, o.AccessLife)
	choose(&p.refreshLife, o.RefreshLife)
	choose(&p.codeLife, o.CodeLife)
	choose(&p.grace, o.Grace)
	if p.accessLife < time.Second || p.codeLife <= 0 {
		return policy{}, errors.New("an access token lives for a second at least, a code for some time")
	}
	return p, nil
}

// choose lets asked replace what is usual: negative stands for none.
func choose(usual *time.Duration, asked time.Duration) {
	switch {
	case asked > 0:
		*usual = asked
	case asked < 0:
		*usual = 0
	}
}

// check refuses what New can't build a Server from.
func (o Options) check() error {
	if o.Dialect < Standard || o.Dialect > FortesMilestones {
		return fmt.Errorf("there is no %s", o.Dialect)
	}
	if len(o.Clients) == 0 {
		return errors.New("no client is registered")
	}
	for _, c := range o.Clients {
		if c.ID == "" {
			return errors.New("a client has no ID")
		}
		if c.Secret.IsZero() && o.Dialect != Standard {
			return fmt.Errorf("client %s: %s has no public clients", c.ID, o.Dialect)
		}
	}
	switch o.Signing {
	case "", ES256, RS256:
		return nil
	}
	return fmt.Errorf("ID tokens can't be signed with %q", o.Signing)
}
