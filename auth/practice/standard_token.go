package practice

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"
)

// token is the token endpoint (RFC 6749 §3.2).
func (d standard) token(c call) reply {
	if c.Method != http.MethodPost {
		r := rfcError(refusal{http.StatusMethodNotAllowed, "invalid_request", "tokens are asked for by POST", ""})
		r.header.Set("Allow", "POST")
		return r
	}
	client, err := d.authenticate(c)
	var g grant
	if err == nil {
		g, err = d.give(c, client)
	}
	if err != nil {
		return rfcError(asRefusal(err, d.refusals()))
	}
	return d.tokens(c, g)
}

// bad is a refusal with status 400.
func bad(code, text string) refusal {
	return refusal{status: http.StatusBadRequest, code: code, text: text}
}

// authenticate reads the client by Basic, by the body, or, where it is public,
// by its client_id alone; two ways at once are refused (RFC 6749 §2.3).
func (d standard) authenticate(c call) (Client, error) {
	if !c.isForm {
		return Client{}, bad("invalid_request", "the body is not application/x-www-form-urlencoded")
	}
	if key, found := repeated(c.form); found {
		return Client{}, bad("invalid_request", key+" stands more than once")
	}
	id, secret, byHeader := c.basic()
	if byHeader && c.form.Has("client_secret") {
		return Client{}, bad("invalid_request", "the client authenticates in two ways at once")
	}
	wrong := refusal{status: http.StatusUnauthorized, code: "invalid_client", text: "the client is unknown or its secret is wrong"}
	if byHeader {
		wrong.challenge = `Basic realm="practice"`
	} else {
		id, secret = c.form.Get("client_id"), sentSecret(c.form)
	}
	if id == "" {
		return Client{}, refusal{http.StatusUnauthorized, "invalid_client", "client_id is missing", ""}
	}
	client, known := d.client(id)
	if !known || !client.Secret.Equal(secret) {
		return Client{}, wrong
	}
	return client, nil
}

// give does what grant_type asks.
func (d standard) give(c call, client Client) (grant, error) {
	switch c.form.Get("grant_type") {
	case "":
		return grant{}, bad("invalid_request", "grant_type is missing")
	case "authorization_code":
		if c.form.Get("code") == "" {
			return grant{}, bad("invalid_request", "code is missing")
		}
		return d.book.exchange(c.form.Get("code"), func(p permission) (mint, error) {
			return d.mint(p.scope), d.fits(c, client, p)
		})
	case "refresh_token":
		if c.form.Get("refresh_token") == "" {
			return grant{}, bad("invalid_request", "refresh_token is missing")
		}
		return d.book.refresh(c.form.Get("refresh_token"), client.ID, mint{d.access, withHandle}, func(f family) (*string, error) {
			return narrower(f.Scope, c.form.Get("scope"), bad("invalid_scope", "more is asked for than was allowed"))
		})
	case deviceGrant:
		if c.form.Get("device_code") == "" {
			return grant{}, bad("invalid_request", "device_code is missing")
		}
		return d.book.pollDevice(c.form.Get("device_code"), client.ID, d.mint)
	case "client_credentials":
		if client.Secret.IsZero() || client.NoClientCredentials {
			return grant{}, bad("unauthorized_client", "this client may not have tokens of its own")
		}
		scope := ""
		return d.book.own(client.ID, &scope, mint{access: d.access})
	}
	return grant{}, bad("unsupported_grant_type", "")
}

// scopeOffline is the scope that brings a refresh token (OpenID Connect Core §11).
const scopeOffline = "offline_access"

// mint makes a refresh token with offline_access only.
func (d standard) mint(scope *string) mint {
	m := mint{access: d.access}
	if slices.Contains(words(scope), scopeOffline) {
		m.refresh = withHandle
	}
	return m
}

// access makes an opaque access token.
func (d standard) access(family, *string, time.Time) (string, error) { return randomText(32), nil }

// withHandle makes a refresh token that tells its family.
func withHandle(handle string) string { return handle + randomText(32) }

// fits checks what comes with a code (RFC 6749 §4.1.3, RFC 7636 §4.6).
func (d standard) fits(c call, client Client, p permission) error {
	verifier := c.form.Get("code_verifier")
	switch {
	case p.client != client.ID:
		return errOtherClient
	case c.form.Get("redirect_uri") != p.redirect:
		return bad("invalid_grant", "redirect_uri is not the one the code was sent to")
	case p.challenge == "" && verifier != "":
		return bad("invalid_grant", "code_verifier without a code_challenge") // RFC 9700 §4.8.2
	case p.challenge != "" && !answersChallenge(verifier, p.challenge):
		return bad("invalid_grant", "code_verifier does not fit")
	}
	return nil
}

// answersChallenge is S256 (RFC 7636 §4.6), with the verifier's length by §4.1.
func answersChallenge(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return len(verifier) >= 43 && len(verifier) <= 128 &&
		subtle.ConstantTimeCompare([]byte(base64url(sum[:])), []byte(challenge)) == 1
}

// narrower is the scope asked for at a refresh, which may leave out and not add
// (RFC 6749 §6); asked "" is all of it.
func narrower(had *string, asked string, tooMuch refusal) (*string, error) {
	if asked == "" {
		return had, nil
	}
	for _, w := range strings.Fields(asked) {
		if !slices.Contains(words(had), w) {
			return nil, tooMuch
		}
	}
	return &asked, nil
}

// idTokenLife is how long an ID token can be shown to others; it is no session.
const idTokenLife = time.Hour

// tokens is the answer, with an ID token where openid was asked for.
func (d standard) tokens(c call, g grant) reply {
	answer := struct {
		Access  string  `json:"access_token"`
		Type    string  `json:"token_type"`
		Expires int     `json:"expires_in"`
		Refresh string  `json:"refresh_token,omitempty"`
		ID      string  `json:"id_token,omitempty"`
		Scope   *string `json:"scope,omitempty"`
	}{Access: g.access, Type: "Bearer", Expires: d.seconds(), Scope: g.scope}
	if !g.kept {
		answer.Refresh = g.refresh
	}
	if slices.Contains(words(g.scope), "openid") {
		signing, err := d.book.signer(d.signing())
		if err != nil {
			return brokenReply()
		}
		id, now := claimsOf(g.family.User, g.scope), d.book.at()
		id.Issuer, id.Audience, id.Nonce, id.AtHash = c.base, g.family.Client, g.nonce, halfHash(g.access)
		id.Issued, id.Expires, id.SignedIn = now.Unix(), now.Add(idTokenLife).Unix(), g.family.SignedIn.Unix()
		if answer.ID, err = signing.jwt(id); err != nil {
			return brokenReply()
		}
	}
	return tokens(answer)
}

// seconds is expires_in.
func (s *Server) seconds() int { return int(s.book.rules.accessLife / time.Second) }

// refusals words what the book says.
func (d standard) refusals() map[error]refusal {
	return map[error]refusal{
		errCodeUnknown:    bad("invalid_grant", "the code is unknown or was used"),
		errCodeExpired:    bad("invalid_grant", "the code has expired"),
		errRefreshUnknown: bad("invalid_grant", "the refresh token is unknown, was used or was revoked"),
		errRefreshExpired: bad("invalid_grant", "the refresh token has expired"),
		errPending:        bad("authorization_pending", "nobody has entered the code yet"),
		errTooFast:        bad("slow_down", "wait five seconds longer between two polls"),
		errDenied:         bad("access_denied", "the person said no"),
		errDeviceExpired:  bad("expired_token", "the device code has expired"),
		errOtherClient:    bad("invalid_grant", "it was issued to another client"),
	}
}
