// Package desktop starts the parts of a Linux desktop that tests need, each on a
// D-Bus of their own, so that they meet neither each other nor the desktop of
// whoever runs them. It needs dbus-daemon and gnome-keyring.
package desktop
