//go:build unix

package seat

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
)

// Picture is what can be seen.
type Picture struct{ image.Image }

// Look takes a picture of the whole screen.
func (s *Seat) Look() Picture {
	s.t.Helper()
	return s.decode(s.must("import", "-window", "root", "png:-"))
}

// Look takes a picture of the window's content.
func (w Window) Look() Picture {
	w.seat.t.Helper()
	at, size, ok := w.Box()
	if !ok {
		w.seat.t.Fatal("a picture of a window that is gone")
	}
	whole := w.seat.Look()
	return Picture{whole.Image.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(image.Rect(at.X, at.Y, at.X+size.X, at.Y+size.Y))}
}

func (s *Seat) decode(text string) Picture {
	s.t.Helper()
	picture, err := png.Decode(bytes.NewReader([]byte(text)))
	if err != nil {
		s.t.Fatalf("read the picture: %v", err)
	}
	return Picture{picture}
}

// Save writes the picture as PNG.
func (p Picture) Save(path string) error {
	var out bytes.Buffer
	if err := png.Encode(&out, p.Image); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644) //nolint:gosec // a picture is to be looked at
}

// Count is how many dots have the colour, or one that can't be told from it.
func (p Picture) Count(c color.RGBA) int { return len(p.Find(c)) }

// Find is where they are, from the picture's upper left corner.
func (p Picture) Find(c color.RGBA) []Point {
	var found []Point
	b := p.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if like(p.At(x, y), c) {
				found = append(found, Point{x - b.Min.X, y - b.Min.Y})
			}
		}
	}
	return found
}

// Square reports whether somewhere a square of that side is wholly of the colour: a
// button is, and thin lines and letters aren't.
func (p Picture) Square(c color.RGBA, side int) bool {
	b := p.Bounds()
	above := make([]int, b.Dx()+1) // sides of the largest squares that end at the dots of the row above
	for y := b.Min.Y; y < b.Max.Y; y++ {
		corner := 0 // above and to the left
		for x := range b.Dx() {
			was := above[x+1]
			above[x+1] = 0
			if like(p.At(b.Min.X+x, y), c) {
				above[x+1] = 1 + min(corner, was, above[x])
			}
			if corner = was; above[x+1] >= side {
				return true
			}
		}
	}
	return false
}

func like(a color.Color, b color.RGBA) bool {
	const close = 6 // what rounding makes of a colour
	r, g, bl, _ := a.RGBA()
	return near(r>>8, b.R, close) && near(g>>8, b.G, close) && near(bl>>8, b.B, close)
}

func near(a uint32, b uint8, by int) bool {
	d := int(a) - int(b)
	return d <= by && d >= -by
}

// Same reports whether both show the same.
func (p Picture) Same(q Picture) bool {
	if p.Bounds() != q.Bounds() {
		return false
	}
	b := p.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if p.At(x, y) != q.At(x, y) {
				return false
			}
		}
	}
	return true
}
