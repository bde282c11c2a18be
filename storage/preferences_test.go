package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

// wishes has every preference changed.
func wishes(t *testing.T) auth.Preferences {
	t.Helper()
	file := filepath.Join(t.TempDir(), `a "file"`)
	return auth.Preferences{
		Theme: auth.ThemeDark, ClearAfter: 45 * time.Second, Validity: 5 * time.Minute, Notices: auth.NoticesSignIn,
		QuietFrom: 22*time.Hour + 30*time.Minute, QuietUntil: 7 * time.Hour, Browser: `'C:\Program Files\b.exe' --new`,
		Network: auth.Network{Proxy: "socks5://127.0.0.1:1080", CAFile: file, ClientCertificate: file, ClientKey: file},
	}
}

func TestPreferencesComeBack(t *testing.T) {
	all := wishes(t)
	midnight := all
	midnight.QuietUntil, midnight.ClearAfter = 0, -1
	for name, want := range map[string]auth.Preferences{"none": {}, "all": all, "from and until midnight": midnight} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "config")
			f := storage.NewPreferenceFile(dir)
			if got, err := f.Load(); err != nil || got != (auth.Preferences{}) {
				t.Errorf("got %+v (%v) of no file, want nothing", got, err)
			}
			for range 2 {
				must(t, f.Save(want))
				if got, err := f.Load(); err != nil || got != want {
					t.Errorf("got %+v (%v), want %+v", got, err, want)
				}
			}
			files, err := os.ReadDir(dir)
			must(t, err)
			if len(files) != 1 {
				t.Errorf("got %v, want one file", files)
			}
			info, err := files[0].Info()
			must(t, err)
			if got := info.Mode().Perm(); runtime.GOOS != "windows" && got != 0o600 {
				t.Errorf("got mode %o, want 600", got)
			}
		})
	}
}

// What the file says in its remarks must be true: without the marks it is read.
func TestExamplesInTheFileOfPreferencesAreRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its examples are names of files elsewhere")
	}
	dir := t.TempDir()
	f, path := storage.NewPreferenceFile(dir), filepath.Join(dir, "preferences.toml")
	must(t, f.Save(auth.Preferences{}))
	text, err := os.ReadFile(path)
	must(t, err)
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if _, _, pair := strings.Cut(line, " = "); pair {
			lines[i] = strings.TrimPrefix(line, "# ")
		}
	}
	must(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600))
	got, err := f.Load()
	must(t, err)
	if got.Theme != auth.ThemeDark || got.ClearAfter != 45*time.Second || got.QuietFrom != 22*time.Hour || got.Network.Proxy == "" || got.Network.ClientKey == "" {
		t.Errorf("got %+v, want every example", got)
	}
}

func TestPreferencesThatAreNotUnderstood(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"an unknown key":        {"theme = \"dark\"\nthem = \"dark\"\n", "line 2"},
		"an unknown table":      {"[net]\nproxy = \"none\"\n", "net"},
		"no TOML":               {"theme: dark\n", "line 1"},
		"another type":          {"theme = 3\n", "line 1"},
		"an unknown theme":      {"theme = \"sepia\"\n", "sepia"},
		"an unknown wish":       {"notices = \"some\"\n", "some"},
		"a length without unit": {"clear_after = \"45\"\n", "clear_after"},
		"less than nothing":     {"token_validity = \"-5m\"\n", "token_validity"},
		"no time of day":        {"quiet_from = \"25:00\"\n", "quiet_from"},
		"half a file name":      {"[network]\nca_file = \"ca.pem\"\n", "ca_file"},
		"two lines":             {"browser = \"a\\nb\"\n", "browser"},
		"far too long":          {"# " + strings.Repeat("x", 300<<10), "large"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "preferences.toml")
			must(t, os.WriteFile(path, []byte(row.text), 0o600))
			f := storage.NewPreferenceFile(dir)
			got, err := f.Load()
			if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want an error about %s and %q", err, path, row.want)
			}
			if got != (auth.Preferences{}) {
				t.Errorf("got %+v, want nothing", got)
			}
			must(t, f.Save(auth.Preferences{Theme: auth.ThemeLight}))
			if old, err := os.ReadFile(path + ".old"); err != nil || string(old) != row.text {
				t.Errorf("got %d bytes (%v) kept, want what a person wrote", len(old), err)
			}
		})
	}
}

func TestPreferencesThatNoFileCouldSay(t *testing.T) {
	dir := t.TempDir()
	f := storage.NewPreferenceFile(dir)
	for name, p := range map[string]auth.Preferences{
		"a theme": {Theme: "sepia"}, "a wish": {Notices: "some"}, "seconds": {QuietFrom: time.Second},
		"tomorrow": {QuietUntil: 24 * time.Hour}, "less than nothing": {Validity: -1}, "two lines": {Browser: "a\nb"},
		"half a file name": {Network: auth.Network{ClientKey: "key.pem"}},
	} {
		if err := f.Save(p); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("%s: got %v, want a KindUsage", name, err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("got %v (%v), want no file", files, err)
	}
}

func TestPreferencesAreReplacedWhole(t *testing.T) {
	f := storage.NewPreferenceFile(t.TempDir())
	one, two := wishes(t), auth.Preferences{Theme: auth.ThemeLight}
	must(t, f.Save(one))
	var writers sync.WaitGroup
	for _, p := range []auth.Preferences{one, two} {
		writers.Go(func() {
			for range 20 {
				if err := f.Save(p); err != nil {
					t.Errorf("saving: %v", err)
				}
			}
		})
	}
	for range 50 {
		if got, err := f.Load(); err != nil || got != one && got != two {
			t.Errorf("got %+v (%v), want one or the other", got, err)
		}
	}
	writers.Wait()
}
