package places

import (
	"errors"
	"path/filepath"
)

// platformPlaces is the user's Application Support.
func platformPlaces(getenv func(string) string) (Places, error) {
	home := getenv("HOME")
	if !filepath.IsAbs(home) {
		return Places{}, errors.New("HOME is not set")
	}
	p := placesIn(filepath.Join(home, "Library", "Application Support", "Tokentray"), getenv)
	p.Shared = "/Library/Application Support/Tokentray"
	return p, nil
}
