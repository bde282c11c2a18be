package practice

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Sentences of Okta that are said in more than one place.
const (
	oktaNoDefaultScope = "The authorization server resource does not have any configured default scopes, 'scope' must be provided."
	oktaUnknownScope   = "One or more scopes are not configured for the authorization server resource."
)

func (d fortellis) token(c call) reply {
	client, err := d.authenticate(c)
	var g grant
	if err == nil {
		g, err = d.give(c, client)
	}
	if err == nil {
		var id string
		if id, err = d.idToken(c.base, g); err == nil {
			return tokens(struct { // in the provider's order
				Type    string  `json:"token_type"`
				Expires int     `json:"expires_in"`
				Access  string  `json:"access_token"`
				Scope   *string `json:"scope"`
				Refresh string  `json:"refresh_token,omitempty"`
				ID      string  `json:"id_token,omitempty"`
			}{"Bearer", d.seconds(), g.access, g.scope, g.refresh, id})
		}
	}
	return rfcError(asRefusal(err, d.refusals()))
}

// authenticate takes Basic and nothing else.
func (d fortellis) authenticate(c call) (Client, error) {
	id, secret, byHeader := c.basic()
	inBody := c.form.Has("client_secret") || c.form.Has("client_id")
	client, known := d.client(id)
	switch {
	case c.query.Has("client_id") || c.query.Has("client_secret"):
		return Client{}, bad("invalid_request", "Client credentials cannot be supplied via query parameters.")
	case byHeader && inBody:
		return Client{}, refusal{
			http.StatusUnauthorized, "invalid_request",
			"Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, " +
				"credentials in the post body, or a client_assertion in the post body.", "",
		}
	case !byHeader:
		return Client{}, refusal{http.StatusUnauthorized, "invalid_client", "No client credentials found.", ""}
	case !known:
		return Client{}, refusal{http.StatusUnauthorized, "invalid_client", "Invalid value for 'client_id' parameter.", ""}
	case !client.Secret.Equal(secret):
		return Client{}, refusal{
			http.StatusUnauthorized, "invalid_client", "The client secret supplied for a confidential client is invalid.", "",
		}
	}
	return client, nil
}

// give does what grant_type asks. The grant's parameters may stand in the
// address too, as the provider's own samples have it.
func (d fortellis) give(c call, client Client) (grant, error) {
	switch c.sent("grant_type") {
	case "authorization_code":
		return d.book.exchange(c.sent("code"), func(p permission) (mint, error) {
			m := d.mint(c.base)
			if !slices.Contains(words(p.scope), scopeOffline) {
				m.refresh = nil
			}
			return m, d.fits(c, client, p)
		})
	case "refresh_token":
		return d.book.refresh(c.sent("refresh_token"), client.ID, d.mint(c.base), func(f family) (*string, error) {
			return narrower(f.Scope, c.sent("scope"), bad("access_denied",
				"Some of the scopes requested for the refresh request were not granted in the original authorize request."))
		})
	case "client_credentials":
		return d.anonymous(c, client)
	case "":
		return grant{}, bad("invalid_request", "The token endpoint requires the 'grant_type' parameter.")
	}
	return grant{}, bad("unsupported_grant_type", "The authorization grant type is not supported by the authorization server.")
}

func (d fortellis) fits(c call, client Client, p permission) error {
	switch {
	case p.client != client.ID:
		return errOtherClient
	case p.redirect != c.sent("redirect_uri"):
		return bad("invalid_grant", "The 'redirect_uri' does not match the redirection URI used in the authorization request.")
	case p.challenge != "" && !answersChallenge(c.sent("code_verifier"), p.challenge):
		return bad("invalid_grant", "PKCE verification failed.")
	}
	return nil
}

// anonymous is the one scope a client may ask for itself.
func (d fortellis) anonymous(c call, client Client) (grant, error) {
	scope := c.sent("scope")
	switch {
	case client.NoClientCredentials:
		return grant{}, bad("unauthorized_client", "The client is not authorized to use the provided grant type.")
	case strings.TrimSpace(scope) == "":
		return grant{}, bad("invalid_scope", oktaNoDefaultScope)
	case scope != "anonymous":
		return grant{}, bad("invalid_scope", oktaUnknownScope)
	}
	return d.book.own(client.ID, &scope, d.mint(c.base))
}

// refusals words what the book says.
func (d fortellis) refusals() map[error]refusal {
	code := bad("invalid_grant", "The authorization code is invalid or has expired.")
	refresh := bad("invalid_grant", "The refresh token is invalid or expired.")
	return map[error]refusal{
		errCodeUnknown: code, errCodeExpired: code, errRefreshUnknown: refresh, errRefreshExpired: refresh,
		errOtherClient: bad("invalid_grant", "The grant was issued to another client."),
	}
}

// oktaAccess are the claims of an access token.
type oktaAccess struct {
	Version  int      `json:"ver"`
	ID       string   `json:"jti"`
	Issuer   string   `json:"iss"`
	Audience string   `json:"aud"`
	Issued   int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	Client   string   `json:"cid"`
	User     string   `json:"uid,omitempty"`
	Scopes   []string `json:"scp"`
	Subject  string   `json:"sub"`
}

// oktaID are the claims of an ID token.
type oktaID struct {
	Subject  string   `json:"sub"`
	Version  int      `json:"ver"`
	Issuer   string   `json:"iss"`
	Audience string   `json:"aud"`
	Issued   int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	ID       string   `json:"jti"`
	Methods  []string `json:"amr"`
	Provider string   `json:"idp"`
	SignedIn int64    `json:"auth_time"`
	AtHash   string   `json:"at_hash"`
	Nonce    string   `json:"nonce,omitempty"`
}

// oktaUser is a user's ID: 20 characters that begin with 00u.
func oktaUser(user string) string { return "00u" + personOf(user).Subject[:17] }

// mint makes access tokens that anyone can read, and opaque refresh tokens.
func (d fortellis) mint(base string) mint {
	return mint{
		access: func(f family, scope *string, expires time.Time) (string, error) {
			signing, err := d.book.signerLocked(RS256)
			if err != nil {
				return "", err
			}
			c := oktaAccess{
				Version: 1, ID: "AT." + randomText(32), Issuer: d.issuer(base), Audience: "api_providers",
				Issued: expires.Add(-d.book.rules.accessLife).Unix(), Expires: expires.Unix(),
				Client: f.Client, Scopes: words(scope), Subject: f.Client,
			}
			if f.User != "" {
				c.User, c.Subject = oktaUser(f.User), personOf(f.User).Email
			}
			if slices.Contains(words(f.Scope), scopeOffline) {
				c.ID += "." + randomText(14) // the family
			}
			return signing.jwt(c)
		},
		refresh: withHandle,
	}
}

// idToken is "" without the scope openid.
func (d fortellis) idToken(base string, g grant) (string, error) {
	if !slices.Contains(words(g.scope), "openid") {
		return "", nil
	}
	signing, err := d.book.signer(RS256)
	if err != nil {
		return "", err
	}
	now := d.book.at()
	return signing.jwt(oktaID{
		Subject: oktaUser(g.family.User), Version: 1, Issuer: d.issuer(base), Audience: g.family.Client,
		Issued: now.Unix(), Expires: now.Add(idTokenLife).Unix(), ID: "ID." + randomText(32), Methods: []string{"pwd"},
		Provider: "00o" + personOf("the practice directory").Subject[:17], SignedIn: g.family.SignedIn.Unix(),
		AtHash: halfHash(g.access), Nonce: g.nonce,
	})
}
