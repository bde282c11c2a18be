package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// lastFault is the last number of the table; merged were made part of a neighbour.
const lastFault = 70

var merged = []int{4, 10, 14, 18, 21, 26, 33, 41, 44, 50, 54, 60, 63, 67}

var (
	faultRow = regexp.MustCompile(`(?m)^\| (\d+) \| [^|]+ \| ([^|]+) \|$`)
	// Where nothing stands before the tests they are in this folder.
	proofs = regexp.MustCompile("^(?:`([a-z/]+)`: )?(`[^`]+`(?:, `[^`]+`)*)$")
	proof  = regexp.MustCompile("`([^`]+)`")
	ours   = regexp.MustCompile(`(?m)^func (TestFault([0-9]{2})\w+)\(`)
)

// The table in docs/reliability.md is where people look: each fault has a row, each
// row names tests and stories that are there, and each test of this folder has its row.
func TestTheTableOfFaultsIsComplete(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reliability.md"))
	must(t, err)
	var want, numbers []string
	for n := 1; n <= lastFault; n++ {
		if !slices.Contains(merged, n) {
			want = append(want, fmt.Sprint(n))
		}
	}
	listed := map[string]string{} // tests of this folder, with the number of their row
	for _, row := range faultRow.FindAllStringSubmatch(string(page), -1) {
		number := row[1]
		numbers = append(numbers, number)
		for part := range strings.SplitSeq(row[2], "; ") {
			m := proofs.FindStringSubmatch(part)
			if m == nil {
				t.Errorf("row %s: %q names no tests", number, part)
				continue
			}
			for _, name := range proof.FindAllStringSubmatch(m[2], -1) {
				if m[1] == "" {
					listed[name[1]] = number
				} else if !proves(t, m[1], name[1]) {
					t.Errorf("row %s: there is no %s in %s", number, name[1], m[1])
				}
			}
		}
	}
	if !slices.Equal(numbers, want) {
		t.Errorf("the table has rows for %q, want %q", numbers, want)
	}
	wantListed(t, listed)
}

// wantListed compares what the table lists of this folder with what is there.
func wantListed(t *testing.T, listed map[string]string) {
	t.Helper()
	for _, m := range ours.FindAllStringSubmatch(tests(t, "."), -1) {
		name, number := m[1], strings.TrimLeft(m[2], "0")
		if listed[name] != number {
			t.Errorf("%s stands in row %q, want %s", name, listed[name], number)
		}
		delete(listed, name)
	}
	if len(listed) != 0 {
		t.Errorf("the table lists %v, which are not here", listed)
	}
}

// proves reports whether folder, from the top, has a test or a story of that name.
func proves(t *testing.T, folder, name string) bool {
	t.Helper()
	at := filepath.Join("..", "..", filepath.FromSlash(folder))
	if strings.HasSuffix(name, ".txtar") {
		_, err := os.Stat(filepath.Join(at, "testdata", filepath.FromSlash(name)))
		return err == nil
	}
	return strings.Contains(tests(t, at), "func "+name+"(t *testing.T)")
}

// tests is the text of all of a folder's tests.
func tests(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	must(t, err)
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		all.Write(text)
	}
	return all.String()
}
