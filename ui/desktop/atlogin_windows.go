package desktop

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// The one without a console comes first.
var trayPrograms = []string{"tokentray-agent", "tokentray"}

// What Windows starts with the person's session.
const (
	runKey   = `Software\Microsoft\Windows\CurrentVersion\Run`
	runValue = "Tokentray"
)

// Is reports whether the tray starts at login.
func (AtLogin) Is() (bool, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false, fmt.Errorf("look at the Run key: %w", err)
	}
	defer key.Close()
	_, _, err = key.GetStringValue(runValue)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// TurnOn has the tray start at login.
func (a AtLogin) TurnOn() error {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("write the Run key: %w", err)
	}
	defer key.Close()
	return key.SetStringValue(runValue, windows.ComposeCommandLine(append([]string{a.program}, loginArguments...)))
}

// TurnOff has it not start.
func (AtLogin) TurnOff() error {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("write the Run key: %w", err)
	}
	defer key.Close()
	if err := key.DeleteValue(runValue); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("write the Run key: %w", err)
	}
	return nil
}
