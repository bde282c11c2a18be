package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/tokentray/tokentray/auth"
)

// Our own shapes as they are drawn, light and dark. Where one is meant to look
// otherwise, its picture in testdata/failed takes the place of the one in testdata.
func TestOurOwnShapes(t *testing.T) {
	now := time.Date(2026, 11, 22, 13, 13, 48, 0, time.UTC)
	fortellis := auth.Status{
		State: auth.StateFresh, IssuedAt: now.Add(-12 * time.Minute), ExpiresAt: now.Add(48 * time.Minute), RefreshAt: now.Add(43 * time.Minute),
	}
	for name, look := range map[string]auth.Theme{"light": auth.ThemeLight, "dark": auth.ThemeDark} {
		shapes := map[string]struct {
			make func() fyne.CanvasObject
			size fyne.Size
		}{
			"ring": {func() fyne.CanvasObject {
				r := newRing()
				r.show(0.8, fresh, "48:12", "left")
				return r
			}, fyne.NewSquareSize(ringSide)},
			"ring-long": {func() fyne.CanvasObject {
				r := newRing()
				r.show(0.1, soon, "3 h 05 min", "left")
				return r
			}, fyne.NewSquareSize(ringSide)},
			"digits": {func() fyne.CanvasObject {
				d := newDigits(face{size: sizeHero, style: semiBold, ink: ink})
				d.say("11:48", ink)
				return d
			}, fyne.NewSize(90, 34)},
			"strip": {func() fyne.CanvasObject {
				s := newStrip()
				s.show(fortellis, now)
				return s
			}, fyne.NewSize(516, stripHeight)},
			"qr": {func() fyne.CanvasObject {
				v := newQRView()
				v.show("https://login.example.com/device?user_code=WDJB-MJHT", "QR code")
				return v
			}, fyne.NewSquareSize(qrSide)},
			"tile": {func() fyne.CanvasObject {
				v := newTile(tileSide)
				v.show("Okta", "#191919")
				return v
			}, fyne.NewSquareSize(tileSide)},
		}
		for shape, s := range shapes {
			t.Run(shape+"-"+name, func(t *testing.T) {
				app := test.NewTempApp(t)
				app.Settings().SetTheme(ThemeOf(look))
				w := app.NewWindow("")
				w.SetPadded(false)
				w.SetContent(s.make())
				w.Resize(s.size)
				test.AssertImageMatches(t, shape+"-"+name+".png", w.Canvas().Capture())
			})
		}
	}
}
