//go:build unix && !darwin

package places

import (
	"errors"
	"path/filepath"
	"strings"
)

// platformPlaces are those of the XDG Base Directory Specification, which has
// relative paths ignored.
func platformPlaces(getenv func(string) string) (Places, error) {
	folder := func(variable string, below ...string) string {
		if dir := getenv(variable); filepath.IsAbs(dir) {
			return filepath.Join(dir, "tokentray")
		}
		if home := getenv("HOME"); filepath.IsAbs(home) {
			return filepath.Join(append(append([]string{home}, below...), "tokentray")...)
		}
		return ""
	}
	p := Places{
		Config:  folder("XDG_CONFIG_HOME", ".config"),
		Data:    folder("XDG_DATA_HOME", ".local", "share"),
		Shared:  filepath.Join("/etc/xdg", "tokentray"),
		Runtime: shortRuntime(getenv, ""),
	}
	if first, _, _ := strings.Cut(getenv("XDG_CONFIG_DIRS"), ":"); filepath.IsAbs(first) {
		p.Shared = filepath.Join(first, "tokentray")
	}
	if p.Config == "" || p.Data == "" {
		return Places{}, errors.New("neither HOME nor the XDG folders are set")
	}
	return p, nil
}
