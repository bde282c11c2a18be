package practice

import (
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"
)

// token is the token endpoint: a form by POST, or the query of a GET, and
// nothing else is read.
func (d adaptix) token(c call) reply {
	if r, refused := noBasic(c); refused {
		return r
	}
	in := c.form
	if c.Method != http.MethodPost {
		in = c.query
	}
	g, err := d.give(in)
	if err != nil {
		return arrayError(asRefusal(err, map[error]refusal{
			errCodeUnknown:    bad("invalid_grant", "Code doesn't exist or is invalid for the client"),
			errCodeExpired:    bad("invalid_grant", "The authorization code has expired"),
			errRefreshUnknown: bad("invalid_grant", "Invalid refresh token"),
			errRefreshExpired: bad("invalid_grant", "Refresh token has expired"),
			errOtherClient:    bad("invalid_grant", "Invalid refresh token"),
		}))
	}
	return tokens(struct { // in the provider's order
		Access  string  `json:"access_token"`
		Expires int     `json:"expires_in"`
		Type    string  `json:"token_type"`
		Scope   *string `json:"scope"`
		Refresh string  `json:"refresh_token,omitempty"`
	}{g.access, d.seconds(), "bearer", g.scope, g.refresh})
}

// grantPattern is what the provider takes for a grant type at all.
var grantPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(authorization_code|token|password|refresh_token|client_credentials|https?://.+|urn:.+)$`)
})

func (d adaptix) give(in url.Values) (grant, error) {
	kind := in.Get("grant_type")
	if !grantPattern().MatchString(kind) {
		return grant{}, bad("invalid_request", "Invalid grant_type parameter or parameter missing")
	}
	if in.Get("client_id") == "" {
		return grant{}, bad("invalid_client", "Client id was not found in the headers or body")
	}
	client, known := d.client(in.Get("client_id"))
	if !known || !client.Secret.Equal(sentSecret(in)) {
		return grant{}, bad("invalid_client", "The client credentials are invalid")
	}
	switch {
	case kind == "authorization_code":
		return d.exchange(in, client)
	case kind == "refresh_token":
		return d.refresh(in, client)
	case kind == "client_credentials" && !client.NoClientCredentials:
		if err := noScope(in); err != nil {
			return grant{}, err
		}
		return d.book.own(client.ID, nil, d.mint())
	}
	return grant{}, bad("unauthorized_client", "The grant type is unauthorized for this client_id")
}

func (d adaptix) mint() mint {
	return mint{
		access:  func(family, *string, time.Time) (string, error) { return adaptixToken(), nil },
		refresh: func(string) string { return adaptixToken() },
	}
}

func (d adaptix) exchange(in url.Values, client Client) (grant, error) {
	switch {
	case in.Get("code") == "":
		return grant{}, bad("invalid_request", `Missing parameter. "code" is required`)
	case in.Get("redirect_uri") == "":
		return grant{}, bad("invalid_request", "The redirect URI parameter is required.")
	}
	return d.book.exchange(in.Get("code"), func(p permission) (mint, error) {
		switch {
		case p.client != client.ID:
			return mint{}, errCodeUnknown
		case !matchPrefix(p.redirect, in.Get("redirect_uri")):
			return mint{}, bad("redirect_uri_mismatch", "The redirect URI is missing or do not match")
		}
		return d.mint(), noScope(in)
	})
}

func (d adaptix) refresh(in url.Values, client Client) (grant, error) {
	if in.Get("refresh_token") == "" {
		return grant{}, bad("invalid_request", `No "refresh_token" parameter found`)
	}
	return d.book.refresh(in.Get("refresh_token"), client.ID, d.mint(), func(f family) (*string, error) {
		return f.Scope, noScope(in)
	})
}

// noScope refuses a scope at the token endpoint: there are none.
func noScope(in url.Values) error {
	if in.Get("scope") != "" {
		return bad("invalid_scope", "An unsupported scope was requested.")
	}
	return nil
}
