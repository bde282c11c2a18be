package practice

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// fortellis answers as Fortellis does, which is a custom authorization server of
// Okta: JWT access tokens, Basic only, an exact redirect address, and a refresh
// token that stays unless rotation is chosen.
type fortellis struct{ *Server }

// fortellisServer is the path of Fortellis' production authorization server.
const fortellisServer = "/oauth2/aus1p1ixy7YL8cMq02p7"

// fortellisScopes are what a person can be asked for.
var fortellisScopes = []string{"openid", "profile", "email", "address", "phone", "offline_access"}

func (d fortellis) mount(mux *http.ServeMux) {
	mux.HandleFunc(fortellisServer+"/v1/authorize", d.authorize)
	mux.Handle("POST "+fortellisServer+"/v1/token", d.answer(AtToken, d.token))
	mux.Handle("POST "+fortellisServer+"/v1/revoke", d.answer(AtRevocation, d.revoke))
	mux.Handle(fortellisServer+"/v1/userinfo", d.answer(AtUserInfo, d.userInfo(func(user string, scope *string) any {
		c := claimsOf(user, scope)
		c.Subject = oktaUser(user)
		return c
	})))
	mux.Handle("GET "+fortellisServer+"/v1/keys", d.answer(AtKeys, d.keys(RS256)))
	mux.Handle("GET "+fortellisServer+"/.well-known/openid-configuration", d.answer(AtDiscovery, d.discovery))
	mux.Handle("/api/customers", d.answer(AtAPI, d.customers))
}

func (d fortellis) face() face {
	return face{Name: "Practice Fortellis", Letter: "F", Class: "fortellis"}
}

func (d fortellis) newCode() string { return randomText(32) }

func (d fortellis) issuer(base string) string { return base + fortellisServer }

func (d fortellis) glance(_ string, q url.Values) (ask, *away) {
	client, ok := d.client(q.Get("client_id"))
	if !ok {
		return ask{}, unknownClient(http.StatusBadRequest, "invalid_client: Invalid value for 'client_id' parameter.")
	}
	a := ask{
		client: client, redirect: q.Get("redirect_uri"), state: q.Get("state"), hasState: q.Has("state"),
		scope: sentValue(q, "scope"), nonce: q.Get("nonce"), challenge: q.Get("code_challenge"), hint: cleanName(q.Get("login_hint")),
	}
	if a.registered, ok = client.registered(a.redirect, matchExact); !ok {
		return ask{}, wrongRedirect("invalid_request: The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.")
	}
	switch {
	case q.Get("response_type") == "":
		return ask{}, backWith(a, "invalid_request", "The request is missing the 'response_type' parameter.")
	case q.Get("response_type") != "code":
		return ask{}, backWith(a, "unsupported_response_type", "The response type is not supported by the authorization server.")
	case len(words(a.scope)) == 0:
		return ask{}, backWith(a, "invalid_scope", oktaNoDefaultScope)
	case slices.ContainsFunc(words(a.scope), func(s string) bool { return !slices.Contains(fortellisScopes, s) }):
		return ask{}, backWith(a, "invalid_scope", oktaUnknownScope)
	case a.challenge != "" && q.Get("code_challenge_method") != "S256":
		return ask{}, backWith(a, "invalid_request", "The 'code_challenge_method' parameter must be S256.")
	}
	a.again = strings.Contains(q.Get("prompt"), "login")
	return a, nil
}

func (d fortellis) settle(base string, q url.Values) (ask, *away) { return d.glance(base, q) }

// allowed has code before state.
func (d fortellis) allowed(_ string, a ask, code string) string {
	return withQuery(a.redirect, a.back(pair{"code", code})...)
}

func (d fortellis) denied(_ string, a ask) string {
	return backWith(a, "access_denied", "The resource owner denied the request.").location
}

// revoke is RFC 7009: 200 without a body, for unknown tokens too.
func (d fortellis) revoke(c call) reply {
	client, err := d.authenticate(c)
	if err == nil {
		err = d.book.revokeToken(c.form.Get("token"), client.ID)
	}
	if err != nil {
		return rfcError(asRefusal(err, d.refusals()))
	}
	return reply{status: http.StatusOK, header: http.Header{}}
}

// discovery is what an Okta authorization server says of itself.
func (d fortellis) discovery(c call) reply {
	at := d.issuer(c.base)
	ways := []string{"client_secret_basic"}
	return jsonReply(http.StatusOK, metadata{
		Issuer:    at,
		Authorize: at + "/v1/authorize", Token: at + "/v1/token", UserInfo: at + "/v1/userinfo",
		Keys: at + "/v1/keys", Revoke: at + "/v1/revoke",
		Scopes: fortellisScopes, ResponseTypes: []string{"code"}, ResponseModes: []string{"query"},
		Grants:   []string{"authorization_code", "refresh_token", "client_credentials"},
		Subjects: []string{"public"}, Signing: []string{string(RS256)},
		TokenAuth: ways, RevokeAuth: ways,
		Claims:     []string{"iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "idp", "nonce", "at_hash"},
		Challenges: []string{"S256"},
	})
}

// customers is the protected address behind the API gateway, which wants to know
// the subscription and echoes the request's ID.
func (d fortellis) customers(c call) reply {
	request := c.Header.Get("Request-Id")
	if request == "" {
		request = randomHex(16)
	}
	r := d.gateway(c)
	r.header.Set("Request-Id", request)
	return r
}

func (d fortellis) gateway(c call) reply {
	token, found := c.bearer()
	if !found {
		return gatewayError(http.StatusUnauthorized, "MISSING-AUTHORIZATION", "The Authorization header is missing.")
	}
	_, _, err := d.book.access(token)
	switch {
	case errors.Is(err, errAccessExpired):
		return gatewayError(http.StatusUnauthorized, "TOKEN-EXPIRED", "The access token has expired.")
	case err != nil:
		return gatewayError(http.StatusUnauthorized, "INVALID-TOKEN", "The access token is not valid.")
	case c.Header.Get("Subscription-Id") == "":
		return gatewayError(http.StatusBadRequest, "MISSING-SUBSCRIPTION-ID", "The Subscription-Id header is missing.")
	}
	return jsonReply(http.StatusOK, map[string]any{"items": []string{}, "totalItems": 0})
}

func gatewayError(status int, code, text string) reply {
	r := jsonReply(status, struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}{code, text})
	r.outcome = code
	return r
}
