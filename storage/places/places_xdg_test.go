//go:build unix && !darwin

package places_test

import (
	"testing"

	"github.com/tokentray/tokentray/storage/places"
)

func TestPlacesOfThePlatform(t *testing.T) {
	home := []string{"HOME", "/home/you"}
	for name, row := range map[string]struct {
		env  []string
		want places.Places
	}{
		"plain": {
			append(home, "XDG_RUNTIME_DIR", "/run/user/1000"),
			places.Places{Config: "/home/you/.config/tokentray", Data: "/home/you/.local/share/tokentray", Shared: "/etc/xdg/tokentray", Runtime: "/run/user/1000/tokentray"},
		},
		"own folders": {
			append(home, "XDG_RUNTIME_DIR", "/r", "XDG_CONFIG_HOME", "/c", "XDG_DATA_HOME", "/d", "XDG_CONFIG_DIRS", "/s:/t"),
			places.Places{Config: "/c/tokentray", Data: "/d/tokentray", Shared: "/s/tokentray", Runtime: "/r/tokentray"},
		},
		"relative ones are ignored": {
			append(home, "XDG_RUNTIME_DIR", "/r", "XDG_CONFIG_HOME", "c"),
			places.Places{Config: "/home/you/.config/tokentray", Data: "/home/you/.local/share/tokentray", Shared: "/etc/xdg/tokentray", Runtime: "/r/tokentray"},
		},
	} {
		if got, err := places.Find(environment(row.env...)); err != nil || got != row.want {
			t.Errorf("%s: got %+v (%v), want %+v", name, got, err, row.want)
		}
	}
	if got, err := places.Find(environment()); err == nil {
		t.Errorf("got %+v of nobody", got)
	}
}
