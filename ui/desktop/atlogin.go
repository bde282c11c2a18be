package desktop

import "os"

// appID is what the desktop knows the program by.
const appID = "io.github.tokentray.Tokentray"

// AtLogin is whether the tray starts with the person's session. It is kept where
// the desktop looks for it, and nowhere else.
type AtLogin struct {
	program string // absolute
	getenv  func(string) string
}

// loginArguments have the tray start without a window.
var loginArguments = []string{"--hidden"}

// NewAtLogin returns the AtLogin of the tray's program beside this one. The
// environment says where the person's folders are.
func NewAtLogin(getenv func(string) string) (AtLogin, error) {
	for _, name := range trayPrograms {
		if path, there := beside(name); there {
			return AtLogin{path, getenv}, nil
		}
	}
	self, err := os.Executable() // the one that is everything
	return AtLogin{self, getenv}, err
}
