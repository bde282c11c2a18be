package auth

import "time"

// Preferences are a person's wishes about the program as a whole. The zero value
// is what nobody changed. They hold no secret.
type Preferences struct {
	Theme Theme
	// ClearAfter is how long a copied token stays on the clipboard; 0: what is
	// usual, negative: until something else is copied.
	ClearAfter time.Duration
	// Validity is what a token must be good for where a caller doesn't say; 0: what is usual (see Want).
	Validity time.Duration
	Notices  NoticeWish
	// QuietFrom and QuietUntil are times of day, since local midnight, between
	// which nothing is told; equal: none. From may be later than Until.
	QuietFrom, QuietUntil time.Duration
	Browser               string // the command that opens an address; "": the system's
	Network               Network
}

// Theme is the look of the window: a closed set.
type Theme string

// The themes.
const (
	ThemeSystem Theme = "" // as the desktop has it
	ThemeLight  Theme = "light"
	ThemeDark   Theme = "dark"
)

// NoticeWish is what a person wants to be told unasked: a closed set.
type NoticeWish string

// The wishes.
const (
	NoticesAll    NoticeWish = ""
	NoticesSignIn NoticeWish = "sign_in" // only where nothing but a person helps
	NoticesNone   NoticeWish = "none"
)

// Network is how providers are reached. File names are absolute.
type Network struct {
	Proxy             string // an http, https or socks5 address; "": the system's; "none": straight
	CAFile            string // PEM, trusted beside the system's own; may be empty
	ClientCertificate string // PEM, shown to servers that ask; may be empty
	ClientKey         string // PEM, of ClientCertificate
}

// PreferenceStore keeps Preferences. storage has the real one, a file.
type PreferenceStore interface {
	// Load returns what is kept; where nothing is, the zero value.
	Load() (Preferences, error)
	// Save replaces what is kept.
	Save(Preferences) error
}
