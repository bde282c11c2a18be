package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// maxName is how long an id, a name or a key may be: what fits a row of a list.
const maxName = 40

var (
	idPattern     = pattern(`^[a-z0-9][a-z0-9-]*$`)
	settingKey    = pattern(`^[a-z][a-z0-9_-]*$`)
	colour        = pattern(`^#[0-9A-Fa-f]{6}$`)
	parameterName = pattern(`^[A-Za-z0-9_.-]+$`)
	scopeToken    = pattern(`^[!#-\[\]-~]+$`) // RFC 6749 §3.3
	amount        = pattern(`^([0-9]{1,9})([smhd])$`)
)

// pattern compiles expr when it is first used: every command would pay for it otherwise.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

func isID(text string) bool { return len(text) <= maxName && idPattern().MatchString(text) }

// item is the key of entry i of an array.
func item(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }

// pick is value as one of those allowed, the first of which is the default for a
// key that isn't written. An item of a list always is.
func pick[T ~string](r *reading, key, value string, allowed ...T) T {
	if isItem := strings.HasSuffix(key, "]"); value == "" && !r.where.has(key) && !isItem {
		return allowed[0]
	}
	if slices.Contains(allowed, T(value)) {
		return T(value)
	}
	words := make([]string, len(allowed))
	for i, a := range allowed {
		words[i] = string(a)
	}
	r.refuse(key, "%q is not one of %s", cut(value), strings.Join(words, ", "))
	return allowed[0]
}

// cut shortens a value for a message.
func cut(text string) string {
	const enough = 40
	if runes := []rune(text); len(runes) > enough {
		return string(runes[:enough]) + "…"
	}
	return text
}

// line checks that text can stand on one line of a screen.
func (r *reading) line(key, text string) {
	if strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
		r.refuse(key, "must be one line of printable text")
	}
}

// lines is line for every one of a list.
func (r *reading) lines(key string, texts []string) []string {
	for i, text := range texts {
		r.line(item(key, i), text)
	}
	return texts
}

// scope checks one scope.
func (r *reading) scope(key, text, separator string) {
	if !scopeToken().MatchString(text) || separator != "" && strings.Contains(text, separator) {
		r.refuse(key, "must be one scope, without blanks, quotes and the separator")
	}
}

// longest bounds a duration: ten years, longer than anything a provider documents,
// and far from what time.Duration can hold.
const longest = 10 * 365 * 24 * time.Hour

// duration reads seconds or text such as "14d"; nil is 0.
func (r *reading) duration(key string, value any) time.Duration {
	var n int64
	unit := time.Second
	switch v := value.(type) {
	case nil:
		return 0
	case int64:
		n = v
	case string:
		m := amount().FindStringSubmatch(v)
		if m == nil {
			n = -1
			break
		}
		n, _ = strconv.ParseInt(m[1], 10, 64) // nine digits always fit
		unit = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
	default:
		n = -1
	}
	if n < 0 || n > int64(longest/unit) {
		r.refuse(key, `must be seconds, or a number with its unit in quotes: "30s", "5m", "1h" or "14d"`)
		return 0
	}
	return time.Duration(n) * unit
}

// reserved are the parameters that Tokentray itself sends, or that would change
// what an answer is (RFC 6749, RFC 7009, RFC 7521, RFC 7636, RFC 8628, RFC 9101,
// OpenID Connect Core): a file may not override them at any stage.
var reserved = []string{
	"client_id", "client_secret", "client_assertion", "client_assertion_type", "redirect_uri", "response_type", "response_mode",
	"state", "nonce", "code", "code_challenge", "code_challenge_method", "code_verifier", "device_code", "grant_type", "scope",
	"refresh_token", "access_token", "token", "token_type_hint", "assertion", "username", "password", "request", "request_uri",
}

// parameters reads the [parameters.…] of one stage.
func (r *reading) parameters(stage string, written map[string]string) map[string]string {
	for _, name := range keys(written) {
		key := fmt.Sprintf("parameters.%s.%s", stage, name)
		// Some providers document the grant type at the authorization endpoint, too.
		documented := stage == "authorize" && name == "grant_type" && written[name] == "authorization_code"
		switch {
		case !parameterName().MatchString(name):
			r.refuse(key, "a parameter's name is of letters, digits, '_', '.' and '-'")
		case slices.Contains(reserved, strings.ToLower(name)) && !documented:
			r.refuse(key, "is reserved: Tokentray itself sees to it")
		}
		r.line(key, written[name])
		r.placeholders(key, written[name])
	}
	return written
}
