package faults_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// The table in docs/reliability.md is where people look; it names these tests and no others.
func TestTheTableOfFaultsIsComplete(t *testing.T) {
	t.Parallel()
	listed := names(t, "`(TestFault[0-9]{2}\\w+)`", filepath.Join("..", "..", "docs", "reliability.md"))
	files, err := filepath.Glob("*_test.go")
	must(t, err)
	written := names(t, `(?m)^func (TestFault[0-9]{2}\w+)\(`, files...)
	if len(written) == 0 || !slices.Equal(listed, written) {
		t.Errorf("the table lists %q, the tests are %q", listed, written)
	}
}

// names are what pattern finds in files, in order.
func names(t *testing.T, pattern string, files ...string) (found []string) {
	t.Helper()
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
			found = append(found, string(m[1]))
		}
	}
	slices.Sort(found)
	return found
}
