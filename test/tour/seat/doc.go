// Package seat is a desktop that nobody sees, with a place to sit at: a display
// (Xvfb), windows (openbox), a panel (xfce4-panel) and notifications (dunst) on a
// D-Bus of their own, and the hands and eyes of whoever sits there: mouse, keyboard,
// clipboard, pictures, and the tray's menu. test/setup installs what it needs.
package seat
