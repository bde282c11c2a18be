package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The names of our colours, beside those that the toolkit's own widgets ask for.
// Each soft one is the ground of a pill or a banner in its colour.
const (
	ground      = theme.ColorNameBackground
	ink         = theme.ColorNameForeground
	primary     = theme.ColorNamePrimary
	onPrimary   = theme.ColorNameForegroundOnPrimary
	none        = fyne.ThemeColorName("")
	surface     = fyne.ThemeColorName("tokentray.surface")
	raised      = fyne.ThemeColorName("tokentray.raised") // a menu over the rest
	sunken      = fyne.ThemeColorName("tokentray.sunken")
	hairline    = fyne.ThemeColorName("tokentray.hairline")
	muted       = fyne.ThemeColorName("tokentray.muted")
	faint       = fyne.ThemeColorName("tokentray.faint") // decoration only: its contrast is too low for words
	primarySoft = fyne.ThemeColorName("tokentray.primarySoft")
	fresh       = fyne.ThemeColorName("tokentray.fresh")
	freshSoft   = fyne.ThemeColorName("tokentray.freshSoft")
	soon        = fyne.ThemeColorName("tokentray.soon")
	soonSoft    = fyne.ThemeColorName("tokentray.soonSoft")
	needs       = fyne.ThemeColorName("tokentray.needs")
	needsSoft   = fyne.ThemeColorName("tokentray.needsSoft")
	onTile      = fyne.ThemeColorName("tokentray.onTile") // letters on a provider's colour
)

// pair is one colour for the light and for the dark variant, as 0xRRGGBB.
type pair struct{ light, dark uint32 }

// ours is the palette. Muted, fresh and soon are a shade stronger in the light
// variant than in the first drawing, so that text reaches 4.5 : 1 on every
// ground that it stands on; a test computes it.
func ours(name fyne.ThemeColorName) (p pair, ok bool) {
	switch name {
	case ground:
		return pair{0xF6F7F9, 0x12151C}, true
	case surface:
		return pair{0xFFFFFF, 0x1A1E28}, true
	case raised:
		return pair{0xFFFFFF, 0x232836}, true
	case sunken:
		return pair{0xEFF1F5, 0x232836}, true
	case hairline:
		return pair{0xE2E5EB, 0x2B3140}, true
	case ink:
		return pair{0x171B26, 0xEEF1F6}, true
	case muted:
		return pair{0x5F687A, 0x98A1B3}, true
	case faint:
		return pair{0x98A1B3, 0x6B7488}, true
	case onPrimary:
		return pair{0xFFFFFF, 0x12151C}, true
	case onTile:
		return pair{0xFFFFFF, 0xFFFFFF}, true
	}
	return accent(name)
}

// accent is the part of the palette that carries a meaning.
func accent(name fyne.ThemeColorName) (p pair, ok bool) {
	switch name {
	case primary:
		return pair{0x3B5BDB, 0x7C97FF}, true
	case primarySoft:
		return pair{0xE7ECFD, 0x232C4D}, true
	case fresh:
		return pair{0x0F734F, 0x4CC998}, true
	case freshSoft:
		return pair{0xDDF3EA, 0x15352B}, true
	case soon:
		return pair{0x9C5006, 0xF0A94A}, true
	case soonSoft:
		return pair{0xFDEFD8, 0x3B2A12}, true
	case needs:
		return pair{0xB92334, 0xFF7A86}, true
	case needsSoft:
		return pair{0xFCE4E6, 0x401C22}, true
	}
	return pair{}, false
}

// in is the colour for a variant.
func (p pair) in(v fyne.ThemeVariant) color.Color {
	if v == theme.VariantDark {
		return rgb(p.dark)
	}
	return rgb(p.light)
}

func rgb(c uint32) color.NRGBA {
	return color.NRGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 0xFF}
}

// transparency returns c with another alpha.
func transparency(c color.Color, alpha uint8) color.Color {
	r, g, b, _ := c.RGBA()
	return color.NRGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: alpha}
}
