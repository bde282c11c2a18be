package browser_test

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/browser"
)

func TestBrowserShowsWhatAPersonSees(t *testing.T) {
	page := serve(t, "<title>x</title><p>You can go back<span hidden>unseen</span></p>")
	b := browser.Start(t)
	if err := b.Open(t.Context(), page+"/callback?state=1"); err != nil {
		t.Fatal(err)
	}
	if err := b.WaitText(t.Context(), "go back"); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Text(t.Context()); err != nil || got != "You can go back" {
		t.Errorf("Text = %q, %v, want what is visible", got, err)
	}
	if got, err := b.Location(t.Context()); err != nil || got != page+"/callback?state=1" {
		t.Errorf("Location = %q, %v, want %s/callback?state=1", got, err, page)
	}
	path := filepath.Join(t.TempDir(), "page.png")
	if err := b.Screenshot(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	picture, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Close()
	if _, err := png.DecodeConfig(picture); err != nil {
		t.Errorf("the picture is no PNG: %v", err)
	}
}

func TestBrowserStaysOnThisMachine(t *testing.T) {
	b := browser.Start(t)
	err := b.Open(t.Context(), "http://www.example.com/?code=secret-code")
	if err == nil {
		t.Fatal("a host elsewhere was opened")
	}
	if strings.Contains(err.Error(), "secret-code") {
		t.Errorf("the error tells the query: %v", err)
	}
}

func TestOpenerHandsAddressesOverWhole(t *testing.T) {
	b := browser.Start(t)
	opener := b.Opener(t)
	for i := range 3 {
		address := fmt.Sprintf("%s/?n=%d&it's=\"$HOME\"", serve(t, "<p>here</p>"), i)
		if out, err := exec.CommandContext(t.Context(), opener, "--new-window", address).CombinedOutput(); err != nil {
			t.Fatalf("opener: %v: %s", err, out)
		}
		if got, err := b.Follow(t.Context()); err != nil || got != address {
			t.Errorf("Follow = %q, %v, want %q", got, err, address)
		}
	}
	if handed, err := b.Handed(); err != nil || len(handed) != 3 {
		t.Errorf("Handed = %q, %v, want three addresses", handed, err)
	}
}

func TestFollowEndsWithItsContext(t *testing.T) {
	b := browser.Start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := b.Follow(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Follow without an address: %v, want a deadline exceeded", err)
	}
}

func TestPracticePagesInARealBrowser(t *testing.T) {
	back := serve(t, "<p>You can go back</p>") + "/callback"
	s := practicetest.Start(t, practice.Options{Clients: []practice.Client{{ID: "tokentray", RedirectAddresses: []string{back}}}})
	b := browser.Start(t)
	ask := func() {
		t.Helper()
		err := b.Open(t.Context(), s.Address()+"/authorize?"+url.Values{
			"response_type": {"code"}, "client_id": {"tokentray"}, "redirect_uri": {back}, "state": {"one-time"},
			"scope": {"openid offline_access"}, "prompt": {"consent"}, "code_challenge": {strings.Repeat("a", 43)}, "code_challenge_method": {"S256"},
		}.Encode())
		if err != nil {
			t.Fatal(err)
		}
	}
	ask()
	if err := b.DenyPractice(t.Context(), "you@example.com"); err != nil {
		t.Fatal(err)
	}
	arrived(t, b, "error=access_denied")
	ask() // the second time the server may remember the person
	if err := b.SignInPractice(t.Context(), "you@example.com"); err != nil {
		t.Fatal(err)
	}
	arrived(t, b, "code=")
}

// arrived checks that the browser ended on the callback page with something in its query.
func arrived(t *testing.T, b *browser.Browser, what string) {
	t.Helper()
	if err := b.WaitText(t.Context(), "You can go back"); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Location(t.Context()); err != nil || !strings.Contains(got, what) || !strings.Contains(got, "state=one-time") {
		t.Errorf("the callback came with %s and the state: no; error %v", what, err)
	}
}

// serve answers every request with a page, and returns where.
func serve(t *testing.T, page string) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(page)) // a browser that left is not this page's trouble
	}))
	t.Cleanup(s.Close)
	return s.URL
}
