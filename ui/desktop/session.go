package desktop

import "github.com/tokentray/tokentray/auth"

// Session is the desktop that a caller sits at. The zero value is "no desktop".
type Session = auth.Session

// SessionFrom reads the caller's environment.
func SessionFrom(getenv func(string) string) Session {
	return Session{
		Display: getenv("DISPLAY"), Authority: getenv("XAUTHORITY"),
		WaylandDisplay: getenv("WAYLAND_DISPLAY"), RuntimeDir: getenv("XDG_RUNTIME_DIR"),
		Bus: getenv("DBUS_SESSION_BUS_ADDRESS"), Activation: getenv("XDG_ACTIVATION_TOKEN"),
	}
}
