package auth_test

import (
	"testing"

	"github.com/tokentray/tokentray/auth"
)

func TestCheckAddress(t *testing.T) {
	for _, good := range []string{
		"https://example.com", "https://example.com/", "HTTPS://example.com/a%20b?c=d&e=$(f)", "https://example.com:8443/x",
		"https://[2001:db8::1]/x", "http://127.0.0.1", "http://127.8.9.10:80/callback", "http://[::1]:17845/", "http://localhost:17845/", "http://LOCALHOST/",
	} {
		if err := auth.CheckAddress(good); err != nil {
			t.Errorf("CheckAddress(%q) = %v, want nil", good, err)
		}
	}
	for _, bad := range []string{
		"", " ", "-https://example.com", "example.com", "//example.com", "/path", "https:", "https://", "https:example.com", "https://:443/",
		"http://example.com", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://127.1", "http://0.0.0.0",
		"http://[::ffff:127.0.0.1]/", "http://[::1%25lo]/", "http://128.0.0.1",
		"ftp://example.com", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "https://you@example.com", "https://@example.com", "https://you:p@example.com",
		"https://example.com#", "https://example.com/#x", "https://example.com/a b", "https://example.com/\t", "https://example.com/\x00", "https://example.com/\n",
		"https://example.com\\@other.example", "https://example.com/\"x", "https://example.com/<x>", "https://example.com/`x`", "https://example.com/{x}", "https://example.com/|x",
		"https://ex\u00e4mple.com", "https://example.com/\u202e", "https://example.com/\x7f",
		"https://example.com:0/", "https://example.com:65536/", "https://example.com:/", "https://example.com:x/", "https://exa%2fmple.com/", "https://[::1",
	} {
		if err := auth.CheckAddress(bad); err == nil {
			t.Errorf("CheckAddress(%q) = nil, want an error", bad)
		}
	}
}
