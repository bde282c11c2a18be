package agent

import (
	"cmp"
	"strconv"
	"strings"
)

// release is a version as far as it can be compared: three numbers, and whether
// something such as "-rc.1" follows, which comes before the release itself.
type release struct {
	numbers [3]int
	draft   bool
}

// older reports whether version a is certainly older than version b. What is no
// version, such as the "dev" of a build by hand, is neither older nor newer.
func older(a, b string) bool {
	first, ok := parseRelease(a)
	if !ok {
		return false
	}
	second, ok := parseRelease(b)
	if !ok {
		return false
	}
	for i := range first.numbers {
		if c := cmp.Compare(first.numbers[i], second.numbers[i]); c != 0 {
			return c < 0
		}
	}
	return first.draft && !second.draft
}

// parseRelease reads 1.4.0, v1.4 and 1.4.0-rc.1+build; missing numbers are 0.
func parseRelease(s string) (release, bool) {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "v"), "+")
	s, _, draft := strings.Cut(s, "-")
	parts := strings.Split(s, ".")
	r := release{draft: draft}
	if len(parts) > len(r.numbers) {
		return release{}, false
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return release{}, false
		}
		r.numbers[i] = n
	}
	return r, true
}
