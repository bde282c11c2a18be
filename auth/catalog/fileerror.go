package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// FileError is one thing that is wrong with a provider file, and where.
type FileError struct {
	File         string // as given to Read
	Line, Column int    // from 1; of the key, or of the table or the file where the key is missing
	Key          string // such as redirect.rule or settings[1].type; empty where the text is no TOML
	Want         string // what is wrong and what is expected; never a secret
}

// Error is one printable line: northwind.toml:12:1: redirect.rule: "exakt" is not one of …
func (e *FileError) Error() string {
	at := fmt.Sprintf("%s:%d:%d: ", printable(e.File), e.Line, e.Column)
	if e.Key != "" {
		at += printable(e.Key) + ": "
	}
	return at + printable(e.Want)
}

// maxShown is the length in characters to which a part of an error is cut.
const maxShown = 300

// printable makes text that came with a file safe for a terminal and short.
func printable(text string) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > maxShown {
			return b.String() + "…"
		}
		if !unicode.IsPrint(r) {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
	}
	return b.String()
}

// maxProblems is how many are told at once: more would hide the first ones.
const maxProblems = 20

// joined puts problems in the order of the file: nil, the only one, or all of
// them so that errors.As finds the first.
func joined(problems []*FileError) error {
	slices.SortStableFunc(problems, func(a, b *FileError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	switch {
	case len(problems) == 0:
		return nil
	case len(problems) == 1:
		return problems[0]
	case len(problems) > maxProblems:
		problems = problems[:maxProblems]
	}
	all := make([]error, len(problems))
	for i, p := range problems {
		all[i] = p
	}
	return errors.Join(all...)
}
