package storage

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// The buckets of records, each keyed by its records' IDs.
const (
	clientBucket  = "clients"
	accountBucket = "accounts"
	grantBucket   = "grants"
	toldBucket    = "told" // since schema 2; has one record
)

var recordBuckets = []string{clientBucket, accountBucket, grantBucket, toldBucket}

// What follows is the stored form: JSON, inside the seal. testdata/schema2.db and
// schema2.json pin it. A key is never renamed; one that is added is optional;
// anything else is a new schema.

// secret is a Secret's bytes. JSON has them in base64, because its strings would
// silently alter a token that isn't UTF-8.
type secret []byte

func hide(s auth.Secret) secret { return secret(s.Reveal()) }

func (s secret) secret() auth.Secret { return auth.NewSecret(string(s)) }

type clientRecord struct {
	Provider        auth.ProviderID `json:"provider"`
	Name            string          `json:"name"`
	Identifier      string          `json:"client_id"`
	Secret          secret          `json:"client_secret"`
	RedirectAddress string          `json:"redirect_address"`
}

func clientToRecord(c auth.Client) clientRecord {
	return clientRecord{
		Provider: c.Provider, Name: c.Name, Identifier: c.Identifier,
		Secret: hide(c.Secret), RedirectAddress: c.RedirectAddress,
	}
}

func (r clientRecord) client(id auth.ClientID) auth.Client {
	return auth.Client{
		ID: id, Provider: r.Provider, Name: r.Name, Identifier: r.Identifier,
		Secret: r.Secret.secret(), RedirectAddress: r.RedirectAddress,
	}
}

type accountRecord struct {
	Name     string            `json:"name"`
	Provider auth.Provider     `json:"provider"` // by its field names
	Settings map[string]string `json:"settings"`
	Client   auth.ClientID     `json:"client"`
	Grant    auth.GrantType    `json:"grant"`
	Scopes   []string          `json:"scopes"`
	Identity identityRecord    `json:"identity"`
	Created  time.Time         `json:"created"`
	Pause    pauseRecord       `json:"pause,omitzero"`
}

type pauseRecord struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"`
}

type identityRecord struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Tenant  string `json:"tenant"`
}

func accountToRecord(a auth.Account) accountRecord {
	return accountRecord{
		Name: a.Name, Provider: a.Provider, Settings: a.Settings, Client: a.Client, Grant: a.Grant,
		Scopes: a.Scopes, Identity: identityRecord(a.Identity), Created: utc(a.Created),
		Pause: pauseRecord{utc(a.Pause.Since), utc(a.Pause.Until)},
	}
}

func (r accountRecord) account(id auth.AccountID) auth.Account {
	return auth.Account{
		ID: id, Name: r.Name, Provider: r.Provider, Settings: r.Settings, Client: r.Client, Grant: r.Grant,
		Scopes: r.Scopes, Identity: auth.Identity(r.Identity), Created: r.Created,
		Pause: auth.Pause(r.Pause),
	}
}

type grantRecord struct {
	Generation           auth.Generation `json:"generation"`
	RefreshToken         secret          `json:"refresh_token"`
	AccessToken          secret          `json:"access_token"`
	IDToken              secret          `json:"id_token"`
	TokenType            string          `json:"token_type"`
	Scopes               []string        `json:"scopes"`
	IssuedAt             time.Time       `json:"issued_at"`
	ExpiresAt            time.Time       `json:"expires_at"`
	RefreshExpiresAt     time.Time       `json:"refresh_expires_at"`
	SignedInAt           time.Time       `json:"signed_in_at"`
	PreviousRefreshToken secret          `json:"previous_refresh_token"`
	Unverified           bool            `json:"unverified"`
	Attempt              attemptRecord   `json:"attempt"`
	Refusal              refusalRecord   `json:"refusal"`
}

type attemptRecord struct {
	Began         time.Time `json:"began"`
	Presentations int       `json:"presentations"`
}

type refusalRecord struct {
	At          time.Time  `json:"at"`
	Said        saidRecord `json:"said"`
	Interrupted bool       `json:"interrupted"`
	Rechecked   bool       `json:"rechecked"`
}

type saidRecord struct {
	Status      int    `json:"status"`
	Code        string `json:"code"`
	Description string `json:"description"`
}

func grantToRecord(g auth.Grant) grantRecord {
	return grantRecord{
		Generation: g.Generation, RefreshToken: hide(g.RefreshToken), AccessToken: hide(g.AccessToken),
		IDToken: hide(g.IDToken), TokenType: g.TokenType, Scopes: g.Scopes, IssuedAt: utc(g.IssuedAt),
		ExpiresAt: utc(g.ExpiresAt), RefreshExpiresAt: utc(g.RefreshExpiresAt), SignedInAt: utc(g.SignedInAt),
		PreviousRefreshToken: hide(g.PreviousRefreshToken), Unverified: g.Unverified,
		Attempt: attemptRecord{utc(g.Attempt.Began), g.Attempt.Presentations},
		Refusal: refusalRecord{utc(g.Refusal.At), saidRecord(g.Refusal.Said), g.Refusal.Interrupted, g.Refusal.Rechecked},
	}
}

func (r grantRecord) grant() auth.Grant {
	return auth.Grant{
		Generation: r.Generation, RefreshToken: r.RefreshToken.secret(), AccessToken: r.AccessToken.secret(),
		IDToken: r.IDToken.secret(), TokenType: r.TokenType, Scopes: r.Scopes, IssuedAt: r.IssuedAt,
		ExpiresAt: r.ExpiresAt, RefreshExpiresAt: r.RefreshExpiresAt, SignedInAt: r.SignedInAt,
		PreviousRefreshToken: r.PreviousRefreshToken.secret(), Unverified: r.Unverified,
		Attempt: auth.Attempt{Began: r.Attempt.Began, Presentations: r.Attempt.Presentations},
		Refusal: auth.Refusal{At: r.Refusal.At, Said: auth.Said(r.Refusal.Said), Interrupted: r.Refusal.Interrupted, Rechecked: r.Refusal.Rechecked},
	}
}

// utc is how times are stored: wall time, without a monotonic part.
func utc(t time.Time) time.Time { return t.Round(0).UTC() }
