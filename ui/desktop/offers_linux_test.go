package desktop_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	fixture "github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/ui/desktop"
	"github.com/tokentray/tokentray/ui/words"
)

func TestWhatTheSessionBusOffers(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", fixture.StartBus(t).Address)
	if err := desktop.Offered(t.Context(), "org.freedesktop.DBus"); err != nil {
		t.Errorf("the bus itself: got error %v, want none", err)
	}
	if err := desktop.Offered(t.Context(), "com.example.Nobody"); !errors.Is(err, desktop.ErrNotOffered) {
		t.Errorf("nobody: got error %v, want that it is not offered", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	if err := desktop.Offered(t.Context(), "org.kde.StatusNotifierWatcher"); !errors.Is(err, desktop.ErrNoBus) {
		t.Errorf("without a bus: got error %v, want that there is none", err)
	}
}

func TestFindBrowserStartsNothing(t *testing.T) {
	browser := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(browser, []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	none := func(string) string { return "" }
	for what, found := range map[string]func() (string, error){
		"a command": func() (string, error) { return desktop.FindBrowser(browser+" -P work", none) },
		"$BROWSER": func() (string, error) {
			return desktop.FindBrowser("", func(string) string { return browser + ":other" })
		},
	} {
		if got, err := found(); got != browser || err != nil {
			t.Errorf("%s: got %q and error %v, want %q", what, got, err, browser)
		}
	}
	if _, err := desktop.FindBrowser("/nonexistent/browser", none); !errors.Is(err, desktop.ErrNoBrowser) {
		t.Errorf("got error %v, want that there is none", err)
	}
}

func TestLookNamesWhatIsMissingAndWhatToDo(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", fixture.StartBus(t).Address)
	t.Setenv("PATH", t.TempDir())
	t.Setenv("HTTPS_PROXY", "http://you:canary-password@proxy.example:3128")
	seen := map[string]words.Finding{}
	for _, f := range desktop.Look(t.Context(), nil, func(string) string { return "" }) {
		seen[f.Check] = f
		if strings.Contains(f.Sentence+f.Next, "canary-") {
			t.Errorf("%s tells a password: %+v", f.Check, f)
		}
		if (f.Health == words.Healthy) != (f.Next == "") || f.Sentence == "" {
			t.Errorf("%s: got %+v, want a sentence, and what to do where it isn't well", f.Check, f)
		}
	}
	for check, want := range map[string]words.Health{
		"session bus": words.Healthy, "tray": words.Warning, "keyring": words.Warning, "window": words.Warning, "browser": words.Warning, "proxy": words.Healthy,
	} {
		if got := seen[check].Health; got != want {
			t.Errorf("%s: got %q, want %q", check, got, want)
		}
	}
}
