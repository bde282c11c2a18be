package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/tokentray/tokentray/assets/fonts"
	"github.com/tokentray/tokentray/auth"
)

// The three weights are chosen by text style. The product has no italics, so that
// the italic slot carries the medium weight; in this way every weight keeps the
// toolkit's fallback for scripts that Inter doesn't have.
var (
	regular  = fyne.TextStyle{}
	medium   = fyne.TextStyle{Italic: true}
	semiBold = fyne.TextStyle{Bold: true}
	mono     = fyne.TextStyle{Monospace: true}
)

// Sizes of text, in the toolkit's device-independent pixels.
const (
	sizeCaption = 11
	sizeSmall   = 12
	sizeText    = 13
	sizeName    = 14
	sizeTitle   = 17
	sizeHeading = 21
	sizeHero    = 26 // the countdown
)

// Theme returns the product's theme: its palette, following the variant that the
// desktop asks for, Inter, and calm measures. It is immutable.
func Theme() fyne.Theme { return ThemeOf(auth.ThemeSystem) }

// ThemeOf is Theme in the look that a person prefers.
func ThemeOf(look auth.Theme) fyne.Theme {
	return ourTheme{
		look:     look,
		Theme:    theme.DefaultTheme(),
		regular:  fyne.NewStaticResource("Inter-Regular.otf", fonts.Regular()),
		medium:   fyne.NewStaticResource("Inter-Medium.otf", fonts.Medium()),
		semiBold: fyne.NewStaticResource("Inter-SemiBold.otf", fonts.SemiBold()),
	}
}

type ourTheme struct {
	fyne.Theme
	look                      auth.Theme
	regular, medium, semiBold fyne.Resource
}

// Color maps the toolkit's names onto the palette.
func (t ourTheme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch t.look {
	case auth.ThemeLight:
		v = theme.VariantLight
	case auth.ThemeDark:
		v = theme.VariantDark
	case auth.ThemeSystem:
	}
	if p, ok := ours(name); ok {
		return p.in(v)
	}
	if alias, alpha := toolkit(name); alias != none {
		p, _ := ours(alias)
		return transparency(p.in(v), alpha)
	}
	if v != theme.VariantDark {
		v = theme.VariantLight
	}
	return t.Theme.Color(name, v)
}

// toolkit says which of our colours the toolkit's own widgets get, and its alpha.
func toolkit(name fyne.ThemeColorName) (fyne.ThemeColorName, uint8) {
	switch name {
	case theme.ColorNameInputBackground, theme.ColorNameButton:
		return surface, 0xFF
	case theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		return raised, 0xFF
	case theme.ColorNameInputBorder, theme.ColorNameSeparator:
		return hairline, 0xFF
	case theme.ColorNamePlaceHolder, theme.ColorNameDisabled:
		return muted, 0xFF
	case theme.ColorNameError:
		return needs, 0xFF
	case theme.ColorNameSuccess:
		return fresh, 0xFF
	case theme.ColorNameWarning:
		return soon, 0xFF
	case theme.ColorNameHyperlink:
		return primary, 0xFF
	case theme.ColorNameDisabledButton, theme.ColorNameHeaderBackground:
		return sunken, 0xFF
	case theme.ColorNameHover, theme.ColorNamePressed:
		return faint, 0x22
	case theme.ColorNameFocus, theme.ColorNameSelection:
		return primary, 0x40
	case theme.ColorNameScrollBar:
		return faint, 0x80
	case theme.ColorNameScrollBarBackground:
		return faint, 0x00
	case theme.ColorNameShadow:
		return ink, 0x28
	}
	return none, 0
}

// Font is Inter in the weight that the style stands for.
func (t ourTheme) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Monospace || s.Symbol:
		return t.Theme.Font(s)
	case s.Bold:
		return t.semiBold
	case s.Italic:
		return t.medium
	}
	return t.regular
}

// Size is the toolkit's, with our text sizes and radii.
func (t ourTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return sizeText
	case theme.SizeNameCaptionText:
		return sizeSmall
	case theme.SizeNameHeadingText:
		return sizeHeading
	case theme.SizeNameSubHeadingText:
		return sizeTitle
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return 10
	case theme.SizeNameInputBorder:
		return 1
	case theme.SizeNameInlineIcon:
		return 18
	case theme.SizeNameScrollBar:
		return 10
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius, theme.SizeNameSelectionRadius:
		return 8
	case theme.SizeNameMenuRadius, theme.SizeNamePopupRadius:
		return 10
	}
	return t.Theme.Size(name)
}
