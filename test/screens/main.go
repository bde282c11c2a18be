// Command screens draws every screen of the window, light and dark, into a folder
// of PNG files by the toolkit's software painter; no display is needed:
//
//	go run ./test/screens FOLDER
package main

import (
	"context"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/window"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: screens FOLDER")
		os.Exit(2)
	}
	if err := drawAll(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "screens:", err)
		os.Exit(1)
	}
}

func drawAll(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		for _, s := range scenes() {
			if err := draw(s, variant, filepath.Join(folder, s.name+"-"+name+".png")); err != nil {
				return err
			}
		}
	}
	return nil
}

// variantTheme is a theme that doesn't follow the desktop.
type variantTheme struct {
	fyne.Theme
	variant fyne.ThemeVariant
}

// Color is the theme's in its own variant.
func (t variantTheme) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return t.Theme.Color(n, t.variant)
}

func draw(s scene, variant fyne.ThemeVariant, file string) error {
	app := test.NewApp()
	defer app.Quit()
	st := play(app, s, variant)
	defer st.end()
	picture, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := png.Encode(picture, st.window.Fyne().Canvas().Capture()); err != nil {
		return err
	}
	fmt.Println(file)
	return picture.Close()
}

// play opens a window and does in it what the scene says.
func play(app fyne.App, s scene, variant fyne.ThemeVariant) *stage {
	st := newStage()
	if s.desk != nil {
		s.desk(&st.desk)
	}
	w := window.New(app, window.Parts{
		Desk: st.desk, Icon: assets.IconPNG, Now: func() time.Time { return now }, Do: st.do,
		After: func(time.Duration, func()) func() { return func() {} },
		Copy:  st.copy, CopyText: st.copyText, Open: func(string) error { return nil },
		CopyAs: func(context.Context, auth.AccountID, string) error { return nil }, Forms: forms, Version: "v1.0.0",
		AtLogin: window.AtLogin{On: func() (bool, error) { return true, nil }},
	})
	st.window = w
	app.Settings().SetTheme(variantTheme{window.Theme(), variant})
	if c, ok := w.Fyne().Canvas().(software.WindowlessCanvas); ok && s.scale > 0 {
		c.SetScale(s.scale)
	}
	w.Fyne().Resize(s.size)
	w.Show(s.snapshot)
	w.Open()
	st.settle()
	for _, act := range s.acts {
		act(st)
		st.settle()
	}
	return st
}
