package practice

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// standard is OpenID Connect as it is written: discovery, PKCE, rotation with
// reuse detection (RFC 9700 §4.14), the issuer in the callback (RFC 9207).
type standard struct{ *Server }

// standardScopes are what Standard can grant. A refresh token comes with offline_access.
var standardScopes = []string{"openid", "profile", "email", "offline_access"}

func (d standard) mount(mux *http.ServeMux) {
	mux.HandleFunc("/authorize", d.authorize)
	mux.Handle("/token", d.answer(AtToken, d.token))
	mux.Handle("POST /device_authorization", d.answer(AtDeviceAuthorization, d.deviceAuthorization))
	mux.HandleFunc("/device", d.device)
	mux.HandleFunc("GET /device/allowed", d.deviceDone("It’s allowed", "You can go back to your device or program; it goes on by itself."))
	mux.HandleFunc("GET /device/denied", d.deviceDone("It was denied", "Nothing was allowed. You can close this page."))
	mux.Handle("POST /revoke", d.answer(AtRevocation, d.revoke))
	mux.Handle("/userinfo", d.answer(AtUserInfo, d.userInfo(func(user string, scope *string) any { return claimsOf(user, scope) })))
	mux.Handle("GET /jwks", d.answer(AtKeys, d.keys(d.signing())))
	mux.Handle("GET /.well-known/openid-configuration", d.answer(AtDiscovery, d.discovery))
	mux.Handle("/api/me", d.answer(AtAPI, d.me))
}

func (d standard) face() face { return face{Name: "Practice provider", Letter: "P", Class: "standard"} }

func (d standard) newCode() string { return randomText(32) }

func (d standard) signing() Signing {
	if d.options.Signing == "" {
		return ES256
	}
	return d.options.Signing
}

// glance checks everything before a person is asked, as RFC 6749 §4.1.2.1 has it:
// a client or a way back that isn't known gets a page, all else a redirect.
func (d standard) glance(base string, q url.Values) (ask, *away) {
	client, ok := d.client(q.Get("client_id"))
	if !ok {
		return ask{}, unknownClient(http.StatusBadRequest, "invalid_client")
	}
	a := ask{
		client: client, redirect: q.Get("redirect_uri"), state: q.Get("state"), hasState: q.Has("state"),
		nonce: q.Get("nonce"), challenge: q.Get("code_challenge"), hint: cleanName(q.Get("login_hint")),
	}
	if a.registered, ok = client.registered(a.redirect, matchAnyPort); !ok || strings.Contains(a.redirect, "#") {
		return ask{}, wrongRedirect("invalid_request: redirect_uri")
	}
	iss := pair{"iss", base}
	if code, text := d.objection(&a, q); code != "" {
		return ask{}, backWith(a, code, text, iss)
	}
	return a, nil
}

func (d standard) settle(base string, q url.Values) (ask, *away) { return d.glance(base, q) }

// objection is what an ask is turned back for; code is "" where it is in order.
func (d standard) objection(a *ask, q url.Values) (code, text string) {
	if key, found := repeated(q); found {
		return "invalid_request", key + " stands more than once"
	}
	switch {
	case q.Get("response_type") == "":
		return "invalid_request", "response_type is missing"
	case q.Get("response_type") != "code":
		return "unsupported_response_type", "only code is supported"
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		return "invalid_request", "only response_mode query is supported"
	case q.Has("request"):
		return "request_not_supported", ""
	case q.Has("request_uri"):
		return "request_uri_not_supported", ""
	}
	if code, text = d.objectionToPKCE(*a, q.Get("code_challenge_method")); code != "" {
		return code, text
	}
	if a.scope = grantable(q.Get("scope")); a.scope == nil {
		return "invalid_scope", "none of the scopes is known"
	}
	return d.obeyPrompt(a, strings.Fields(q.Get("prompt")))
}

// grantable is what of a scope can be granted; nil where nothing can. Unknown ones
// are ignored (OpenID Connect Core §3.1.2.1).
func grantable(asked string) *string {
	known := slices.DeleteFunc(strings.Fields(asked), func(s string) bool { return !slices.Contains(standardScopes, s) })
	if len(known) == 0 {
		return nil
	}
	scope := strings.Join(known, " ")
	return &scope
}

// objectionToPKCE holds RFC 7636 with S256 alone; a public client can't do without.
func (d standard) objectionToPKCE(a ask, method string) (code, text string) {
	switch {
	case a.challenge == "" && method != "":
		return "invalid_request", "code_challenge is missing"
	case a.challenge == "" && a.client.Secret.IsZero():
		return "invalid_request", "a public client needs a code_challenge"
	case a.challenge != "" && method != "S256":
		return "invalid_request", "only code_challenge_method S256 is supported"
	case a.challenge != "" && len(a.challenge) != base64Length(32):
		return "invalid_request", "code_challenge is not a SHA-256"
	}
	return "", ""
}

// base64Length is how long n bytes are as base64url without padding.
func base64Length(n int) int { return (n*8 + 5) / 6 }

// obeyPrompt reads prompt (OpenID Connect Core §3.1.2.1). Consent is asked for
// every time, so "none" can never be obeyed.
func (d standard) obeyPrompt(a *ask, prompt []string) (code, text string) {
	if slices.Contains(prompt, "none") {
		return "interaction_required", "this provider asks a person every time"
	}
	a.again = slices.Contains(prompt, "login") || slices.Contains(prompt, "select_account")
	return "", ""
}

func (d standard) allowed(base string, a ask, code string) string {
	return withQuery(a.redirect, append(a.back(pair{"code", code}), pair{"iss", base})...)
}

func (d standard) denied(base string, a ask) string {
	return backWith(a, "access_denied", "the person said no", pair{"iss", base}).location
}

// revoke is RFC 7009.
func (d standard) revoke(c call) reply {
	client, err := d.authenticate(c)
	if err == nil && c.form.Get("token") == "" {
		err = refusal{http.StatusBadRequest, "invalid_request", "token is missing", ""}
	}
	if err == nil {
		err = d.book.revokeToken(c.form.Get("token"), client.ID)
	}
	if err != nil {
		return rfcError(asRefusal(err, d.refusals()))
	}
	return reply{status: http.StatusOK, header: http.Header{}}
}

// me is the protected address that shows that a token works.
func (d standard) me(c call) reply {
	f, t, refused := d.bearerOf(c)
	if refused != nil {
		return *refused
	}
	p := personOf(f.User)
	return jsonReply(http.StatusOK, map[string]any{
		"hello": p.Name, "subject": p.Subject, "email": p.Email, "scopes": words(t.Scope),
		"expires_in": int(t.Expires.Sub(d.book.at()).Seconds()),
	})
}

// asRefusal words an error of the book; a refusal stays as it is.
func asRefusal(err error, said map[error]refusal) refusal {
	var r refusal
	if errors.As(err, &r) {
		return r
	}
	for sentinel, worded := range said {
		if errors.Is(err, sentinel) {
			return worded
		}
	}
	return broken
}
