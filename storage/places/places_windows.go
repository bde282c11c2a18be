package places

import (
	"errors"
	"os"
	"path/filepath"
)

// platformPlaces is the user's local data, which doesn't roam: two machines with
// one refresh token would put each other out.
func platformPlaces(getenv func(string) string) (Places, error) {
	local := getenv("LocalAppData")
	if !filepath.IsAbs(local) {
		return Places{}, errors.New("LocalAppData is not set")
	}
	p := placesIn(filepath.Join(local, "Tokentray"), getenv)
	if shared := getenv("ProgramData"); filepath.IsAbs(shared) {
		p.Shared = filepath.Join(shared, "Tokentray")
	}
	return p, nil
}

// shortRuntime is among the user's own temporary files.
func shortRuntime(_ func(string) string, suffix string) string {
	return filepath.Join(os.TempDir(), "tokentray"+suffix)
}
