//go:build unix

package seat

// Notified is how many notifications are shown.
func (s *Seat) Notified() int {
	v, err := s.conn.Object("org.freedesktop.Notifications", "/org/freedesktop/Notifications").
		GetProperty("org.dunstproject.cmd0.displayedLength")
	if err != nil {
		return 0
	}
	n, _ := v.Value().(uint32)
	return int(n)
}

// ClickNotification clicks on the notification that is shown.
func (s *Seat) ClickNotification() {
	s.t.Helper()
	s.Await("a notification to click", func() bool { return len(s.Windows("--class", "Dunst")) == 1 })
	w := s.Windows("--class", "Dunst")[0]
	w.Click(w.Middle())
}

// ChooseOnNotification opens the choices of the notification that is shown, and
// chooses the one that is called label.
func (s *Seat) ChooseOnNotification(label string) {
	s.t.Helper()
	s.furnish(label, choiceName)
	s.Await("a notification with choices", func() bool { return len(s.Windows("--class", "Dunst")) == 1 })
	w := s.Windows("--class", "Dunst")[0]
	at, _, ok := w.Box()
	if !ok {
		s.t.Fatal("the notification is gone")
	}
	middle := w.Middle()
	s.ClickAt(Point{at.X + middle.X, at.Y + middle.Y}, Right)
}
