//go:build unix

package seat

import (
	"regexp"
	"strconv"
	"strings"
)

// Point is a place in a window, from the upper left corner of its content.
type Point struct{ X, Y int }

// Window is a window on the display.
type Window struct {
	seat *Seat
	id   string
}

// Windows finds what can be seen and matches xdotool's search, such as
// "--name", "^Tokentray$".
func (s *Seat) Windows(search ...string) []Window {
	out, err := s.Run("xdotool", append([]string{"search", "--onlyvisible"}, search...)...)
	if err != nil {
		return nil // xdotool says so where there is none
	}
	var all []Window
	for _, id := range strings.Fields(out) {
		all = append(all, Window{s, id})
	}
	return all
}

// Window waits for the one window that matches and has the keyboard.
func (s *Seat) Window(name string) Window {
	s.t.Helper()
	var w Window
	s.Await("the window "+name, func() bool {
		all := s.Windows("--name", "^"+name+"$")
		if len(all) != 1 {
			return false
		}
		w = all[0]
		return w.Active()
	})
	return w
}

// Active reports whether the window has the keyboard.
func (w Window) Active() bool {
	out, err := w.seat.Run("xdotool", "getactivewindow")
	return err == nil && strings.TrimSpace(out) == w.id
}

var corner = regexp.MustCompile(`Absolute upper-left ([XY]):\s+(-?\d+)|\b(Width|Height): (\d+)`)

// Box is where the window's content is on the screen: only xwininfo leaves the
// frame out. ok is false where the window is gone.
func (w Window) Box() (at Point, size Point, ok bool) {
	out, err := w.seat.Run("xwininfo", "-id", w.id)
	if err != nil {
		return at, size, false
	}
	for _, m := range corner.FindAllStringSubmatch(out, -1) {
		n, err := strconv.Atoi(m[2] + m[4])
		if err != nil {
			return at, size, false
		}
		*map[string]*int{"X": &at.X, "Y": &at.Y, "Width": &size.X, "Height": &size.Y}[m[1]+m[3]] = n
	}
	return at, size, true
}

// Click clicks at p.
func (w Window) Click(p Point) {
	w.seat.t.Helper()
	at, _, ok := w.Box()
	if !ok {
		w.seat.t.Fatal("click in a window that is gone")
	}
	w.seat.ClickAt(Point{at.X + p.X, at.Y + p.Y}, Left)
}

// Middle is the middle of the window's content.
func (w Window) Middle() Point {
	_, size, _ := w.Box()
	return Point{size.X / 2, size.Y / 2}
}

// MouseButton is a button of the mouse, by X's numbers.
type MouseButton string

// The buttons.
const (
	Left  MouseButton = "1"
	Right MouseButton = "3"
)

// ClickAt clicks on the screen. The pause lets the toolkit see where the mouse is
// before it sees the click.
func (s *Seat) ClickAt(p Point, b MouseButton) {
	s.t.Helper()
	s.must("xdotool", "mousemove", strconv.Itoa(p.X), strconv.Itoa(p.Y), "sleep", "0.15", "click", string(b))
}

// Away moves the mouse where it is over nothing.
func (s *Seat) Away() {
	s.t.Helper()
	s.must("xdotool", "mousemove", strconv.Itoa(width-4), strconv.Itoa(height-4))
}

// Keys presses keys, one after the other, such as "Tab" or "ctrl+n".
func (s *Seat) Keys(keys ...string) {
	s.t.Helper()
	s.must("xdotool", append([]string{"key", "--delay", "60"}, keys...)...)
}

// Type types text, which no process list shows.
func (s *Seat) Type(text string) {
	s.t.Helper()
	if _, err := s.feed(text, "xdotool", "type", "--delay", "15", "--file", "-"); err != nil {
		s.t.Fatalf("type: %v", err)
	}
}

// Minimise takes the window off the screen without closing it.
func (s *Seat) Minimise(name string) {
	s.t.Helper()
	s.must("xdotool", "windowminimize", s.Window(name).id)
}
