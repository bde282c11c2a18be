//go:build !windows && !darwin

package open

import "testing"

func TestAWindowNeedsADisplay(t *testing.T) {
	for name, want := range map[string]bool{"DISPLAY": true, "WAYLAND_DISPLAY": true, "WAYLAND_SOCKET": true, "TERM": false} {
		got := hasDisplay(func(key string) string { return map[string]string{name: ":0"}[key] })
		if got != want {
			t.Errorf("hasDisplay with %s = %v, want %v", name, got, want)
		}
	}
}
