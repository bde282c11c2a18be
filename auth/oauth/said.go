package oauth

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/tokentray/tokentray/auth"
)

const (
	// maxDescription is what auth.Said promises, in characters.
	maxDescription = 200
	// maxCode is longer than any error code that providers document.
	maxCode = 60
	// maxRaw is how much of a provider's text is looked at, in bytes.
	maxRaw = 2000
	// telling is how many characters of a secret in a row give it away.
	telling = 8
	hole    = "[redacted]"
)

// secrets are texts that must not come back in words. They never leave this package.
type secrets []string

// and adds text in every form in which a server may echo it.
func (s secrets) and(text string) secrets {
	if text == "" {
		return s
	}
	for _, form := range []string{text, url.QueryEscape(text), url.PathEscape(text), html.EscapeString(text), oneLine(text)} {
		if form != "" && !slices.Contains(s, form) {
			s = append(s, form)
		}
	}
	return s
}

// scrub puts a hole where text holds a secret, or telling characters of one.
func (s secrets) scrub(text string) string {
	var b strings.Builder
	for at := 0; at < len(text); {
		if n := s.startOf(text[at:]); n > 0 {
			b.WriteString(hole)
			at += n
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		b.WriteRune(r)
		at += size
	}
	return b.String()
}

// startOf is how many bytes at the start of text belong to a secret.
func (s secrets) startOf(text string) int {
	longest := 0
	for _, secret := range s {
		for n := max(longest+1, min(len(secret), telling)); n <= len(text) && strings.Contains(secret, text[:n]); n++ {
			longest = n
		}
	}
	return longest
}

// say makes a provider's text fit to show: one printable line of at most most
// characters without anything that was sent.
func (s secrets) say(text string, most int) string {
	if len(text) > maxRaw {
		text = text[:maxRaw]
	}
	return cut(s.scrub(oneLine(text)), most)
}

// escapes are the control sequences of terminals.
var escapes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("\x1b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?)")
})

// oneLine drops what can't be printed (controls, bidirectional overrides, what
// has no width) and makes every run of blanks one.
func oneLine(text string) string {
	text = escapes().ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// cut shortens text to most characters, the last of them "…" where some are missing.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:most-1]), " ") + "…"
}

// readSaid finds what an answer says in whatever shape: RFC 6749 §5.2, an errors
// array, an error object, a form, or the WWW-Authenticate header (RFC 6750 §3).
func readSaid(h heard) auth.Said {
	said := auth.Said{Status: h.status}
	f, ok := readFields(h.body)
	if !ok {
		f = fields{}
	}
	code, description := f.complaint()
	if code == "" {
		code = challenge(h.header)
	}
	said.Code = h.hidden.say(code, maxCode)
	more := h.hidden.say(f.entra(description), maxCode)
	said.Description = strings.TrimSpace(h.hidden.say(description, maxDescription-len(more)-1) + " " + more)
	return said
}

// entra is what Microsoft's token endpoint says beside its words: the reason, for
// which error alone is too coarse, and the number where the words don't begin with it.
func (f fields) entra(description string) string {
	var more []string
	if numbers, _ := f.value("error_codes").([]any); len(numbers) > 0 && !strings.Contains(description, "AADSTS") {
		if n, ok := numbers[0].(json.Number); ok {
			more = append(more, "AADSTS"+n.String())
		}
	}
	if reason := f.words("suberror"); reason != "" {
		more = append(more, reason)
	}
	if len(more) == 0 {
		return ""
	}
	return "(" + strings.Join(more, ", ") + ")"
}

// complaint is the error of f, as written.
func (f fields) complaint() (code, description string) {
	code = f.words("error", "error_code")
	description = f.words("error_description", "error_message", "message", "errorSummary", "detail")
	nested, ok := f.object("error")
	if !ok {
		nested, ok = f.firstObject("errors")
	}
	if ok {
		// A numeric code is the HTTP status once more; the type says what happened.
		code = firstOf(code, nested.words("type", "errorType", "code", "status", "error"))
		description = firstOf(description, nested.words("message", "error_description", "description", "detail"))
	}
	if status := f.words("status"); code == "" && constant().MatchString(status) {
		code = status // HubSpot's; elsewhere it is "error" or "failure"
	}
	return code, description
}

var constant = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z]+(?:_[A-Z]+)+$`) })

var challengeError = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`error="([^"]{1,60})"`) })

// challenge is the error in a WWW-Authenticate header, or "".
func challenge(h http.Header) string {
	if m := challengeError().FindStringSubmatch(h.Get("WWW-Authenticate")); m != nil {
		return m[1]
	}
	return ""
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
