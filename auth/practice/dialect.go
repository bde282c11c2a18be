package practice

import (
	"net/http"
	"net/url"
	"strings"
)

// dialect is how one provider reads requests and words answers.
type dialect interface {
	// mount adds the dialect's addresses.
	mount(mux *http.ServeMux)
	// glance reads an ask before a person sees it, settle when the person has
	// answered: a provider may notice at either what is wrong with it.
	glance(base string, q url.Values) (ask, *away)
	settle(base string, q url.Values) (ask, *away)
	// allowed and denied are where the browser goes then.
	allowed(base string, a ask, code string) string
	denied(base string, a ask) string
	newCode() string
	face() face
}

// ask is an authorization request (RFC 6749 §4.1.1).
type ask struct {
	client     Client
	redirect   string // as sent
	registered string // the registered address it fits
	state      string
	hasState   bool
	scope      *string // what will be granted; nil: none was sent
	nonce      string
	challenge  string
	hint       string // who is expected
	userCode   string // of a device that waits for this ask; "" where a browser does
	again      bool   // the person has to sign in though they are signed in already
}

// back are the pairs of the callback, with state where one was sent.
func (a ask) back(pairs ...pair) []pair {
	if a.hasState {
		pairs = append(pairs, pair{"state", a.state})
	}
	return pairs
}

// away is an ask that is turned away: by a redirect, by a page, by an answer that
// is neither, or because a device's code has to be entered first.
type away struct {
	location string
	page     trouble
	answer   *reply
	enter    *codeView
}

// trouble is a page that says what is wrong; Said is in the provider's own words.
type trouble struct {
	Status             int
	Title, Words, Said string
	Again              string // where to start again, on this server; "" for nowhere
}

// face is what the pages of a dialect look like.
type face struct {
	Name   string
	Letter string
	Class  string // of the style sheet, for the colour
}

// builder makes the dialect of s.
func (s *Server) builder() dialect {
	switch s.options.Dialect {
	case Adaptix:
		return adaptix{s}
	case Fortellis:
		return fortellis{s}
	case FortesMilestones:
		return fortes{s}
	default:
		return standard{s}
	}
}

// unknownClient is the page for a client_id that nobody registered.
func unknownClient(status int, said string) *away {
	return &away{page: trouble{
		Status: status, Title: "This app isn’t known here",
		Words: "The client ID in the address isn’t registered at this provider. Check the client details in the app.",
		Said:  said,
	}}
}

// wrongRedirect is the page for a redirect address that isn't registered; the
// browser must not be sent there (RFC 6749 §4.1.2.4).
func wrongRedirect(said string) *away {
	return &away{page: trouble{
		Status: http.StatusBadRequest, Title: "The way back isn’t registered",
		Words: "The redirect address in the request isn’t one that is registered for this app, so nobody is sent there.",
		Said:  said,
	}}
}

// backWith turns an ask away to its redirect address (RFC 6749 §4.1.2.1).
func backWith(a ask, code, text string, more ...pair) *away {
	pairs := []pair{{"error", code}}
	if text != "" {
		pairs = append(pairs, pair{"error_description", text})
	}
	return &away{location: withQuery(a.redirect, append(a.back(pairs...), more...)...)}
}

// words splits a scope; nil has none.
func words(scope *string) []string {
	if scope == nil {
		return nil
	}
	return strings.Fields(*scope)
}

// sentValue is the parameter key, or nil where it wasn't sent at all.
func sentValue(q url.Values, key string) *string {
	if !q.Has(key) {
		return nil
	}
	v := q.Get(key)
	return &v
}

// repeated finds a parameter that stands more than once (RFC 6749 §3.1, §3.2).
func repeated(q url.Values) (key string, found bool) {
	for key, values := range q {
		if len(values) > 1 {
			return key, true
		}
	}
	return "", false
}
