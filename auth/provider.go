package auth

import (
	"maps"
	"slices"
	"time"
)

// ProviderID names a provider in the catalogue: a-z, 0-9 and '-'.
type ProviderID string

// Provider says how to ask: a value, read from a provider file (docs/providers.md)
// and passed around by copy. Addresses may hold {key} for each of its Settings
// until With has filled them in; an Issuer's endpoints are empty until discovery
// has filled them in.
type Provider struct {
	ID     ProviderID
	Name   string // as a person reads it
	Colour string // "#RRGGBB" of its tile
	Home   string // its developer pages

	Settings   []Setting
	Issuer     string // OpenID Connect issuer identifier; empty where there is no discovery
	Endpoints  Endpoints
	Client     ClientRules
	Grants     []GrantType // supported; refresh_token is implied
	Redirect   RedirectRules
	Scopes     ScopeRules
	Parameters Parameters
	Lifetimes  Lifetimes
	Rotation   Rotation
	Errors     ErrorRules
	API        API
	Timing     Timing

	// ClientCredentialsScope is sent with the client_credentials grant; empty for none.
	ClientCredentialsScope string
	// CallbackNamesIssuer: the provider promises an iss in every callback (RFC 9207 §3);
	// one without it is refused. Discovery fills it in.
	CallbackNamesIssuer bool
	// IDTokenAlgorithms are what ID tokens may be signed with, as discovery says;
	// empty: any asymmetric one (OpenID Connect Core §3.1.3.7).
	IDTokenAlgorithms []string
	// Team is what an administrator filled in beforehand (connection files only).
	Team Team
	// Origin is the connection file that the definition was read from; empty for a built-in one.
	Origin string
}

// Setting is one thing that only this customer knows, asked for in the form and
// set by --set key=value.
type Setting struct {
	Key, Label, Example, Help string
	Type                      SettingType
	Required                  bool
	Choices                   []string // for SettingChoice
	Values                    []string // what each of Choices stands for in an address; empty: itself
}

// SettingType is the closed set of kinds of Setting.
type SettingType string

// The kinds of Setting.
const (
	SettingURL    SettingType = "url"    // scheme and host, optional path, no query
	SettingHost   SettingType = "host"   // host, optional port
	SettingText   SettingType = "text"   // anything on one line
	SettingChoice SettingType = "choice" // one of Choices
)

// Endpoints are absolute addresses; an empty one does not exist. Where Refresh is
// empty, Token serves for refreshing too.
type Endpoints struct {
	Authorize, Token, Refresh, Revoke, Device, UserInfo, JWKS, Introspect string
}

// ForRefresh is where refresh tokens are presented.
func (e Endpoints) ForRefresh() string {
	if e.Refresh != "" {
		return e.Refresh
	}
	return e.Token
}

// ClientAuthentication is how a client proves itself at the token endpoint (RFC 6749 §2.3).
type ClientAuthentication string

// The ways of client authentication. There is no automatic detection: it would
// present the same refresh token twice.
const (
	AuthenticateBasic ClientAuthentication = "basic" // form-encoded id and secret in the Authorization header (§2.3.1)
	AuthenticateBody  ClientAuthentication = "body"  // client_id and client_secret in the body
	AuthenticateNone  ClientAuthentication = "none"  // client_id in the body, no secret
)

// BodyFormat is how the token request is encoded.
type BodyFormat string

// The encodings of a token request.
const (
	BodyForm BodyFormat = "form"
	BodyJSON BodyFormat = "json"
)

// Need says whether something must, may or can't be given.
type Need string

// The needs.
const (
	Required Need = "required"
	Optional Need = "optional"
	NotUsed  Need = "none"
)

// ClientRules say what a registration at the provider consists of.
type ClientRules struct {
	Authentication ClientAuthentication
	Body           BodyFormat
	Secret         Need
	Help           []string // where to find the client ID, step by step
}

// GrantType is an OAuth 2.0 grant type (RFC 6749 §1.3, RFC 8628).
type GrantType string

// The grant types that an account can be made with.
const (
	AuthorizationCode GrantType = "authorization_code"
	ClientCredentials GrantType = "client_credentials"
	DeviceCode        GrantType = "device_code"
)

// RedirectMatch is how the provider compares the redirect address of a request
// with the registered one.
type RedirectMatch string

// The ways of matching.
const (
	MatchExact    RedirectMatch = "exact"
	MatchPrefix   RedirectMatch = "prefix"
	MatchAnyPort  RedirectMatch = "any-port" // RFC 8252 §7.3
	MatchContains RedirectMatch = "contains" // the registered one must be part of the one sent
)

// StatePlacement says where the one-time value of a sign-in travels.
type StatePlacement string

// The placements.
const (
	StateInParameter            StatePlacement = "parameter"              // the state parameter (RFC 6749 §4.1.1)
	StateInParameterAndRedirect StatePlacement = "parameter-and-redirect" // and a one-time value in the redirect address's query
)

