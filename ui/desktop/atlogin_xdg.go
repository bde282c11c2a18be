//go:build unix && !darwin

package desktop

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var trayPrograms = []string{"tokentray"}

// loginFile is the entry's name in every autostart folder (Desktop Application
// Autostart Specification).
const loginFile = appID + ".desktop"

// Is reports whether the tray starts at login: a person's own entry counts before
// one that was installed for everybody.
func (a AtLogin) Is() (bool, error) {
	var paths []string
	if own, err := a.own(); err == nil {
		paths = append(paths, own)
	}
	for _, path := range append(paths, a.everybodys()...) {
		text, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return false, fmt.Errorf("look at the autostart entry: %w", err)
		}
		return !hidden(string(text)), nil
	}
	return false, nil
}

// hidden reports whether an entry says that it is to be treated as if it weren't there.
func hidden(entry string) bool {
	for line := range strings.Lines(entry) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), "="); strings.TrimSpace(key) == "Hidden" {
			return strings.TrimSpace(value) == "true"
		}
	}
	return false
}

// TurnOn has the tray start at login.
func (a AtLogin) TurnOn() error {
	return a.write(fmt.Sprintf("Exec=%s %s\n", quoteExec(a.program), strings.Join(loginArguments, " ")))
}

// TurnOff has it not start, although an entry for everybody may say so.
func (a AtLogin) TurnOff() error { return a.write("Exec=" + quoteExec(a.program) + "\nHidden=true\n") }

func (a AtLogin) write(lines string) error {
	path, err := a.own()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the autostart entry: %w", err)
	}
	text := "[Desktop Entry]\nType=Application\nName=Tokentray\nComment=Keeps you signed in to the APIs you work with\nIcon=" +
		appID + "\n" + lines
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the autostart entry: %w", err)
	}
	return nil
}

// own is the person's own entry.
func (a AtLogin) own() (string, error) {
	if dir := a.getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "autostart", loginFile), nil
	}
	if home := a.getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config", "autostart", loginFile), nil
	}
	return "", errors.New("neither HOME nor XDG_CONFIG_HOME is set")
}

// everybodys are the entries that may have been installed, the first first.
func (a AtLogin) everybodys() []string {
	dirs := a.getenv("XDG_CONFIG_DIRS")
	if dirs == "" {
		dirs = "/etc/xdg"
	}
	var paths []string
	for _, dir := range filepath.SplitList(dirs) {
		if filepath.IsAbs(dir) {
			paths = append(paths, filepath.Join(dir, "autostart", loginFile))
		}
	}
	return paths
}

// quoteExec writes an argument of an Exec key (Desktop Entry Specification, "The
// Exec key"): quoted, then escaped as every string of the file is.
func quoteExec(argument string) string {
	inQuotes := strings.NewReplacer(`"`, `\"`, "`", "\\`", `$`, `\$`, `\`, `\\`).Replace(argument)
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "%", "%%").Replace(`"` + inQuotes + `"`)
}
