package desktop

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTheZoneFollowsAJourney(t *testing.T) {
	if chosen, set := os.LookupEnv("TZ"); set {
		t.Setenv("TZ", chosen) // and it comes back
		if err := os.Unsetenv("TZ"); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "localtime")
	p := place{file: file}
	if got := p.zone(); got != time.Local {
		t.Errorf("without a file: got %v, want Go's own", got)
	}
	noon := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	travel := func(city string, want string) {
		t.Helper()
		next := file + ".next"
		if err := os.WriteFile(next, rules(t, city), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(next, file); err != nil {
			t.Fatal(err)
		}
		if got := noon.In(p.zone()).Format("15:04"); got != want {
			t.Errorf("in %s: noon is at %s, want %s", city, got, want)
		}
	}
	travel("Europe/Berlin", "13:00")
	travel("America/New_York", "07:00")
	if err := os.WriteFile(file, []byte("no rules"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := noon.In(p.zone()).Format("15:04"); got != "07:00" {
		t.Errorf("with a file that can't be read: noon is at %s, want 07:00 as before", got)
	}
	t.Setenv("TZ", "UTC")
	travel("Europe/Berlin", "07:00") // whoever chose a zone keeps it
}

// rules are those of a zone, as the system's files have them.
func rules(t *testing.T, city string) []byte {
	t.Helper()
	for _, folder := range []string{"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo"} {
		if data, err := os.ReadFile(filepath.Join(folder, city)); err == nil {
			return data
		}
	}
	t.Skip("this system has no time zones")
	return nil
}
