package practice

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/tokentray/tokentray/auth"
)

// call is a request that a program sent, with its body read.
type call struct {
	*http.Request
	base   string
	query  url.Values
	form   url.Values
	isForm bool // the body is one, by its content type
}

// handler answers a call.
type handler func(call) reply

// answer serves h at a place where a fault may strike.
func (s *Server) answer(p Place, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, ok := s.read(r)
		if !ok {
			rfcError(refusal{http.StatusBadRequest, "invalid_request", "the request can't be read", ""}).writeTo(w)
			return
		}
		if p == AtToken {
			s.ledger.arrived(c.sent("code"), c.sent("refresh_token"))
		}
		fault, spoiled := s.script.next(p)
		var real reply
		if !spoiled || fault.carriesOut() {
			real = h(c)
			if p == AtToken {
				s.ledger.cameTo(real.outcome)
			}
		}
		if !spoiled {
			real.writeTo(w)
			return
		}
		s.ledger.spoiled()
		fault.send(w, r, fault.spoil(c, real), s.closing)
	})
}

// read reads a call whole, so that the client's leaving is noticed while the answer waits.
func (s *Server) read(r *http.Request) (call, bool) {
	c := call{Request: r, base: s.base(r), form: url.Values{}}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return call{}, false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if c.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		return call{}, false
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // an odd one is no form
	if c.isForm = kind == "application/x-www-form-urlencoded"; c.isForm {
		if c.form, err = url.ParseQuery(string(body)); err != nil {
			return call{}, false
		}
	}
	return c, true
}

// quoted is an error in each shape that providers use, with all that was sent in its words.
func (c call) quoted() []byte {
	all := c.Header.Get("Authorization") + " " + c.form.Encode()
	for name := range c.form {
		all += " " + c.form.Get(name)
	}
	return jsonReply(0, map[string]any{
		"error": "invalid_request", "error_description": all,
		"errors": []map[string]any{{"message": all, "code": http.StatusBadRequest, "type": "invalid_request"}},
	}).body
}

// sent is a parameter wherever it stands.
func (c call) sent(key string) string {
	if v := c.form.Get(key); v != "" {
		return v
	}
	return c.query.Get(key)
}

// basic are the credentials of the Authorization header, which are form-encoded
// before they become Basic (RFC 6749 §2.3.1).
func (c call) basic() (id string, secret auth.Secret, ok bool) {
	user, password, ok := c.BasicAuth()
	if !ok {
		return "", auth.Secret{}, false
	}
	return unescaped(user), auth.NewSecret(unescaped(password)), true
}

// unescaped takes what isn't form-encoded as it is: not every client encodes.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// bearer is the token of the Authorization header; its scheme is read ignoring
// case (RFC 9110 §11.1).
func (c call) bearer() (token string, ok bool) {
	scheme, token, found := strings.Cut(c.Header.Get("Authorization"), " ")
	return token, found && strings.EqualFold(scheme, "Bearer") && token != ""
}

// sentSecret is the client_secret of a form.
func sentSecret(form url.Values) auth.Secret { return auth.NewSecret(form.Get("client_secret")) }
