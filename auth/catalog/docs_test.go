package catalog_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth/catalog"
)

// TestTheExamplesInTheDocumentationAreWhole reads them as an administrator would
// who starts from one.
func TestTheExamplesInTheDocumentationAreWhole(t *testing.T) {
	page, err := os.ReadFile("../../docs/providers.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(page), "\r\n", "\n")
	examples := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples, want 2", len(examples))
	}
	for _, example := range examples {
		p, err := catalog.Read("providers.md", []byte(example[1]))
		if err != nil {
			t.Error(err)
			continue
		}
		full, err := p.With(nil)
		if err != nil {
			t.Error(err)
			continue
		}
		wantFilled(t, full)
	}
}
