package practice

import (
	"net/http"
	"slices"
)

// claims are those of an ID token (OpenID Connect Core §2) and of the userinfo
// answer (§5.3), as both use them.
type claims struct {
	Issuer   string `json:"iss,omitempty"`
	Subject  string `json:"sub"`
	Audience string `json:"aud,omitempty"`
	Expires  int64  `json:"exp,omitempty"`
	Issued   int64  `json:"iat,omitempty"`
	SignedIn int64  `json:"auth_time,omitempty"`
	Nonce    string `json:"nonce,omitempty"`
	AtHash   string `json:"at_hash,omitempty"`
	Name     string `json:"name,omitempty"`
	Email    string `json:"email,omitempty"`
	Verified *bool  `json:"email_verified,omitempty"`
}

// claimsOf says of user what scope lets be known.
func claimsOf(user string, scope *string) claims {
	p, asked := personOf(user), words(scope)
	c := claims{Subject: p.Subject}
	if slices.Contains(asked, "profile") {
		c.Name = p.Name
	}
	if slices.Contains(asked, "email") {
		no := false // nobody verified anything
		c.Email, c.Verified = p.Email, &no
	}
	return c
}

// keys is the JWKS (RFC 7517 §5).
func (s *Server) keys(alg Signing) handler {
	return func(call) reply {
		signing, err := s.book.signer(alg)
		if err != nil {
			return brokenReply()
		}
		public, err := signing.public()
		if err != nil {
			return brokenReply()
		}
		return jsonReply(http.StatusOK, struct {
			Keys []jwk `json:"keys"`
		}{[]jwk{public}})
	}
}

// userInfo is the userinfo endpoint (OpenID Connect Core §5.3); about says who it is.
func (s *Server) userInfo(about func(user string, scope *string) any) handler {
	return func(c call) reply {
		f, t, refused := s.bearerOf(c)
		switch {
		case refused != nil:
			return *refused
		case !slices.Contains(words(t.Scope), "openid"):
			return bearerError(http.StatusForbidden, "insufficient_scope", "the token was not given for openid")
		}
		return jsonReply(http.StatusOK, about(f.User, t.Scope))
	}
}

// bearerOf is whose token c carries in its header (RFC 6750 §2.1), or the refusal.
func (s *Server) bearerOf(c call) (family, ticket, *reply) {
	token, found := c.bearer()
	if !found {
		r := reply{
			status: http.StatusUnauthorized, outcome: "missing_token",
			header: http.Header{"Www-Authenticate": {`Bearer realm="practice"`}}, // no error code where nothing was sent (§3.1)
		}
		return family{}, ticket{}, &r
	}
	f, t, err := s.book.access(token)
	if err != nil {
		r := bearerError(http.StatusUnauthorized, "invalid_token", "the access token is unknown or has expired")
		return family{}, ticket{}, &r
	}
	return f, t, nil
}

// bearerError is a refusal at a protected address (RFC 6750 §3).
func bearerError(status int, code, text string) reply {
	return rfcError(refusal{status, code, text, `Bearer error="` + code + `", error_description="` + text + `"`})
}

// broken is what a request gets when the state can't be written: nothing was changed.
var broken = refusal{status: http.StatusInternalServerError, code: "server_error", text: "the practice provider can't write its state"}

func brokenReply() reply { return rfcError(broken) }
