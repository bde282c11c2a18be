//go:build !windows && !darwin

package open

// hasDisplay reports whether the environment names a display to show a window on.
func hasDisplay(env func(string) string) bool {
	return env("DISPLAY") != "" || env("WAYLAND_DISPLAY") != "" || env("WAYLAND_SOCKET") != ""
}
