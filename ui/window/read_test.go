package window_test

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// objects are o and everything that can be seen in it, in the order of Tab.
func objects(o fyne.CanvasObject) []fyne.CanvasObject {
	if !o.Visible() {
		return nil
	}
	all, inside := []fyne.CanvasObject{o}, []fyne.CanvasObject(nil)
	switch o := o.(type) {
	case fyne.Widget:
		inside = test.WidgetRenderer(o).Objects()
	case *fyne.Container:
		inside = o.Objects
	}
	for _, child := range inside {
		all = append(all, objects(child)...)
	}
	return all
}

// texts is everything that can be read in the window: what stands side by side
// on one line, or wraps, is joined.
func (s *stage) texts() string { return textOf(s.w.Content()) }

// textOf is everything that can be read in o.
func textOf(o fyne.CanvasObject) string {
	var b strings.Builder
	for _, o := range objects(o) {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			if !single(t.Text) {
				b.WriteString(" ")
			}
			b.WriteString(t.Text)
		}
	}
	return strings.TrimSpace(b.String())
}

// single is true for a digit in its cell.
func single(text string) bool {
	return len([]rune(text)) == 1 && strings.ContainsAny(text, "0123456789:")
}

func (s *stage) says(text string) bool { return strings.Contains(s.texts(), text) }
