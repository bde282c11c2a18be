package cli

import (
	"encoding/json"
	"io"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// The JSON documents are a contract: names, their order, and null where nothing
// is known. Keys may be added, never renamed.

type errorDocument struct {
	Error errorDoc `json:"error"`
}

type errorDoc struct {
	Kind         auth.Kind `json:"kind"`
	Message      string    `json:"message"`
	ProviderSaid *saidDoc  `json:"provider_said"`
	Next         string    `json:"next"` // "": nothing
}

type saidDoc struct {
	Status      int    `json:"status"`
	Code        string `json:"code"`
	Description string `json:"description"`
}

type accountsDocument struct {
	Accounts []accountDoc `json:"accounts"`
}

type accountDoc struct {
	ID        auth.AccountID  `json:"id"`
	Name      string          `json:"name"`
	Provider  auth.ProviderID `json:"provider"`
	State     auth.State      `json:"state"`
	Since     *stamp          `json:"since"`
	Cause     *errorDoc       `json:"cause"`
	ExpiresAt *stamp          `json:"expires_at"`
	RefreshAt *stamp          `json:"refresh_at"`
	SignInBy  *stamp          `json:"sign_in_by"`
	Subject   string          `json:"subject"`
	Scopes    []string        `json:"scopes"`
	Grant     auth.GrantType  `json:"grant"`
}

// detailsDoc is what show tells: an accountDoc and what goes beyond it.
type detailsDoc struct {
	accountDoc
	ProviderName    string            `json:"provider_name"`
	SigningIn       bool              `json:"signing_in"`
	IssuedAt        *stamp            `json:"issued_at"`
	SignedInAt      *stamp            `json:"signed_in_at"`
	Identity        identityDoc       `json:"identity"`
	AskedScopes     []string          `json:"asked_scopes"`
	ClientName      string            `json:"client_name"`
	ClientID        string            `json:"client_id"`
	RedirectAddress string            `json:"redirect_address"`
	Settings        map[string]string `json:"settings"`
	Generation      auth.Generation   `json:"generation"`
	Tokens          []inspectionDoc   `json:"tokens"`
	History         []eventDoc        `json:"history"`
}

// inspectionDoc is what a token that is a JWT says to whoever reads it.
type inspectionDoc struct {
	Of     string          `json:"of"`
	Header json.RawMessage `json:"header"`
	Claims json.RawMessage `json:"claims"`
}

type eventDoc struct {
	At           *stamp         `json:"at"`
	What         auth.EventKind `json:"what"`
	More         int            `json:"more"`
	Message      string         `json:"message"`
	Outcome      auth.Outcome   `json:"outcome"`
	Kind         auth.Kind      `json:"kind"`
	ProviderSaid *saidDoc       `json:"provider_said"`
}

type importDoc struct {
	Provider auth.ProviderID `json:"provider"`
	Accounts []accountDoc    `json:"accounts"`
	Known    []string        `json:"known"`
	Rotating []string        `json:"rotating"`
}

type identityDoc struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Tenant  string `json:"tenant"`
}

type providersDocument struct {
	Providers []providerDoc `json:"providers"`
}

type providerDoc struct {
	ID       auth.ProviderID  `json:"id"`
	Name     string           `json:"name"`
	Grants   []auth.GrantType `json:"grants"`
	Settings []settingDoc     `json:"settings"`
}

type settingDoc struct {
	Key      string           `json:"key"`
	Type     auth.SettingType `json:"type"`
	Required bool             `json:"required"`
}

// stamp is a time as RFC 3339 in UTC, to the second.
type stamp time.Time

// MarshalText writes the time.
func (s stamp) MarshalText() ([]byte, error) {
	return []byte(time.Time(s).UTC().Format(time.RFC3339)), nil
}

// stampOf is nil, which is written as null, for a time that isn't known.
func stampOf(t time.Time) *stamp {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

func errorRow(e *auth.Error, explained words.Explanation) errorDoc {
	return errorDoc{Kind: e.Kind, Message: explained.Sentence, ProviderSaid: saidRow(e.Said), Next: explained.Next}
}

func saidRow(s auth.Said) *saidDoc {
	if s.IsZero() {
		return nil
	}
	return &saidDoc{Status: s.Status, Code: s.Code, Description: s.Description}
}

func accountRow(s auth.Status) accountDoc {
	row := accountDoc{
		ID: s.ID, Name: s.Name, Provider: s.Provider, State: s.State, Since: stampOf(s.Since),
		ExpiresAt: stampOf(s.ExpiresAt), RefreshAt: stampOf(s.RefreshAt), SignInBy: stampOf(s.SignInBy),
		Subject: s.Identity.Who(), Scopes: orEmpty(s.Scopes), Grant: s.Grant,
	}
	if s.Cause != nil {
		why := *s.Cause
		why.Account, why.Provider = s.Name, s.ProviderName
		cause := errorRow(&why, words.Explain(&why, words.CommandLine))
		row.Cause = &cause
	}
	return row
}

func detailsRow(d auth.Details) detailsDoc {
	settings := d.Settings
	if settings == nil {
		settings = map[string]string{}
	}
	row := detailsDoc{
		accountDoc: accountRow(d.Status), ProviderName: d.ProviderName, SigningIn: d.SigningIn,
		IssuedAt: stampOf(d.IssuedAt), SignedInAt: stampOf(d.SignedInAt), Identity: identityDoc(d.Identity),
		AskedScopes: orEmpty(d.AskedScopes), ClientName: d.ClientName, ClientID: d.ClientID,
		RedirectAddress: d.RedirectAddress, Settings: settings, Generation: d.Generation,
		Tokens: []inspectionDoc{}, History: []eventDoc{},
	}
	for _, t := range d.Tokens {
		row.Tokens = append(row.Tokens, inspectionDoc{Of: t.Of, Header: rawJSON(t.Header), Claims: rawJSON(t.Claims)})
	}
	for _, e := range d.History {
		row.History = append(row.History, eventDoc{
			At: stampOf(e.At), What: e.What, More: e.More, Message: words.Activity(e, d.ProviderName),
			Outcome: e.Outcome, Kind: e.Kind, ProviderSaid: saidRow(e.Said),
		})
	}
	return row
}

// rawJSON is JSON that others wrote, as it is; what isn't any is null.
func rawJSON(text string) json.RawMessage {
	if !json.Valid([]byte(text)) {
		return json.RawMessage("null")
	}
	return json.RawMessage(text)
}

func importRow(i auth.Imported) importDoc {
	row := importDoc{Provider: i.Provider, Accounts: []accountDoc{}, Known: orEmpty(i.Known), Rotating: orEmpty(i.Rotating)}
	for _, s := range i.Accounts {
		row.Accounts = append(row.Accounts, accountRow(s))
	}
	return row
}

func providerRow(p auth.Provider) providerDoc {
	row := providerDoc{ID: p.ID, Name: p.Name, Grants: orEmpty(p.Grants), Settings: []settingDoc{}}
	for _, s := range p.Settings {
		row.Settings = append(row.Settings, settingDoc{Key: s.Key, Type: s.Type, Required: s.Required})
	}
	return row
}

// orEmpty keeps null out of lists.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// writeJSON writes v on one line, with < > & as they are.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
