package practice

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"sync"
)

// adaptix answers as Adaptix does, which is Mautic: no scopes, credentials in the
// body, a code of 30 seconds, refresh tokens that work once, and errors[] with
// status 400 for nearly everything.
type adaptix struct{ *Server }

func (d adaptix) mount(mux *http.ServeMux) {
	mux.HandleFunc("/oauth/v2/authorize", d.authorize)
	mux.Handle("/oauth/v2/token", d.answer(AtToken, d.token))
	mux.Handle("/api/contacts", d.answer(AtAPI, d.contacts))
}

func (d adaptix) face() face {
	return face{Name: "Practice Adaptix", Letter: "A", Class: "adaptix"}
}

func (d adaptix) newCode() string { return adaptixToken() }

// adaptixToken is base64url of the hexadecimal digits of a SHA-256: 86 characters.
func adaptixToken() string { return base64url([]byte(hashOf(randomText(32)))) }

// glance only knows whether there is such a client: all else is noticed when the
// person has answered.
func (d adaptix) glance(_ string, q url.Values) (ask, *away) {
	client, ok := d.client(q.Get("client_id"))
	if !ok {
		return ask{}, unknownClient(http.StatusNotFound, "")
	}
	return ask{
		client: client, redirect: q.Get("redirect_uri"),
		state: q.Get("state"), hasState: q.Get("state") != "", scope: sentValue(q, "scope"),
	}, nil
}

func (d adaptix) settle(base string, q url.Values) (ask, *away) {
	a, no := d.glance(base, q)
	if no != nil {
		return ask{}, no
	}
	if said := d.objectionToRedirect(&a); said != "" {
		r := arrayError(bad("redirect_uri_mismatch", said))
		return ask{}, &away{answer: &r}
	}
	switch q.Get("response_type") {
	case "code":
	case "":
		return ask{}, backWith(a, "invalid_request", "Invalid response type.")
	default:
		return ask{}, backWith(a, "unsupported_response_type", "")
	}
	if q.Get("scope") != "" {
		return ask{}, backWith(a, "invalid_scope", "An unsupported scope was requested.")
	}
	return a, nil
}

// objectionToRedirect finds the registered address that a fits.
func (d adaptix) objectionToRedirect(a *ask) string {
	registered := a.client.RedirectAddresses
	switch {
	case a.redirect == "" && len(registered) == 0:
		return "No redirect URL was supplied or registered."
	case a.redirect == "" && len(registered) > 1:
		return "No redirect URL was supplied and more than one is registered."
	case a.redirect == "":
		return "The redirect URI is mandatory and was not supplied."
	}
	var ok bool
	if a.registered, ok = a.client.registered(a.redirect, matchPrefix); !ok {
		return "The redirect URI provided does not match registered URI(s)."
	}
	return ""
}

// allowed has state before code.
func (d adaptix) allowed(_ string, a ask, code string) string {
	return withQuery(a.redirect, append(a.back(), pair{"code", code})...)
}

func (d adaptix) denied(_ string, a ask) string {
	return backWith(a, "access_denied", "The user denied access to your application").location
}

// bearerPattern is case-sensitive, as the provider's is: "bearer X" is not seen.
var bearerPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`Bearer\s(\S+)`) })

// contacts is the protected address: the token stands in the header, the query
// or the body of a form, and in one of them only.
func (d adaptix) contacts(c call) reply {
	if r, refused := noBasic(c); refused {
		return r
	}
	var presented []string
	if m := bearerPattern().FindStringSubmatch(c.Header.Get("Authorization")); m != nil && !d.options.LosesHeaders {
		presented = append(presented, m[1])
	}
	if t := c.query.Get("access_token"); t != "" {
		presented = append(presented, t)
	}
	if t := c.form.Get("access_token"); t != "" && c.Method != http.MethodGet {
		presented = append(presented, t)
	}
	switch len(presented) {
	case 0:
		return arrayError(refusal{http.StatusUnauthorized, "access_denied", "API authorization denied.", ""})
	case 1:
	default:
		return arrayError(bad("invalid_request", "Only one method may be used to authenticate at a time (Auth header, GET or POST)."))
	}
	_, _, err := d.book.access(presented[0])
	switch {
	case errors.Is(err, errAccessExpired):
		return arrayError(refusal{http.StatusUnauthorized, "invalid_grant", "The access token provided has expired.", ""})
	case err != nil:
		return arrayError(refusal{http.StatusUnauthorized, "invalid_grant", "The access token provided is invalid.", ""})
	}
	return jsonReply(http.StatusOK, map[string]any{"total": "0", "contacts": map[string]any{}})
}

// noBasic is the answer to any Basic header, at the token endpoint too: who tries
// Basic first is turned away before the credentials are read.
func noBasic(c call) (reply, bool) {
	if _, _, has := c.BasicAuth(); !has {
		return reply{}, false
	}
	return arrayError(refusal{
		http.StatusForbidden, "access_denied", "Basic Auth disabled. It can be switched on in the API settings.", "",
	}), true
}
