package window_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/tokentray/tokentray/auth"
)

// row is the row of the list that begins with a name.
func (s *stage) row(name string) fyne.CanvasObject {
	s.Helper()
	for _, o := range objects(s.w.Content()) {
		if a, ok := o.(fyne.Accessible); ok {
			if _, aside := o.(fyne.SecondaryTappable); aside && strings.HasPrefix(a.AccessibilityLabel(), name+",") {
				return o
			}
		}
	}
	s.Fatalf("no row is called %q: %s", name, s.texts())
	return nil
}

func TestARowIsChosenByTheMouse(t *testing.T) {
	s := open(t, snapshot(account("a", "Alpha"), account("b", "Beta")))
	test.Tap(s.row("Beta").(fyne.Tappable))
	s.sees("B Beta you@example.com Connected")
	s.press(fyne.KeyReturn)
	s.noted("it was copied", func() bool { return len(s.copies) == 1 && s.copies[0] == "b" })
}

func TestTheMenuOfARow(t *testing.T) {
	s := open(t, snapshot(account("a", "Alpha"), account("b", "Beta")))
	refreshed := make(chan auth.AccountID, 2)
	s.desk.refresh = func(id auth.AccountID) error {
		refreshed <- id
		return nil
	}
	test.TapSecondary(s.row("Beta").(fyne.SecondaryTappable))
	s.pickItem("Refresh now")
	if got := <-refreshed; got != "b" {
		t.Errorf("refreshed %q, want b", got)
	}
	for _, key := range []fyne.KeyName{desktop.KeyMenu, fyne.KeyF10} {
		list := s.w.Fyne().Canvas()
		s.press(fyne.KeyEscape) // the list has the focus then
		s.press(key)
		overlay := list.Overlays().Top()
		if overlay == nil {
			t.Fatalf("%s opens no menu", key)
		}
		for _, want := range []string{"Copy token", "Copy as", "Refresh now", "Pause for an hour", "Rename…", "Forget this account…"} {
			if !strings.Contains(textOf(overlay), want) {
				t.Errorf("the menu by %s has no %q: %s", key, want, textOf(overlay))
			}
		}
		list.Overlays().Remove(overlay)
	}
	test.TapSecondary(s.row("Alpha").(fyne.SecondaryTappable))
	s.pickItem("Rename…")
	s.sees("Rename “Alpha”")
}

func TestCopyingAsFromTheListByTheKeyboard(t *testing.T) {
	s := open(t, snapshot(account("a", "Alpha"), account("b", "Beta")))
	s.press(fyne.KeyDown)
	s.press(desktop.KeyMenu)
	s.press(fyne.KeyDown) // Copy token
	s.press(fyne.KeyDown) // Copy as
	s.press(fyne.KeyReturn)
	s.press(fyne.KeyDown)
	s.press(fyne.KeyReturn)
	s.noted("a curl command was copied", func() bool { return len(s.copies) == 1 && strings.HasSuffix(string(s.copies[0]), " as curl") })
}

func TestMoreKeysInTheList(t *testing.T) {
	var all []auth.Status
	for i := range 100 {
		all = append(all, account(auth.AccountID(fmt.Sprint(i)), fmt.Sprintf("Account %03d", i)))
	}
	s := open(t, snapshot(all...))
	for _, row := range []struct {
		key  fyne.KeyName
		want string
	}{
		{fyne.KeyEnd, "Account 099"},
		{fyne.KeyUp, "Account 098"},
		{fyne.KeyHome, "Account 000"},
		{fyne.KeyDown, "Account 001"},
	} {
		s.press(row.key)
		s.sees("A " + row.want + " you@example.com Connected")
	}
	s.press(fyne.KeyPageDown)
	s.until("a page further", func() bool { return !s.says("A Account 001 you@example.com Connected") })
	s.press(fyne.KeyHome)
	s.press(fyne.KeyDelete)
	s.sees("Forget “Account 000”?")
}

func TestCtrlCCopiesTheChosenToken(t *testing.T) {
	s := open(t, snapshot(account("a", "Alpha")))
	list := s.w.Fyne().Canvas().Focused().(fyne.Shortcutable)
	list.TypedShortcut(&fyne.ShortcutCopy{Clipboard: test.NewClipboard()})
	s.noted("it was copied", func() bool { return len(s.copies) == 1 && s.copies[0] == "a" })
	list.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyN, Modifier: fyne.KeyModifierShortcutDefault})
	s.sees("Where do you want to sign in?")
}

func TestTheSearchFindsByNameProviderAndAddress(t *testing.T) {
	other := account("b", "Beta")
	other.ProviderName, other.Identity = "Fortellis", auth.Identity{Name: "Grace", Email: "grace@example.com"}
	s := open(t, snapshot(account("a", "Alpha"), other))
	for query, want := range map[string]string{"ALPH": "A Alpha", "forte": "B Beta", "grace@": "B Beta", " Grace ": "B Beta"} {
		s.fill(query)
		if !s.says("CONNECTED · 1 " + want) {
			t.Errorf("%q doesn't find %s: %s", query, want, s.texts())
		}
	}
}

// BenchmarkSearch types a letter where there are 10,000 accounts: 50 ms are bearable.
func BenchmarkSearch(b *testing.B) {
	var all []auth.Status
	for i := range 10_000 {
		all = append(all, account(auth.AccountID(fmt.Sprint(i)), fmt.Sprintf("Account %05d", i)))
	}
	s := open(b, snapshot(all...))
	search := s.fields()[0]
	texts := []string{"5", "54", "543", "54", ""}
	for i := 0; b.Loop(); i++ {
		search.SetText(texts[i%len(texts)])
	}
}
