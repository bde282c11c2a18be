package catalog

import (
	"net/url"
	"slices"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// endpoints reads [endpoints].
func (r *reading) endpoints() {
	w, p := r.written.Endpoints, &r.made
	for _, e := range []struct{ key, address string }{
		{"issuer", w.Issuer},
		{"authorize", w.Authorize},
		{"token", w.Token},
		{"refresh", w.Refresh},
		{"revoke", w.Revoke},
		{"device", w.Device},
		{"userinfo", w.UserInfo},
		{"jwks", w.JWKS},
		{"introspect", w.Introspect},
	} {
		if r.where.has("endpoints." + e.key) {
			r.address("endpoints."+e.key, e.address)
		}
	}
	if strings.Contains(w.Issuer, "?") {
		r.refuse("endpoints.issuer", "an issuer has no '?'") // OpenID Connect Discovery 1.0 §3
	}
	for _, need := range []struct {
		key, address string
		grants       []auth.GrantType
	}{
		{"token", w.Token, p.Grants},
		{"authorize", w.Authorize, []auth.GrantType{auth.AuthorizationCode}},
		{"device", w.Device, []auth.GrantType{auth.DeviceCode}},
	} {
		needed := slices.ContainsFunc(need.grants, p.Supports)
		if needed && need.address == "" && w.Issuer == "" {
			r.refuse("endpoints."+need.key, "is missing; give it, or an issuer whose discovery tells it")
		}
	}
	p.Issuer = w.Issuer
	p.Endpoints = auth.Endpoints{
		Authorize: w.Authorize, Token: w.Token, Refresh: w.Refresh, Revoke: w.Revoke, Device: w.Device,
		UserInfo: w.UserInfo, JWKS: w.JWKS, Introspect: w.Introspect,
	}
}

// address checks an address that may hold settings, with an example of each of
// them, and with every choice.
func (r *reading) address(key, template string) {
	r.placeholders(key, template)
	rounds := 1
	for _, s := range r.made.Settings {
		rounds = max(rounds, len(s.Choices))
	}
	for n := range rounds {
		filled := template
		for _, s := range r.made.Settings {
			filled = strings.ReplaceAll(filled, "{"+s.Key+"}", sample(s, n))
		}
		if err := auth.CheckAddress(filled); err != nil {
			r.refuse(key, "must be %v", err)
			return
		}
	}
}

// sample is a value of s; that of choice n where there are choices.
func sample(s auth.Setting, n int) string {
	choices := s.Values
	if len(choices) == 0 {
		choices = s.Choices
	}
	switch {
	case s.Type == auth.SettingURL:
		return "https://a.example"
	case s.Type == auth.SettingHost:
		return "a.example"
	case s.Type == auth.SettingChoice && len(choices) > 0:
		return choices[n%len(choices)]
	}
	return "a"
}

// placeholders checks that every {key} of template is a setting.
func (r *reading) placeholders(key, template string) {
	for _, name := range auth.Placeholders(template) {
		if !slices.Contains(r.settingKeys(), name) {
			r.refuse(key, "{%s} is not one of the settings; there are %s", name, r.known())
		}
	}
}

// redirect reads [redirect].
func (r *reading) redirect() auth.RedirectRules {
	w := r.written.Redirect
	rules := auth.RedirectRules{
		Match:   pick(r, "redirect.rule", w.Rule, auth.MatchExact, auth.MatchPrefix, auth.MatchAnyPort, auth.MatchContains),
		Address: w.Address,
		State:   pick(r, "redirect.state", w.State, auth.StateInParameter, auth.StateInParameterAndRedirect),
		PKCE:    pick(r, "redirect.pkce", w.PKCE, auth.PKCESend, auth.PKCEOmit),
	}
	if !r.where.has("redirect.address") {
		rules.Address = defaultRedirect
	}
	u, err := url.Parse(rules.Address)
	switch {
	case err != nil || auth.CheckAddress(rules.Address) != nil || u.Scheme != "http":
		r.refuse("redirect.address", "must be http on this computer itself, such as %s", defaultRedirect)
	case u.Port() == "" && rules.Match != auth.MatchAnyPort:
		r.refuse("redirect.address", `must have a port, unless rule is "any-port"`)
	}
	extends := rules.Match == auth.MatchPrefix || rules.Match == auth.MatchContains
	if rules.State == auth.StateInParameterAndRedirect && !extends {
		r.refuse("redirect.state", `"parameter-and-redirect" changes the address, so rule must be "prefix" or "contains"`)
	}
	return rules
}

// api reads [api].
func (r *reading) api() auth.API {
	w := r.written.API
	api := auth.API{Method: string(pick[verb](r, "api.method", w.Method, "GET", "HEAD", "POST")), URL: w.URL, Headers: w.Headers}
	if r.where.has("api.url") {
		r.address("api.url", w.URL)
	}
	for _, name := range keys(w.Headers) {
		at := "api.headers." + name
		if !parameterName().MatchString(name) {
			r.refuse(at, "a header's name is of letters, digits, '_', '.' and '-'")
		}
		if slices.Contains(reservedHeaders, strings.ToLower(name)) {
			r.refuse(at, "is reserved: what makes the request sees to it")
		}
		r.line(at, w.Headers[name])
		r.placeholders(at, strings.ReplaceAll(w.Headers[name], requestID, ""))
	}
	for i, place := range w.TokenIn {
		api.TokenIn = append(api.TokenIn, string(pick[tokenPlace](r, item("api.token_in", i), place, "header", "query", "body")))
	}
	if len(api.TokenIn) == 0 {
		api.TokenIn = []string{"header"} // RFC 6750 §2.1, which every provider has to support
	}
	return api
}

// requestID stands in a header for a value that is new for each request.
const requestID = "{request_id}"

// reservedHeaders are those that a recipe may not set.
var reservedHeaders = []string{"authorization", "cookie", "host", "content-length", "transfer-encoding"}

// verb is a method of HTTP.
type verb string

// tokenPlace is where the token travels in an API request.
type tokenPlace string
