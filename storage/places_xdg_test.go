//go:build unix && !darwin

package storage_test

import (
	"testing"

	"github.com/tokentray/tokentray/storage"
)

func TestPlacesOfThePlatform(t *testing.T) {
	home := []string{"HOME", "/home/you"}
	for name, row := range map[string]struct {
		env  []string
		want storage.Places
	}{
		"plain": {
			append(home, "XDG_RUNTIME_DIR", "/run/user/1000"),
			storage.Places{Config: "/home/you/.config/tokentray", Data: "/home/you/.local/share/tokentray", Shared: "/etc/xdg/tokentray", Runtime: "/run/user/1000/tokentray"},
		},
		"own folders": {
			append(home, "XDG_RUNTIME_DIR", "/r", "XDG_CONFIG_HOME", "/c", "XDG_DATA_HOME", "/d", "XDG_CONFIG_DIRS", "/s:/t"),
			storage.Places{Config: "/c/tokentray", Data: "/d/tokentray", Shared: "/s/tokentray", Runtime: "/r/tokentray"},
		},
		"relative ones are ignored": {
			append(home, "XDG_RUNTIME_DIR", "/r", "XDG_CONFIG_HOME", "c"),
			storage.Places{Config: "/home/you/.config/tokentray", Data: "/home/you/.local/share/tokentray", Shared: "/etc/xdg/tokentray", Runtime: "/r/tokentray"},
		},
	} {
		if got, err := storage.FindPlaces(environment(row.env...)); err != nil || got != row.want {
			t.Errorf("%s: got %+v (%v), want %+v", name, got, err, row.want)
		}
	}
	if got, err := storage.FindPlaces(environment()); err == nil {
		t.Errorf("got %+v of nobody", got)
	}
}
