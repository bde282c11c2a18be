//go:build unix && !darwin

package desktop

import "testing"

func TestAnOddPathIsQuotedInAnEntry(t *testing.T) {
	for path, want := range map[string]string{
		"/usr/bin/tokentray":  `"/usr/bin/tokentray"`,
		`/opt/my apps/t`:      `"/opt/my apps/t"`,
		`/opt/"$HOME"/100%/t`: `"/opt/\\"\\$HOME\\"/100%%/t"`,
	} {
		if got := quoteExec(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
