package main

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/window"
)

// stage is a window with a made-up desk, and its UI thread.
type stage struct {
	window *window.Window
	desk   desk
	todo   chan func()
}

func newStage() *stage {
	return &stage{desk: desk{snapshot: everyday(), providers: gallery()}, todo: make(chan func(), 64)}
}

func (s *stage) do(f func()) { s.todo <- f }

func (s *stage) copy(context.Context, auth.AccountID) error { return nil }
func (s *stage) copyText(context.Context, string) error     { return nil }

// end closes the window; what still comes back meanwhile is dropped.
func (s *stage) end() {
	closed := make(chan struct{})
	go func() {
		for {
			select {
			case <-s.todo:
			case <-closed:
				return
			}
		}
	}()
	s.window.Close()
	close(closed)
}

// quiet is how long nothing has to come back until a screen counts as finished.
const quiet = 60 * time.Millisecond

// settle does what came back to the UI thread until nothing does any more.
func (s *stage) settle() {
	for {
		select {
		case f := <-s.todo:
			f()
		case <-time.After(quiet):
			return
		}
	}
}

// tap chooses what is called so.
func tap(label string) func(*stage) {
	return func(s *stage) {
		for _, o := range objects(s.window.Content()) {
			a, ok := o.(fyne.Accessible)
			t, taps := o.(fyne.Tappable)
			if ok && taps && a.AccessibilityLabel() == label && o.Visible() {
				test.Tap(t)
				return
			}
		}
		panic("nothing is called " + label)
	}
}

// item chooses the line of the open menu that says so.
func item(label string) func(*stage) {
	return func(s *stage) {
		menu := s.window.Fyne().Canvas().Overlays().Top()
		for _, o := range objects(menu) {
			t, taps := o.(fyne.Tappable)
			if taps && o != menu && says(o, label) {
				test.Tap(t)
				return
			}
		}
		panic("no line says " + label)
	}
}

// says reports whether a widget draws that text and no other.
func says(o fyne.CanvasObject, label string) bool {
	var all []string
	for _, inside := range objects(o) {
		if text, is := inside.(*canvas.Text); is && text.Text != "" {
			all = append(all, text.Text)
		}
	}
	return slices.Equal(all, []string{label})
}

// typed types a text into each entry of the screen in turn.
func typed(texts ...string) func(*stage) {
	return func(s *stage) {
		i := 0
		for _, o := range objects(s.window.Content()) {
			if e, ok := o.(interface {
				fyne.Focusable
				SetText(string)
			}); ok && i < len(texts) {
				e.SetText(texts[i])
				i++
			}
		}
	}
}

// press types a key where the keyboard is.
func press(name fyne.KeyName) func(*stage) {
	return func(s *stage) { s.window.Fyne().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name}) }
}

func choose(id auth.AccountID) func(*stage) {
	return func(s *stage) { s.window.Select(id) }
}

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
