package window_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestMenusByKeyboard(t *testing.T) {
	s := open(t, snapshot(account("a", "Alpha"), account("b", "Beta")))
	s.sees("Your token is fresh")
	overlays := s.w.Fyne().Canvas().Overlays()

	s.press(desktop.KeyMenu)
	if overlays.Top() == nil {
		t.Fatal("the Menu key opens no menu")
	}
	s.press(fyne.KeyEscape)
	if overlays.Top() != nil {
		t.Fatal("Escape leaves the menu open")
	}
	s.press(fyne.KeyDown) // the list has the keyboard again
	s.press(desktop.KeyMenu)
	s.press(fyne.KeyDown) // to "Copy token"
	s.press(fyne.KeyReturn)
	s.noted("the second one was copied", func() bool { return len(s.copies) == 1 && s.copies[0] == "b" })
	if overlays.Top() != nil {
		t.Error("the menu stays after its choice")
	}

	more := s.called("More").(fyne.Focusable)
	s.w.Fyne().Canvas().Focus(more)
	s.press(fyne.KeySpace)
	s.press(fyne.KeyDown) // to "Rename…"
	s.press(fyne.KeyReturn)
	s.sees("Rename")
	if f, typed := s.w.Fyne().Canvas().Focused().(field); !typed {
		t.Errorf("after Rename… the keyboard is at %T and not where the name is typed", f)
	}
	s.press(fyne.KeyEscape)
	if s.says("What should it be called") || len(s.fields()) != 1 {
		t.Error("Escape leaves the question")
	}
}
