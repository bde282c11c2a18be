package words

import (
	"strings"
	"unicode"

	"github.com/tokentray/tokentray/auth"
)

// maxSaid is how much of a provider's own words is shown, in characters: one
// line of a terminal or of the window, whatever the provider sends.
const maxSaid = 200

// Plain makes text that others wrote safe to show on one line: what could move a
// terminal's cursor, colour it, or turn the writing direction becomes "\uFFFD".
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r), r == zeroWidthJoiner, r == zeroWidthNonJoiner:
			return r
		case unicode.IsSpace(r) && !unicode.IsControl(r):
			return ' '
		}
		return unicode.ReplacementChar
	}, s)
}

// Some scripts and emoji are written with these two; they do no harm.
const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// Quote labels what a provider said as the provider's, quotes its description,
// and cuts it: `Adaptix said: 400 invalid_grant — “The refresh token has expired.”`.
// It returns "" where the provider said nothing.
func Quote(provider string, said auth.Said) string {
	if said.IsZero() {
		return ""
	}
	var b strings.Builder
	b.WriteString(atStart(providerName(provider)) + " said:")
	if said.Status != 0 {
		b.WriteString(" " + number(said.Status))
	}
	if said.Code != "" {
		b.WriteString(" " + cut(Plain(said.Code)))
	}
	if said.Description != "" {
		if said.Status != 0 || said.Code != "" {
			b.WriteString(" —")
		}
		b.WriteString(" “" + cut(Plain(said.Description)) + "”")
	}
	return b.String()
}

// Named puts a name into quotation marks.
func Named(name string) string { return "“" + Plain(name) + "”" }

// Argument writes name so that it can be pasted into a command line as one
// argument: bare where it needs no quotes, in double quotes where those do in
// every shell, in a POSIX shell's single quotes otherwise.
func Argument(name string) string {
	name = Plain(name)
	switch {
	case name == "":
		return `""`
	case strings.IndexFunc(name, needsQuotes) < 0 && name[0] != '-':
		return name
	case !strings.ContainsAny(name, "\"$`\\!%"):
		return `"` + name + `"`
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

func needsQuotes(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.@", r)
}

// providerName is how a provider is called where its name isn't known.
func providerName(name string) string {
	if name == "" {
		return "the provider"
	}
	return Plain(name)
}

// atStart writes s as the beginning of a sentence. Names stay as they are.
func atStart(s string) string {
	if rest, ok := strings.CutPrefix(s, "the "); ok {
		return "The " + rest
	}
	return s
}

func cut(s string) string {
	if runes := []rune(s); len(runes) > maxSaid {
		return string(runes[:maxSaid-1]) + "…"
	}
	return s
}
