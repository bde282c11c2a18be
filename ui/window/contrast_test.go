package window

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Every pair of text and ground that a screen shows reaches 4.5 : 1 (WCAG 2.1 §1.4.3).
func TestTextCanBeRead(t *testing.T) {
	grounds := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		ground:      {ink, muted, fresh, soon, needs, primary},
		surface:     {ink, muted, fresh, soon, needs, primary},
		raised:      {ink, muted},
		sunken:      {ink, muted, fresh, soon, needs},
		primary:     {onPrimary},
		primarySoft: {ink, primary},
		freshSoft:   {fresh},
		soonSoft:    {ink, soon},
		needsSoft:   {ink, needs},
	}
	th := Theme()
	for _, v := range []fyne.ThemeVariant{theme.VariantLight, theme.VariantDark} {
		for under, words := range grounds {
			for _, word := range words {
				if got := contrast(th.Color(word, v), th.Color(under, v)); got < 4.5 {
					t.Errorf("variant %d: %s on %s has a contrast of %.2f, want 4.5", v, word, under, got)
				}
			}
		}
	}
}

func TestPaleTilesStayLegible(t *testing.T) {
	for _, colour := range []string{"#FFFFFF", "#FFE812", "#0D9DDA", "nonsense", ""} {
		if got := contrast(legible(hex(colour)), rgb(0xFFFFFF)); got < 3 {
			t.Errorf("a letter on %q has a contrast of %.2f", colour, got)
		}
	}
}
