package main

import (
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/tokentray/tokentray/auth"
)

// TestEveryScreen looks at each screen as it is drawn, and at the widths at which
// windows are narrow: nothing is cut off, and the keyboard gets everywhere.
func TestEveryScreen(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			app := test.NewTempApp(t)
			st := play(app, s, theme.VariantLight)
			t.Cleanup(func() { st.end() })
			fits(t, st)
			walk(t, st)
			for _, width := range []float32{700, 348} {
				st.window.Fyne().Canvas().Overlays().Remove(st.window.Fyne().Canvas().Overlays().Top())
				st.window.Fyne().Resize(fyne.NewSize(width, s.size.Height))
				st.settle()
				fits(t, st)
			}
			if s.snapshot.Vault == auth.VaultUnlocked {
				leave(t, st)
			}
		})
	}
}

// fits reports what is cut off, and what runs out of the window.
func fits(t *testing.T, s *stage) {
	t.Helper()
	c := s.window.Fyne().Canvas()
	all := placed(s.window.Content(), place{size: c.Size()})
	if top := c.Overlays().Top(); top != nil {
		all = append(all, placed(top, place{size: c.Size(), over: true})...)
	}
	width := c.Size().Width
	var before []place
	for _, p := range all {
		text, is := p.object.(*canvas.Text)
		if !is || text.Text == "" {
			continue
		}
		for _, other := range before {
			if p.over == other.over && covers(p, other) {
				t.Errorf("at %.0f: %q stands on %q", width, text.Text, other.object.(*canvas.Text).Text)
			}
		}
		before = append(before, p)
		if isCut(text.Text) {
			t.Errorf("at %.0f: %q is cut", width, text.Text)
		}
		wide := fyne.MeasureText(text.Text, text.TextSize, text.TextStyle).Width
		if wide > text.Size().Width+1.5 {
			t.Errorf("at %.0f: %q is %.0f wide in a room of %.0f", width, text.Text, wide, text.Size().Width)
		}
		if p.at.X < -0.5 || p.at.X+wide > width+0.5 && text.Alignment == fyne.TextAlignLeading {
			t.Errorf("at %.0f: %q runs out of the window: it begins at %.0f and is %.0f wide", width, text.Text, p.at.X, wide)
		}
	}
}

// isCut reports whether text was shortened; some words end like that by themselves.
func isCut(text string) bool {
	if !strings.HasSuffix(text, "…") {
		return false
	}
	for _, whole := range []string{
		"Refreshing…", "Copy as…", "Rename…", "Sign in again…", "Use a different account…", "Change client details…", "Pause all…", "Browse…",
		"Forget this account…", "Open a connection file…", "Use a passphrase instead…", "Change the recovery passphrase…", "Set a recovery passphrase…",
	} {
		if strings.HasSuffix(text, whole) {
			return false
		}
	}
	return true
}

// place is an object and where it is in the window.
type place struct {
	object fyne.CanvasObject
	at     fyne.Position
	clip   fyne.Position // the upper left corner of what it can be seen in
	size   fyne.Size     // and how large that is
	over   bool          // in a menu over the rest
}

// placed is objects, with their places, as far as they can be seen. What a text is
// typed into scrolls by itself.
func placed(o fyne.CanvasObject, in place) []place {
	if !o.Visible() {
		return nil
	}
	here := in
	here.object, here.at = o, in.at.Add(o.Position())
	middle := here.at.AddXY(o.Size().Width/2, o.Size().Height/2)
	if _, text := o.(*canvas.Text); text && (middle.Y < in.clip.Y || middle.Y > in.clip.Y+in.size.Height) {
		return nil
	}
	all, inside := []place{here}, []fyne.CanvasObject(nil)
	if _, entry := o.(interface{ SetText(string) }); entry {
		return all
	}
	if _, scrolls := o.(fyne.Scrollable); scrolls {
		here.clip, here.size = here.at, o.Size()
	}
	switch o := o.(type) {
	case fyne.Widget:
		inside = test.WidgetRenderer(o).Objects()
	case *fyne.Container:
		inside = o.Objects
	}
	for _, child := range inside {
		all = append(all, placed(child, here)...)
	}
	return all
}

// covers reports whether two texts are drawn over each other: by more than the
// little room that every line has above and below.
func covers(a, b place) bool {
	const room = 5
	across := min(right(a), right(b)) - max(a.at.X, b.at.X)
	down := min(a.at.Y+a.object.Size().Height, b.at.Y+b.object.Size().Height) - max(a.at.Y, b.at.Y)
	return across > room && down > room
}

// right is where a text ends.
func right(p place) float32 {
	t := p.object.(*canvas.Text)
	wide := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle).Width
	if t.Alignment == fyne.TextAlignLeading {
		return p.at.X + wide
	}
	return p.at.X + t.Size().Width
}

// walk presses Tab until it comes round: it has to have met everything that can be
// chosen, and to have shown where it is.
func walk(t *testing.T, s *stage) {
	t.Helper()
	c := s.window.Fyne().Canvas()
	for top := c.Overlays().Top(); top != nil; top = c.Overlays().Top() {
		c.Overlays().Remove(top)
	}
	c.Unfocus()
	bare := rings(s)
	var met []fyne.Focusable
	for range 200 {
		c.FocusNext()
		f := c.Focused()
		if f == nil || slices.Contains(met, f) {
			break
		}
		met = append(met, f)
		if rings(s) <= bare {
			t.Errorf("nothing shows that the keyboard is at %s", name(f))
		}
	}
	for _, o := range objects(s.window.Content()) {
		f, focusable := o.(fyne.Focusable)
		if _, taps := o.(fyne.Tappable); !taps || !focusable {
			continue
		}
		if d, can := o.(fyne.Disableable); can && d.Disabled() {
			continue
		}
		if !slices.Contains(met, f) {
			t.Errorf("Tab never comes to %s", name(f))
		}
	}
}

// leave presses Escape until nothing is left to go back from: that is the list.
func leave(t *testing.T, s *stage) {
	t.Helper()
	escape := &fyne.KeyEvent{Name: fyne.KeyEscape}
	for range 5 {
		if f := s.window.Fyne().Canvas().Focused(); f != nil {
			f.TypedKey(escape)
		} else {
			s.window.Fyne().Canvas().OnTypedKey()(escape)
		}
		s.settle()
	}
	for _, o := range objects(s.window.Content()) {
		if a, is := o.(fyne.Accessible); is && a.AccessibilityLabel() == "+ Add" {
			return
		}
	}
	t.Error("Escape doesn’t lead back to the list")
}

// rings is how many lines in the colour of the focus are drawn.
func rings(s *stage) int {
	n := 0
	want := theme.ColorForWidget(theme.ColorNamePrimary, widget.NewLabel(""))
	for _, o := range objects(s.window.Content()) {
		if r, is := o.(*canvas.Rectangle); is && r.StrokeWidth == 2 && same(r.StrokeColor, want) {
			n++
		}
	}
	return n
}

func same(a, b color.Color) bool {
	if a == nil || b == nil {
		return false
	}
	r, g, bl, al := a.RGBA()
	r2, g2, bl2, al2 := b.RGBA()
	return r == r2 && g == g2 && bl == bl2 && al == al2
}

func name(o any) string {
	if a, is := o.(fyne.Accessible); is {
		return a.AccessibilityLabel()
	}
	return "something without a name"
}
