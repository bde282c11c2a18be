package copyas

import (
	"cmp"
	"crypto/rand"
	"maps"
	"slices"
	"strings"
)

// request is what curl, HTTPie and PowerShell are asked to send.
type request struct {
	method  string
	address string // "" where nobody knows one
	headers []header
	flags   []string // of curl, for a token that isn't in a header
}

type header struct{ name, value string }

// requestOf makes the request from the provider's recipe, without the token. A
// recipe with settings that were never filled in has no address; what can't stand in
// a header is left out.
func requestOf(m Material) request {
	r := request{method: "GET"}
	if fitsMethod(m.API.Method) {
		r.method = strings.ToUpper(m.API.Method)
	}
	if fitsAddress(m.API.URL) {
		r.address = m.API.URL
	}
	for _, name := range slices.Sorted(maps.Keys(m.API.Headers)) {
		value := strings.ReplaceAll(m.API.Headers[name], "{request_id}", cmp.Or(m.RequestID, rand.Text()))
		if !strings.EqualFold(name, "Authorization") && fitsName(name) && fitsOneLine(value) {
			r.headers = append(r.headers, header{name, value})
		}
	}
	return r
}

// bearing is r with the token in a header (RFC 6750 §2.1).
func (r request) bearing(token string) request {
	r.headers = append([]header{{"Authorization", "Bearer " + token}}, r.headers...)
	return r
}

// inQuery is r with the token in the address, which curl puts together.
func (r request) inQuery(token string) request {
	r.flags = []string{"--get", "--data-urlencode", quoteShell("access_token=" + token)}
	return r
}

// inBody is r with the token in a form, which only POST has (RFC 6750 §2.2). A
// recipe that is harmless with GET may not be so with POST: its address is left out.
func (r request) inBody(token string) request {
	if r.method != "POST" {
		r.method, r.address = "POST", ""
	}
	r.flags = []string{"--data-urlencode", quoteShell("access_token=" + token)}
	return r
}

// curl is a command for a POSIX shell. Without an address it takes the one in
// the shell's variable URL: an invented one would send the token to strangers.
func (r request) curl() string {
	words := []string{"curl"}
	if r.method != "GET" {
		words = append(words, "--request", r.method)
	}
	if strings.ContainsAny(r.address, "[]") {
		words = append(words, "--globoff") // curl would read the brackets as a range
	}
	words = append(words, r.flags...)
	for _, h := range r.headers {
		words = append(words, "--header", quoteShell(h.name+": "+h.value))
	}
	return strings.Join(append(words, r.addressForShell()), " ")
}

// httpie is a command for a POSIX shell.
func (r request) httpie() string {
	words := []string{"http", r.method, r.addressForShell()}
	for _, h := range r.headers {
		words = append(words, quoteShell(h.name+":"+escapeHTTPie(h.value)))
	}
	return strings.Join(words, " ")
}

// powerShell is one Invoke-RestMethod command.
func (r request) powerShell() string {
	address := "$URL"
	if r.address != "" {
		address = quotePowerShell(r.address)
	}
	pairs := make([]string, len(r.headers))
	for i, h := range r.headers {
		pairs[i] = quotePowerShell(h.name) + " = " + quotePowerShell(h.value)
	}
	return "Invoke-RestMethod -Method " + r.method + " -Uri " + address + " -Headers @{ " + strings.Join(pairs, "; ") + " }"
}

func (r request) addressForShell() string {
	if r.address == "" {
		return `"$URL"`
	}
	return quoteShell(r.address)
}

// fitsAddress reports whether s is an address to ask, with nothing left to fill in.
func fitsAddress(s string) bool {
	web := strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
	return web && !strings.ContainsAny(s, "{}") && fitsOneLine(s)
}

// fitsMethod reports whether s is a word, as methods are.
func fitsMethod(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isLetter(r) }) < 0
}

// fitsName reports whether s can be a header's name: letters, digits, '-' and
// '_', which is less than RFC 9110 §5.1 allows and all that anybody uses.
func fitsName(s string) bool {
	odd := func(r rune) bool { return !isLetter(r) && (r < '0' || r > '9') && r != '-' && r != '_' }
	return s != "" && strings.IndexFunc(s, odd) < 0
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
