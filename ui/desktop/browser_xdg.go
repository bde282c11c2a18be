//go:build unix && !darwin

package desktop

// desktopOpener is the freedesktop.org way: it asks the desktop that runs.
func desktopOpener(func(string) string) []string { return []string{"xdg-open"} }
