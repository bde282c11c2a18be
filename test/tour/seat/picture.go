//go:build unix

package seat

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
)

// Picture is what can be seen. Its dots are all opaque.
type Picture struct{ *image.RGBA }

// Look takes a picture of the whole screen.
func (s *Seat) Look() Picture {
	s.t.Helper()
	dots := []byte(s.must("import", "-silent", "-window", "root", "-depth", "8", "rgba:-"))
	if len(dots) != 4*width*height {
		s.t.Fatalf("a picture of %d bytes, want %d", len(dots), 4*width*height)
	}
	return Picture{&image.RGBA{Pix: dots, Stride: 4 * width, Rect: image.Rect(0, 0, width, height)}}
}

// Look takes a picture of the window's content.
func (w Window) Look() Picture {
	w.seat.t.Helper()
	at, size, ok := w.Box()
	if !ok {
		w.seat.t.Fatal("a picture of a window that is gone")
	}
	part, is := w.seat.Look().SubImage(image.Rect(at.X, at.Y, at.X+size.X, at.Y+size.Y)).(*image.RGBA)
	if !is {
		w.seat.t.Fatal("a part of a picture is no picture") // of RGBA it always is
	}
	return Picture{part}
}

// Save writes the picture as PNG.
func (p Picture) Save(path string) error {
	var out bytes.Buffer
	if err := png.Encode(&out, p.RGBA); err != nil {
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
			if like(p.RGBAAt(x, y), c) {
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
			if like(p.RGBAAt(b.Min.X+x, y), c) {
				above[x+1] = 1 + min(corner, was, above[x])
			}
			if corner = was; above[x+1] >= side {
				return true
			}
		}
	}
	return false
}

func like(a, b color.RGBA) bool {
	const close = 6 // what rounding makes of a colour
	return near(a.R, b.R, close) && near(a.G, b.G, close) && near(a.B, b.B, close)
}

func near(a, b uint8, by int) bool {
	d := int(a) - int(b)
	return d <= by && d >= -by
}

// Same reports whether both show the same.
func (p Picture) Same(q Picture) bool {
	if p.Rect != q.Rect {
		return false
	}
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		from, to := p.PixOffset(p.Rect.Min.X, y), p.PixOffset(p.Rect.Max.X, y)
		if !bytes.Equal(p.Pix[from:to], q.Pix[from:to]) {
			return false
		}
	}
	return true
}
