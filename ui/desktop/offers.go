package desktop

import (
	"errors"
	"os"
	"os/exec"
	"strings"
)

// ErrNoBrowser means that nothing here opens addresses.
var ErrNoBrowser = errors.New("nothing here opens addresses")

// ErrNotOffered means that nobody on the session bus answers to a name.
var ErrNotOffered = errors.New("nobody on the session bus offers it")

// FindBrowser is the program that OpenBrowser would start for command, or
// ErrNoBrowser where it isn't there. Nothing is started.
func FindBrowser(command string, getenv func(string) string) (string, error) {
	if command == "" {
		command, _, _ = strings.Cut(getenv("BROWSER"), string(os.PathListSeparator))
	}
	argv := commandLine(command)
	if len(argv) == 0 {
		argv = desktopOpener(getenv)
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return "", ErrNoBrowser
	}
	return path, nil
}

// Names on the session bus that somebody answers to where the desktop has it.
const (
	trayName    = "org.kde.StatusNotifierWatcher" // what shows tray icons
	keyringName = "org.freedesktop.secrets"       // the OS keyring
)
