package words

import "github.com/tokentray/tokentray/auth"

// Themes lists every theme, in the order in which it is offered.
func Themes() []auth.Theme { return []auth.Theme{auth.ThemeSystem, auth.ThemeLight, auth.ThemeDark} }

// NoticeWishes lists every wish, from the most to the least that is told.
func NoticeWishes() []auth.NoticeWish {
	return []auth.NoticeWish{auth.NoticesAll, auth.NoticesSignIn, auth.NoticesNone}
}

// ThemeLabel is a theme as a choice, and what it means.
func ThemeLabel(t auth.Theme) (label, meaning string) {
	switch t {
	case auth.ThemeSystem:
		return "Like the desktop", "The window is light or dark as your desktop is."
	case auth.ThemeLight:
		return "Light", "The window is light, whatever your desktop is."
	case auth.ThemeDark:
		return "Dark", "The window is dark, whatever your desktop is."
	}
	return "Unknown", "This theme is one that this Tokentray doesn’t know."
}

// NoticeWishLabel is a wish as a choice, and what it means.
func NoticeWishLabel(n auth.NoticeWish) (label, meaning string) {
	switch n {
	case auth.NoticesAll:
		return "Whatever needs you", "You are told when an account needs you, or when its provider stays out of reach."
	case auth.NoticesSignIn:
		return "Sign-ins only", "You are told only where nothing but you helps."
	case auth.NoticesNone:
		return "Nothing", "You are told nothing unasked; the icon and the list still show it."
	}
	return "Unknown", "This choice is one that this Tokentray doesn’t know."
}