// PKCEUse says whether PKCE (RFC 7636) is used.
type PKCEUse string

// The uses. Omit is for providers that reject it.
const (
	PKCESend PKCEUse = "send"
	PKCEOmit PKCEUse = "omit"
)

// RedirectRules say what the callback address may look like.
type RedirectRules struct {
	Match   RedirectMatch
	Address string // the default to register, e.g. http://127.0.0.1:17845/callback
	State   StatePlacement
	PKCE    PKCEUse
}

// ScopeRules say what is asked for. Where Send is false no scope parameter is
// ever sent, not even an empty one.
type ScopeRules struct {
	Send      bool
	Separator string
	Default   []string
	Refresh   string // the scope that brings a refresh token, where one does
}

// Parameters are extra ones per stage. Reserved names are refused when the file is read.
type Parameters struct {
	Authorize, Token, Refresh, Revoke map[string]string
}

// CountsFrom says from when the life of a refresh token counts.
type CountsFrom string

// The starting points.
const (
	CountsFromIssue CountsFrom = "issue"
	CountsFromUse   CountsFrom = "use"
)

// Lifetimes are what the provider documents, used where its answer says nothing.
// Zero means not documented.
type Lifetimes struct {
	Code, Access, Refresh time.Duration
	RefreshCountsFrom     CountsFrom
}

// RefreshTokenUse says what a refresh does to the refresh token.
type RefreshTokenUse string

// The uses.
const (
	RefreshTokenStays     RefreshTokenUse = "same"
	RefreshTokenRotates   RefreshTokenUse = "rotates"
	RefreshTokenSingleUse RefreshTokenUse = "single-use"
)

// Rotation says what a refresh does to the tokens before it.
type Rotation struct {
	RefreshToken        RefreshTokenUse
	KillsOldAccessToken bool
	Grace               time.Duration // for how long the previous refresh token still works
}

// ErrorShape is the form of the token endpoint's errors.
type ErrorShape string

// The shapes. Every shape is understood everywhere; this is what the provider documents.
const (
	ErrorsRFC   ErrorShape = "rfc"          // RFC 6749 §5.2
	ErrorsArray ErrorShape = "errors-array" // {"errors":[{"message","code","type"}]}
)

// ErrorRules say where the provider leaves RFC 6749 §5.2.
type ErrorRules struct {
	Shape  ErrorShape
	SignIn []string // codes that mean "a person has to sign in"; invalid_grant where empty. See AnyBadRequest
}

// AnyBadRequest among ErrorRules.SignIn is every answer with status 400 to a
// refresh whose code nobody knows, when it comes a second time.
const AnyBadRequest = "400"

// takesBadRequest reports whether said means that a person has to sign in, when it
// comes a second time.
func (r ErrorRules) takesBadRequest(said Said) bool {
	return said.Status == 400 && slices.Contains(r.SignIn, AnyBadRequest)
}

// API is a harmless request that shows that a token works.
type API struct {
	Method, URL string
	Headers     map[string]string
	TokenIn     []string // header, query, body
}

// Team is what an administrator filled in for others.
type Team struct {
	ClientIdentifier string
	Settings         map[string]string // values for the provider's settings
	Locked           []string          // keys of settings, or client_id, that stay as they are
	SealedSecret     string            // a client secret that a passphrase opens (Porter); "": none
}

// Timing overrides when tokens are refreshed. Zero fields leave it to the usual rules.
type Timing struct {
	Margin   time.Duration // before the expiry, instead of min(5 min, 20 % of the life)
	Interval time.Duration // between refreshes where the provider states no expiry
}

// Supports reports whether the provider offers grant g.
func (p Provider) Supports(g GrantType) bool { return slices.Contains(p.Grants, g) }

// Clone returns a copy that shares nothing with p.
func (p Provider) Clone() Provider {
	p.Settings = slices.Clone(p.Settings)
	for i, s := range p.Settings {
		p.Settings[i].Choices, p.Settings[i].Values = slices.Clone(s.Choices), slices.Clone(s.Values)
	}
	p.Client.Help = slices.Clone(p.Client.Help)
	p.IDTokenAlgorithms = slices.Clone(p.IDTokenAlgorithms)
	p.Grants = slices.Clone(p.Grants)
	p.Scopes.Default = slices.Clone(p.Scopes.Default)
	p.Errors.SignIn = slices.Clone(p.Errors.SignIn)
	p.API.TokenIn = slices.Clone(p.API.TokenIn)
	p.API.Headers = maps.Clone(p.API.Headers)
	p.Team.Settings = maps.Clone(p.Team.Settings)
	p.Team.Locked = slices.Clone(p.Team.Locked)
	for _, m := range []*map[string]string{
		&p.Parameters.Authorize, &p.Parameters.Token, &p.Parameters.Refresh, &p.Parameters.Revoke,
	} {
		*m = maps.Clone(*m)
	}
	return p
}
