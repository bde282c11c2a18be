package practice

import (
	"net/http"
	"net/url"
	"time"
)

// fortes answers as FortesMilestones does: no scopes, the redirect address's own
// query is part of the deal, and a refresh ends both old tokens at once.
type fortes struct{ *Server }

func (d fortes) mount(mux *http.ServeMux) {
	mux.HandleFunc("/api/oauth2/oauth2/auth", d.authorize)
	mux.Handle("POST /api/oauth2/oauth2/token", d.answer(AtToken, d.token))
	mux.Handle("/api/projects", d.answer(AtAPI, d.projects))
}

func (d fortes) face() face {
	return face{Name: "Practice FortesMilestones", Letter: "M", Class: "fortes"}
}

func (d fortes) newCode() string { return randomHex(16) }

func (d fortes) glance(_ string, q url.Values) (ask, *away) {
	client, ok := d.client(q.Get("client_id"))
	if !ok {
		return ask{}, unknownClient(http.StatusBadRequest, "invalid_client")
	}
	a := ask{client: client, redirect: q.Get("redirect_uri"), state: q.Get("state"), hasState: q.Has("state")}
	if a.registered, ok = client.registered(a.redirect, matchContains); !ok {
		return ask{}, wrongRedirect("invalid_request: redirect_uri")
	}
	if q.Get("response_type") != "code" {
		return ask{}, d.back(a, pair{"error", "unsupported_response_type"})
	}
	return a, nil
}

func (d fortes) settle(base string, q url.Values) (ask, *away) { return d.glance(base, q) }

func (d fortes) allowed(_ string, a ask, code string) string {
	return d.back(a, pair{"code", code}).location
}

func (d fortes) denied(_ string, a ask) string {
	return d.back(a, pair{"error", "access_denied"}).location
}

// back keeps of state and of the redirect address's own query what Echo says.
func (d fortes) back(a ask, pairs ...pair) *away {
	address := a.redirect
	if d.options.Echo == EchoState || d.options.Echo == EchoNeither {
		address = a.registered
	}
	if d.options.Echo == EchoBoth || d.options.Echo == EchoState {
		pairs = a.back(pairs...)
	}
	return &away{location: withQuery(address, pairs...)}
}

// token is the token endpoint: everything stands in the form.
func (d fortes) token(c call) reply {
	g, err := d.give(c.form)
	if err != nil {
		return rfcError(asRefusal(err, map[error]refusal{
			errCodeUnknown: bad("invalid_grant", ""), errCodeExpired: bad("invalid_grant", ""),
			errRefreshUnknown: bad("invalid_grant", ""), errRefreshExpired: bad("invalid_grant", ""),
			errOtherClient: bad("invalid_grant", ""),
		}))
	}
	return tokens(struct { // in the provider's order
		Access  string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires int    `json:"expires_in"`
		Refresh string `json:"refresh_token"`
	}{g.access, "bearer", d.seconds(), g.refresh})
}

func (d fortes) give(in url.Values) (grant, error) {
	client, known := d.client(in.Get("client_id"))
	if !known || !client.Secret.Equal(sentSecret(in)) {
		return grant{}, refusal{status: http.StatusUnauthorized, code: "invalid_client"}
	}
	m := mint{
		access:  func(family, *string, time.Time) (string, error) { return randomHex(16), nil },
		refresh: func(string) string { return randomHex(16) },
	}
	switch in.Get("grant_type") {
	case "authorization_code":
		return d.book.exchange(in.Get("code"), func(p permission) (mint, error) {
			if p.client != client.ID || p.redirect != in.Get("redirect_uri") {
				return mint{}, bad("invalid_grant", "")
			}
			return m, nil
		})
	case "refresh_token":
		return d.book.refresh(in.Get("refresh_token"), client.ID, m, func(f family) (*string, error) { return f.Scope, nil })
	case "":
		return grant{}, bad("invalid_request", "")
	}
	return grant{}, bad("unsupported_grant_type", "")
}

// projects is the protected address.
func (d fortes) projects(c call) reply {
	if _, _, refused := d.bearerOf(c); refused != nil {
		return *refused
	}
	return jsonReply(http.StatusOK, map[string]any{"projects": []string{}})
}
