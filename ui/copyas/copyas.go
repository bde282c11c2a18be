// Package copyas writes an access token in the forms people paste: a header, a
// command of curl, HTTPie or PowerShell, a line for an .env file, JSON, an
// environment for Postman. It is used by the command line and by whatever copies.
//
// A token goes into an address only where somebody asks for that form and the
// provider's API takes it there: addresses are logged (RFC 9700 §4.3.2), and
// Form.Remark says so. What comes out holds the token, so it is an auth.Secret.
package copyas

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tokentray/tokentray/auth"
)

// Form is how a token is written: a closed set.
type Form string

// The forms.
const (
	Raw        Form = "raw"        // the token alone
	Bearer     Form = "bearer"     // Bearer TOKEN (RFC 6750 §2.1)
	Header     Form = "header"     // Authorization: Bearer TOKEN
	Curl       Form = "curl"       // a curl command for a POSIX shell
	CurlQuery  Form = "curl-query" // the same with the token in the query (RFC 6750 §2.3)
	CurlBody   Form = "curl-body"  // the same with the token in a form (RFC 6750 §2.2)
	HTTPie     Form = "httpie"     // an HTTPie command for a POSIX shell
	PowerShell Form = "powershell" // an Invoke-RestMethod command
	Env        Form = "env"        // ACCESS_TOKEN=TOKEN
	JSON       Form = "json"       // one document, see tokenDocument
	Postman    Form = "postman"    // an environment to import
)

// Forms lists every Form in the order in which they are offered.
func Forms() []Form {
	return []Form{Raw, Bearer, Header, Curl, CurlQuery, CurlBody, HTTPie, PowerShell, Env, JSON, Postman}
}

// FormsFor lists the forms that a provider's API has a use for: every one, but
// those that put the token where it isn't taken.
func FormsFor(api auth.API) []Form {
	return slices.DeleteFunc(Forms(), func(f Form) bool { return !f.fits(api) })
}

// fits reports whether api takes a token where f puts it. Headers every API has to
// take (RFC 6750 §2.1).
func (f Form) fits(api auth.API) bool {
	switch f {
	case CurlQuery:
		return slices.Contains(api.TokenIn, "query")
	case CurlBody:
		return slices.Contains(api.TokenIn, "body")
	case Raw, Bearer, Header, Curl, HTTPie, PowerShell, Env, JSON, Postman:
	}
	return true
}

// Label is the form as a person reads it in a menu.
func (f Form) Label() string {
	switch f {
	case Raw:
		return "Token alone"
	case Bearer:
		return "Bearer and token"
	case Header:
		return "Authorization header"
	case Curl:
		return "curl command"
	case CurlQuery:
		return "curl command, token in the address"
	case CurlBody:
		return "curl command, token in the body"
	case HTTPie:
		return "HTTPie command"
	case PowerShell:
		return "PowerShell command"
	case Env:
		return ".env line"
	case JSON:
		return "JSON"
	case Postman:
		return "Postman environment"
	}
	return string(f)
}

// Remark is what a person should know before they choose f, in two or three words;
// "" for most forms.
func (f Form) Remark() string {
	if f == CurlQuery {
		return "may be logged"
	}
	return ""
}

// Parse returns the form that s names, and whether there is one.
func Parse(s string) (Form, bool) {
	for _, f := range Forms() {
		if string(f) == s {
			return f, true
		}
	}
	return "", false
}

// NeedsRequest reports whether the form shows a request, or names the account,
// and so needs Material beyond the token.
func (f Form) NeedsRequest() bool {
	switch f {
	case Curl, CurlQuery, CurlBody, HTTPie, PowerShell, Postman:
		return true
	case Raw, Bearer, Header, Env, JSON:
	}
	return false
}

// Material is what a form is made of.
type Material struct {
	Token   auth.Token
	Account string // its name, for Postman
	API     auth.API
	Now     time.Time // for the seconds that are left, in JSON
	// RequestID is what a recipe's {request_id} becomes; "": a new random one.
	RequestID string
}

// ErrOddToken is returned for a token that can't stand in a header: one with
// control characters, or that isn't UTF-8 (RFC 6750 §2.1 allows neither). Such a
// token would smuggle a line of its own into a header or a script.
var ErrOddToken = errors.New("the token has characters that can't stand in a header")

// ErrBound is returned for a token that is no bearer token (RFC 9449): pasted
// anywhere it would only be refused. JSON, which tells the type, has it all the same.
var ErrBound = errors.New("the token is bound to a key, so that it works nowhere else")

// ErrNotTaken is returned for a form that puts the token where the provider's API
// doesn't take it.
var ErrNotTaken = &auth.Error{Kind: auth.KindUsage, Detail: "this provider’s API takes the token in a header only"}

// Write returns the token of m in form f, without a newline at its end, or one of
// ErrOddToken, ErrBound and ErrNotTaken.
func Write(f Form, m Material) (auth.Secret, error) {
	token := m.Token.AccessToken.Reveal()
	switch {
	case token == "" || !fitsOneLine(token):
		return auth.Secret{}, ErrOddToken
	case f != JSON && m.Token.Type != "" && !strings.EqualFold(m.Token.Type, "Bearer"):
		return auth.Secret{}, ErrBound
	case !f.fits(m.API):
		return auth.Secret{}, ErrNotTaken
	}
	text, err := write(f, m, token)
	return auth.NewSecret(text), err
}

func write(f Form, m Material, token string) (string, error) {
	switch f {
	case Bearer:
		return "Bearer " + token, nil
	case Header:
		return "Authorization: Bearer " + token, nil
	case Curl:
		return requestOf(m).bearing(token).curl(), nil
	case CurlQuery:
		return requestOf(m).inQuery(token).curl(), nil
	case CurlBody:
		return requestOf(m).inBody(token).curl(), nil
	case HTTPie:
		return requestOf(m).bearing(token).httpie(), nil
	case PowerShell:
		return requestOf(m).bearing(token).powerShell(), nil
	case Env:
		return "ACCESS_TOKEN=" + shellWord(token), nil
	case JSON:
		return tokenJSON(m, token)
	case Postman:
		return postmanJSON(m, token)
	case Raw:
	}
	return token, nil
}

// fitsOneLine reports whether s can stand in a header and in a script as it is.
func fitsOneLine(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}
