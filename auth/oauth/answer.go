package oauth

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/tokentray/tokentray/auth"
)

// readAnswer reads a success: the tokens first, everything else as well as it
// goes. ok is false where there is neither an access token nor a whole refresh token.
func readAnswer(h heard, separator string) (answer auth.Answer, ok bool) {
	answer = auth.Answer{AskedAt: h.asked}
	if date, err := http.ParseTime(h.header.Get("Date")); err == nil {
		answer.ServerDate = date.UTC()
	}
	f, readable := readFields(h.body)
	if !readable {
		if isPage(h.header.Get("Content-Type"), h.body) {
			return auth.Answer{}, false
		}
		answer.RefreshToken = auth.NewSecret(salvage(h.body))
		answer.Salvaged = true
		return answer, !answer.RefreshToken.IsZero()
	}
	f = f.withTokens()
	access := f.text("access_token")
	answer.RefreshToken = auth.NewSecret(f.text("refresh_token"))
	if access == "" {
		if code, _ := f.complaint(); code != "" {
			return auth.Answer{}, false
		}
	}
	if access == "" || strings.ContainsFunc(access, unicode.IsControl) {
		answer.Salvaged = true
		return answer, !answer.RefreshToken.IsZero()
	}
	answer.AccessToken = auth.NewSecret(access)
	answer.IDToken = auth.NewSecret(f.words("id_token"))
	answer.TokenType = cut(oneLine(f.words("token_type")), maxCode)
	answer.Scopes = f.scopes(separator)
	answer.ExpiresIn = f.life(access, baseOf(answer))
	answer.RefreshExpiresIn = f.seconds("refresh_token_expires_in", "refresh_expires_in", "x_refresh_token_expires_in")
	return answer, true
}

// baseOf is what moments in an answer count from: the server's own clock where it is known.
func baseOf(a auth.Answer) time.Time {
	if !a.ServerDate.IsZero() {
		return a.ServerDate
	}
	return a.AskedAt
}

// withTokens is f with what stands one level deeper where the tokens do (Slack's authed_user).
func (f fields) withTokens() fields {
	if f.text("access_token") != "" {
		return f
	}
	for _, name := range []string{"authed_user", "data"} {
		inner, ok := f.object(name)
		if ok && inner.text("access_token") != "" {
			f = maps.Clone(f)
			maps.Copy(f, inner)
			return f
		}
	}
	return f
}

// life is how long the access token is good for: as stated, else as the token
// itself says where it is a JWT; 0 where nobody says.
func (f fields) life(access string, base time.Time) time.Duration {
	if d := f.seconds("expires_in", "expires"); d > 0 {
		return d
	}
	if d := f.until(base, "expires_at"); d > 0 {
		return d
	}
	inside, ok := claims(access)
	if !ok {
		return 0
	}
	if issued, known := inside.number("iat"); known {
		exp, _ := inside.number("exp")
		return clampLife(exp - issued)
	}
	return inside.until(base, "exp")
}

// scopes are what was granted; nil where nothing is said.
func (f fields) scopes(separator string) []string {
	var granted []string
	switch v := f.value("scope", "scopes").(type) {
	case string:
		granted = strings.FieldsFunc(v, func(r rune) bool {
			return unicode.IsSpace(r) || r == ',' || separator == string(r)
		})
	case []any:
		for _, one := range v {
			if s, ok := one.(string); ok && s != "" {
				granted = append(granted, s)
			}
		}
	}
	if len(granted) == 0 {
		return nil
	}
	return granted
}

// refreshLiteral is a whole refresh token in JSON, with its closing quote.
var refreshLiteral = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(?:refresh_token|refreshToken)"\s*:\s*("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})+")`)
})

// salvage finds the one whole refresh token in a damaged answer, or "". TLS
// vouches for what came; two different ones say nothing.
func salvage(body []byte) string {
	var found string
	for _, m := range refreshLiteral().FindAllSubmatch(body, -1) {
		var token string
		if err := json.Unmarshal(m[1], &token); err != nil || (found != "" && token != found) {
			return ""
		}
		found = token
	}
	return found
}

// isPage reports whether a body is for people: labelled as HTML and not JSON, or HTML by its looks.
func isPage(kind string, body []byte) bool {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 || body[0] == '{' || body[0] == '[' {
		return false
	}
	kind = strings.ToLower(kind)
	return body[0] == '<' || strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "application/xhtml")
}
