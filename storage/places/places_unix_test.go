//go:build unix

package places_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/storage/places"
)

func environment(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(key string) string { return values[key] }
}

func TestPlacesInAHome(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	got, err := places.Find(environment(places.HomeVariable, home, "XDG_CONFIG_HOME", "/elsewhere"))
	must(t, err)
	if got.Config != filepath.Join(home, "config") || got.Data != filepath.Join(home, "data") {
		t.Errorf("got %+v, want folders in %s", got, home)
	}
}

func TestRuntimeStaysShortAndApart(t *testing.T) {
	seen := map[string]string{}
	for _, home := range []string{
		"/h", "/" + strings.Repeat("deep/", 40) + "one", "/" + strings.Repeat("deep/", 40) + "two",
	} {
		for _, session := range []string{"", "/run/user/1000", "/" + strings.Repeat("long/", 30)} {
			env := environment(places.HomeVariable, home, "XDG_RUNTIME_DIR", session)
			p, err := places.Find(env)
			must(t, err)
			if again, err := places.Find(env); err != nil || again != p {
				t.Errorf("got %+v (%v) and %+v of one home", p, err, again)
			}
			if socket := filepath.Join(p.Runtime, "a-name-of-a-socket.sock"); len(socket) >= 104 {
				t.Errorf("got %d bytes of %s, want less than 104", len(socket), socket)
			}
			if other := seen[p.Runtime]; other != "" && other != home {
				t.Errorf("homes %s and %s have one runtime folder", home, other)
			}
			seen[p.Runtime] = home
		}
	}
}

func TestMakeClosesFoldersToOthers(t *testing.T) {
	home := t.TempDir()
	p := places.Places{
		Config: filepath.Join(home, "a", "config"), Data: filepath.Join(home, "a", "data"), Runtime: filepath.Join(home, "run"),
	}
	must(t, os.MkdirAll(p.Data, 0o755))
	must(t, os.Chmod(p.Data, 0o755))
	must(t, p.Make())
	must(t, p.Make())
	for _, dir := range []string{p.Config, p.Data, p.Runtime} {
		info, err := os.Stat(dir)
		must(t, err)
		if got := info.Mode().Perm(); got != 0o700 {
			t.Errorf("got mode %o of %s, want 700", got, dir)
		}
	}
}

func TestMakeRefusesWhatIsNoFolderOfOurs(t *testing.T) {
	home := t.TempDir()
	file, target, link := filepath.Join(home, "file"), filepath.Join(home, "target"), filepath.Join(home, "link")
	must(t, os.WriteFile(file, nil, 0o600))
	must(t, os.Mkdir(target, 0o700))
	must(t, os.Symlink(target, link))
	good := filepath.Join(home, "good")
	for name, p := range map[string]places.Places{
		"a file":                           {Config: good, Data: file, Runtime: good + "-run"},
		"a link where everybody can write": {Config: good, Data: good, Runtime: link},
		"somebody else's":                  {Config: good, Data: someoneElses(t), Runtime: good + "-run"},
	} {
		if err := p.Make(); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	must(t, places.Places{Config: link, Data: good, Runtime: good + "-run"}.Make()) // a person's own arrangement
}

// someoneElses returns a folder of another user: root's, or one that root gives away.
func someoneElses(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return "/usr"
	}
	dir := t.TempDir()
	must(t, os.Chown(dir, 54321, 54321))
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
