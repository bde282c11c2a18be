package desktop

// Session is the desktop that a caller sits at. The agent outlives desktops, so
// whoever asks it for something visible brings theirs along. The zero value is
// "no desktop".
type Session struct {
	Display        string // DISPLAY, of an X server
	WaylandDisplay string // WAYLAND_DISPLAY, of a Wayland compositor
	RuntimeDir     string // XDG_RUNTIME_DIR, where the compositor's socket is
	Bus            string // DBUS_SESSION_BUS_ADDRESS; "" leaves it to godbus to find one
	Activation     string // XDG_ACTIVATION_TOKEN, with which a window may take the focus
}

// SessionFrom reads the caller's environment.
func SessionFrom(getenv func(string) string) Session {
	return Session{
		Display: getenv("DISPLAY"), WaylandDisplay: getenv("WAYLAND_DISPLAY"), RuntimeDir: getenv("XDG_RUNTIME_DIR"),
		Bus: getenv("DBUS_SESSION_BUS_ADDRESS"), Activation: getenv("XDG_ACTIVATION_TOKEN"),
	}
}
