package copyas

import "strings"

// quoteShell writes s as one word of a POSIX shell: within single quotes nothing
// means anything but the single quote (POSIX XCU §2.2.2).
func quoteShell(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// shellWord is quoteShell, without the quotes where they aren't needed: other
// readers of .env files than shells take quotes in different ways.
func shellWord(s string) string {
	if strings.IndexFunc(s, needsQuotes) < 0 {
		return s
	}
	return quoteShell(s)
}

// needsQuotes leaves out of what RFC 6750 §2.1 allows in a token only '~', which
// a shell expands at the beginning of a word.
func needsQuotes(r rune) bool {
	return !isLetter(r) && (r < '0' || r > '9') && !strings.ContainsRune("-._+/=", r)
}

// quotePowerShell writes s as a literal string of PowerShell, which takes four
// typographic quotes for a single quote as well; each is doubled.
func quotePowerShell(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		if strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	b.WriteByte('\'')
	return b.String()
}

// escapeHTTPie protects the beginning of a header's value: HTTPie reads := and
// :@ as separators of their own. A backslash takes the meaning away.
func escapeHTTPie(value string) string {
	if strings.HasPrefix(value, "=") || strings.HasPrefix(value, "@") {
		return `\` + value
	}
	return value
}
