package desktop

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var trayPrograms = []string{"tokentray"}

// Is reports whether launchd starts the tray at login (launchd.plist(5)).
func (a AtLogin) Is() (bool, error) {
	path, err := a.own()
	if err != nil {
		return false, err
	}
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look at the launch agent: %w", err)
	}
	return true, nil
}

// TurnOn has the tray start at login.
func (a AtLogin) TurnOn() error {
	path, err := a.own()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the launch agent: %w", err)
	}
	if err := os.WriteFile(path, []byte(a.launchAgent()), 0o600); err != nil {
		return fmt.Errorf("write the launch agent: %w", err)
	}
	return nil
}

// TurnOff has it not start.
func (a AtLogin) TurnOff() error {
	path, err := a.own()
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the launch agent: %w", err)
	}
	return nil
}

func (a AtLogin) own() (string, error) {
	home := a.getenv("HOME")
	if !filepath.IsAbs(home) {
		return "", errors.New("HOME is not set")
	}
	return filepath.Join(home, "Library", "LaunchAgents", appID+".plist"), nil
}

func (a AtLogin) launchAgent() string {
	var arguments strings.Builder
	for _, argument := range append([]string{a.program}, loginArguments...) {
		arguments.WriteString("<string>")
		_ = xml.EscapeText(&arguments, []byte(argument)) // a Builder takes everything
		arguments.WriteString("</string>")
	}
	return xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>` + appID + `</string>
<key>ProgramArguments</key><array>` + arguments.String() + `</array>
<key>RunAtLoad</key><true/>
</dict></plist>
`
}
