package desktop_test

import (
	"errors"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/desktop"
)

func nothingSet(string) string { return "" }

func TestAddressesThatNoBrowserShouldSeeAreRefused(t *testing.T) {
	for _, odd := range []string{
		"", "-a", "--help", "-a Calculator", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://example.com/",
		"/usr/bin/true", "example.com", "//example.com/", "https:", "https:///path", "https:example.com", "https://", "https://:443/",
		"http://example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/", "http://[2001:db8::1]/", "http://localhost.example.com/",
		"https://you@example.com/", "https://you:canary-1@example.com/", "https://example.com/a b", "https://example.com/\n", "https://example.com/\x00",
		"https://example.com/\x1b[2J", "https://example.com/\"&calc&\"", "https://example.com/`x`", "https://example.com/a|b", "https://example.com/^",
		"https://example.com/<x>", "https://example.com/é", " https://example.com/", "https://example.com/\\\\evil", "https://example.com/%zz",
		"calculator://x", "ms-msdt:/id", "HTTPSX://example.com",
	} {
		err := desktop.OpenBrowser(odd, "this-must-not-run", nothingSet)
		if !errors.Is(err, auth.ErrInvalidAnswer) {
			t.Errorf("OpenBrowser(%q) = %v, want it refused", odd, err)
		}
	}
}
