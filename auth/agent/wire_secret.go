package agent

import (
	"time"

	"github.com/tokentray/tokentray/auth"
)

// reveal lets a secret onto the socket: an access token to the caller, a client
// secret or a passphrase to the agent. Secrets cross as bytes (base64 in JSON),
// because a JSON string would replace what is not UTF-8.
func reveal(s auth.Secret) []byte { return []byte(s.Reveal()) }

func conceal(b []byte) auth.Secret { return auth.NewSecret(string(b)) }

// token is an auth.Token.
type token struct {
	AccessToken []byte    `json:"access_token,omitzero"` // see reveal
	Type        string    `json:"type,omitzero"`
	IssuedAt    time.Time `json:"issued_at,omitzero"`
	ExpiresAt   time.Time `json:"expires_at,omitzero"`
	Scopes      []string  `json:"scopes,omitzero"`
	Trouble     *problem  `json:"trouble,omitzero"`
}

func tokenOf(t auth.Token) token {
	return token{
		AccessToken: reveal(t.AccessToken), Type: t.Type, IssuedAt: t.IssuedAt, ExpiresAt: t.ExpiresAt,
		Scopes: t.Scopes, Trouble: problemIn(t.Trouble),
	}
}

func (t token) domain() auth.Token {
	return auth.Token{
		AccessToken: conceal(t.AccessToken), Type: t.Type, IssuedAt: t.IssuedAt, ExpiresAt: t.ExpiresAt,
		Scopes: t.Scopes, Trouble: t.Trouble.domain(),
	}
}

// connection is an auth.Connection.
type connection struct {
	Provider         auth.ProviderID   `json:"provider,omitzero"`
	ProviderFile     []byte            `json:"provider_file,omitzero"`
	ProviderFileName string            `json:"provider_file_name,omitzero"`
	FilePassphrase   []byte            `json:"file_passphrase,omitzero"` // see reveal
	Name             string            `json:"name,omitzero"`
	Client           string            `json:"client,omitzero"`
	ClientIdentifier string            `json:"client_identifier,omitzero"`
	ClientSecret     []byte            `json:"client_secret,omitzero"` // see reveal
	RedirectAddress  string            `json:"redirect_address,omitzero"`
	Settings         map[string]string `json:"settings,omitzero"`
	Scopes           []string          `json:"scopes,omitzero"` // nil and empty differ
	Grant            auth.GrantType    `json:"grant,omitzero"`
	Timeout          time.Duration     `json:"timeout,omitzero"` // in nanoseconds
}

func connectionOf(c auth.Connection) connection {
	return connection{
		Provider: c.Provider, ProviderFile: c.ProviderFile, ProviderFileName: c.ProviderFileName,
		FilePassphrase: reveal(c.FilePassphrase), Name: c.Name,
		Client: c.Client, ClientIdentifier: c.ClientIdentifier, ClientSecret: reveal(c.ClientSecret),
		RedirectAddress: c.RedirectAddress, Settings: c.Settings, Scopes: c.Scopes, Grant: c.Grant, Timeout: c.Timeout,
	}
}

func (c connection) domain() auth.Connection {
	return auth.Connection{
		Provider: c.Provider, ProviderFile: c.ProviderFile, ProviderFileName: c.ProviderFileName,
		FilePassphrase: conceal(c.FilePassphrase), Name: c.Name,
		Client: c.Client, ClientIdentifier: c.ClientIdentifier, ClientSecret: conceal(c.ClientSecret),
		RedirectAddress: c.RedirectAddress, Settings: c.Settings, Scopes: c.Scopes, Grant: c.Grant, Timeout: c.Timeout,
	}
}

// change is an auth.Change. Where a pointer is set, what it points to is never
// nil, since JSON can't tell the two apart.
type change struct {
	ClientIdentifier *string   `json:"client_identifier,omitzero"`
	ClientSecret     *[]byte   `json:"client_secret,omitzero"` // see reveal
	RedirectAddress  *string   `json:"redirect_address,omitzero"`
	Scopes           *[]string `json:"scopes,omitzero"`
}

func changeOf(c auth.Change) change {
	w := change{ClientIdentifier: c.ClientIdentifier, RedirectAddress: c.RedirectAddress}
	if c.ClientSecret != nil {
		w.ClientSecret = new(reveal(*c.ClientSecret))
	}
	if c.Scopes != nil {
		w.Scopes = new(append([]string{}, *c.Scopes...))
	}
	return w
}

func (c change) domain() auth.Change {
	d := auth.Change{ClientIdentifier: c.ClientIdentifier, RedirectAddress: c.RedirectAddress, Scopes: c.Scopes}
	if c.ClientSecret != nil {
		d.ClientSecret = new(conceal(*c.ClientSecret))
	}
	return d
}
