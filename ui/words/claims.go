package words

import (
	"fmt"
	"time"
)

// Claim says what a member of a JWT is about, or "" where nobody knows: the
// registered names (RFC 7519 §4.1, RFC 7515 §4.1, OpenID Connect Core §2 and §5.1,
// RFC 9068 §2.2), and those that common providers add.
func Claim(name string) string {
	return map[string]string{
		"iss": "who issued it", "sub": "who it is about, as the issuer counts", "aud": "whom it is meant for",
		"exp": "when it ends", "nbf": "when it begins", "iat": "when it was issued", "jti": "its own number",
		"auth_time": "when the person signed in", "azp": "the client it was issued to", "client_id": "the client it was issued to",
		"appid": "the client it was issued to", "scope": "what it allows", "scp": "what it allows", "roles": "what the person may do",
		"groups": "the groups the person is in", "amr": "how the person signed in", "acr": "how sure the sign-in was",
		"nonce": "ties it to one sign-in", "at_hash": "ties it to the access token", "sid": "the session at the provider",
		"email": "e-mail address", "email_verified": "whether the address was confirmed", "name": "name",
		"preferred_username": "the name used to sign in", "given_name": "first name", "family_name": "last name",
		"tid": "the organisation (tenant)", "oid": "the person, as the organisation counts", "upn": "the name used to sign in",
		"alg": "how it is signed", "typ": "what kind of token", "kid": "the key that signed it", "cty": "what is inside",
	}[name]
}

// ClaimTime reports whether a member of a JWT is a NumericDate (RFC 7519 §2).
func ClaimTime(name string) bool {
	switch name {
	case "exp", "nbf", "iat", "auth_time", "updated_at":
		return true
	}
	return false
}

// FromNow says how far t is from now: "in 48 min", "12 min ago", "in 7 days", "now".
// It is rough: the exact time stands beside it.
func FromNow(t, now time.Time) string {
	d := t.Sub(now)
	ahead := d >= 0
	if !ahead {
		d = -d
	}
	if d < time.Second {
		return "now"
	}
	if ahead {
		return "in " + rough(d)
	}
	return rough(d) + " ago"
}

func rough(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
	case d < 2*day:
		return "1 day"
	case d < 2*365*day:
		return fmt.Sprintf("%d days", d/day)
	}
	return fmt.Sprintf("%d years", d/(365*day))
}
