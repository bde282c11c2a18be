package window_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/tokentray/tokentray/auth"
)

// filled is a folder with files of these names, and the path of the first one.
func filled(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, names[0])
}

// offered are the texts of what is over everything else.
func (s *stage) offered() []string {
	top := s.w.Fyne().Canvas().Overlays().Top()
	if top == nil {
		return nil
	}
	var all []string
	for _, o := range objects(top) {
		if text := textOf(o); text != "" {
			all = append(all, text)
		}
	}
	return all
}

func TestAConnectionFileIsLookedForByTheKeyboard(t *testing.T) {
	brought := make(chan string, 1)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.bring = func(file []byte, _ auth.Secret) (auth.Imported, error) {
			brought <- string(file)
			return auth.Imported{}, nil
		}
	})
	s.tap("+ Add")
	s.tap("Open a connection file…")
	s.fill(filled(t, "absent.toml", "northwind.TOML", "accounts.age", "picture.jpg"))
	s.tap("Browse for: File")
	got := s.offered()
	for name, want := range map[string]bool{"northwind.TOML": true, "accounts.age": true, "picture.jpg": false, "Open a connection file": true} {
		if slices.Contains(got, name) != want {
			t.Errorf("%s is shown: %t, want %t", name, !want, want)
		}
	}
	c := s.w.Fyne().Canvas()
	s.focus("accounts.age")
	s.press(fyne.KeyDown) // over the folder above
	s.press(fyne.KeyDown)
	s.press(fyne.KeySpace)
	s.focus("Open")
	s.press(fyne.KeySpace)
	if got := <-brought; got != "accounts.age" {
		t.Errorf("%q came", got)
	}
	if c.Overlays().Top() != nil {
		t.Error("the dialog is still there")
	}
}

// focus presses Tab until what says so has the keyboard.
func (s *stage) focus(text string) {
	s.Helper()
	c := s.w.Fyne().Canvas()
	for range 30 {
		c.FocusNext()
		if o, is := c.Focused().(fyne.CanvasObject); is {
			for _, inside := range objects(o) {
				if textOf(inside) == text {
					return
				}
			}
		}
	}
	s.Fatalf("Tab never comes to %q", text)
}

func TestLookingForAFileEndsByEscape(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")))
	s.tap("+ Add")
	s.tap("Open a connection file…")
	s.tap("Browse for: File")
	s.press(fyne.KeyEscape)
	if s.offered() != nil || !s.says("Open a connection file") {
		t.Errorf("after Escape there is %q over %q", s.offered(), s.texts())
	}
	s.press(fyne.KeyEscape)
	s.sees("Where do you want to sign in?")
}

func TestACertificateThatIsLookedForIsKept(t *testing.T) {
	s, kept := toSettings(t, auth.Preferences{Network: auth.Network{CAFile: filled(t, "old.pem", "our-authority.crt", "letter.txt")}})
	s.sees("old.pem")
	s.tap("Browse for: Certificates that are trusted, too")
	if got := s.offered(); slices.Contains(got, "letter.txt") {
		t.Errorf("a letter is offered as a certificate: %q", got)
	}
	s.pickText("our-authority.crt")
	s.pickText("Open")
	if got := next(s, kept); filepath.Base(got.Network.CAFile) != "our-authority.crt" {
		t.Errorf("kept is %q", got.Network.CAFile)
	}
}

// pickText chooses what ends so, over everything else: the picture of a file says
// its kind before its name.
func (s *stage) pickText(text string) {
	s.Helper()
	var found fyne.Tappable
	for _, o := range objects(s.w.Fyne().Canvas().Overlays().Top()) {
		if t, ok := o.(fyne.Tappable); ok && (textOf(o) == text || strings.HasSuffix(textOf(o), " "+text)) {
			found = t // the innermost comes last
		}
	}
	if found == nil {
		s.Fatalf("nothing says %q: %q", text, s.offered())
	}
	test.Tap(found)
}
