package catalog

import (
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// What a key that is left out stands for, where that is more than "nothing".
// docs/providers.md tells the same.
const (
	defaultColour   = "#667085" // the grey of quiet text in every theme
	defaultRedirect = "http://127.0.0.1:17845/callback"
	defaultSignIn   = "invalid_grant" // RFC 6749 §5.2
)

// build makes the Provider of what was written and notes every problem.
func (r *reading) build() {
	w, p := &r.written, &r.made
	r.head()
	r.settings()
	r.grants()
	p.Client = r.client()
	p.Redirect = r.redirect()
	p.Scopes = r.scopes()
	p.Parameters = auth.Parameters{
		Authorize: r.parameters("authorize", w.Parameters.Authorize), Token: r.parameters("token", w.Parameters.Token),
		Refresh: r.parameters("refresh", w.Parameters.Refresh), Revoke: r.parameters("revoke", w.Parameters.Revoke),
	}
	p.Lifetimes = auth.Lifetimes{
		Code: r.duration("lifetimes.code", w.Lifetimes.Code), Access: r.duration("lifetimes.access", w.Lifetimes.Access),
		Refresh:           r.duration("lifetimes.refresh", w.Lifetimes.Refresh),
		RefreshCountsFrom: pick(r, "lifetimes.refresh_counts_from", w.Lifetimes.RefreshCountsFrom, auth.CountsFromIssue, auth.CountsFromUse),
	}
	p.Rotation = auth.Rotation{
		RefreshToken:        pick(r, "rotation.refresh_token", w.Rotation.RefreshToken, auth.RefreshTokenSingleUse, auth.RefreshTokenRotates, auth.RefreshTokenStays),
		KillsOldAccessToken: w.Rotation.KillsOldAccessToken,
		Grace:               r.duration("rotation.grace", w.Rotation.Grace),
	}
	p.Timing = auth.Timing{
		Margin: r.duration("refresh.margin", w.Refresh.Margin), Interval: r.duration("refresh.interval", w.Refresh.Interval),
	}
	p.Errors = auth.ErrorRules{
		Shape:  pick(r, "errors.shape", w.Errors.Shape, auth.ErrorsRFC, auth.ErrorsArray),
		SignIn: r.lines("errors.sign_in", w.Errors.SignIn),
	}
	if !r.where.has("errors.sign_in") {
		p.Errors.SignIn = []string{defaultSignIn}
	}
	p.API = r.api()
	p.Team = r.team()
	r.endpoints() // last: it needs the settings and the grants
}

// head reads what stands before the first table.
func (r *reading) head() {
	w := &r.written
	if !r.where.has("id") || !isID(w.ID) {
		r.refuse("id", "must be of a-z, 0-9 and '-', at most %d characters, such as id = \"northwind\"", maxName)
	}
	r.line("name", w.Name)
	if strings.TrimSpace(w.Name) == "" || len(w.Name) > maxName {
		r.refuse("name", "must be what people call the provider, at most %d bytes", maxName)
	}
	if w.Colour == "" {
		w.Colour = defaultColour
	}
	if !colour().MatchString(w.Colour) {
		r.refuse("colour", `must be six hexadecimal digits, such as "#7A4FD0"`)
	}
	if err := auth.CheckAddress(w.Home); err != nil && w.Home != "" {
		r.refuse("home", "must be %v", err)
	}
	r.made.ID, r.made.Name, r.made.Colour, r.made.Home = auth.ProviderID(w.ID), w.Name, w.Colour, w.Home
}

// client reads [client].
func (r *reading) client() auth.ClientRules {
	w := r.written.Client
	rules := auth.ClientRules{
		Authentication: pick(r, "client.authentication", w.Authentication, auth.AuthenticateBasic, auth.AuthenticateBody, auth.AuthenticateNone),
		Body:           pick(r, "client.body", w.Body, auth.BodyForm, auth.BodyJSON),
		Help:           r.lines("client.help", w.Help),
	}
	if rules.Authentication != auth.AuthenticateNone {
		rules.Secret = pick(r, "client.secret", w.Secret, auth.Required, auth.Optional, auth.NotUsed)
		return rules
	}
	if rules.Secret = pick(r, "client.secret", w.Secret, auth.NotUsed, auth.Required, auth.Optional); rules.Secret != auth.NotUsed {
		r.refuse("client.secret", `must be "none" where authentication is "none"`)
	}
	return rules
}

// grants reads [grants].
func (r *reading) grants() {
	w, p := r.written.Grants, &r.made
	for i, g := range w.Supported {
		key := item("grants.supported", i)
		if g == "refresh_token" {
			r.refuse(key, "refresh_token is implied; leave it out")
			continue
		}
		grant := pick(r, key, g, auth.AuthorizationCode, auth.ClientCredentials, auth.DeviceCode)
		if p.Supports(grant) {
			r.refuse(key, "%q stands there twice", grant)
		}
		p.Grants = append(p.Grants, grant)
	}
	switch {
	case r.where.has("grants.supported") && len(w.Supported) == 0:
		r.refuse("grants.supported", "must name at least one grant")
	case len(w.Supported) == 0:
		p.Grants = []auth.GrantType{auth.AuthorizationCode}
	}
	r.line("grants.client_credentials_scope", w.ClientCredentialsScope)
	p.ClientCredentialsScope = w.ClientCredentialsScope
	if p.ClientCredentialsScope != "" && !p.Supports(auth.ClientCredentials) {
		r.refuse("grants.client_credentials_scope", "is for providers that support client_credentials")
	}
}

// scopes reads [scopes].
func (r *reading) scopes() auth.ScopeRules {
	w := r.written.Scopes
	send := pick[sending](r, "scopes.send", w.Send, sendAlways, sendNever)
	if !r.where.has("scopes.separator") {
		w.Separator = " " // RFC 6749 §3.3
	}
	if len(w.Separator) != 1 || !strings.Contains(" ,+;", w.Separator) {
		r.refuse("scopes.separator", `must be " ", ",", "+" or ";"`)
	}
	for i, s := range w.Default {
		r.scope(item("scopes.default", i), s, w.Separator)
	}
	if w.Refresh != "" {
		r.scope("scopes.refresh", w.Refresh, w.Separator)
	}
	if send == sendNever && (len(w.Default) > 0 || w.Refresh != "") {
		r.refuse("scopes.send", `"never" leaves no place for default and refresh`)
	}
	return auth.ScopeRules{Send: send == sendAlways, Separator: w.Separator, Default: w.Default, Refresh: w.Refresh}
}

// sending says whether scopes are sent.
type sending string

const (
	sendAlways sending = "always"
	sendNever  sending = "never"
)
