//go:build unix

package places

import (
	"os"
	"path/filepath"
	"strconv"
)

// shortRuntime is a folder for the socket that doesn't depend on the home's
// length: the session's own, or where there is none (cron, su, macOS) one among
// the temporary files, named after the user.
func shortRuntime(getenv func(string) string, suffix string) string {
	if dir := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		if short := filepath.Join(dir, "tokentray"+suffix); len(short)+socketName <= socketRoom {
			return short
		}
	}
	return temporaryRuntime(os.TempDir(), suffix)
}

// temporaryRuntime is a folder in dir, or in /tmp where dir is too deep for a socket.
func temporaryRuntime(dir, suffix string) string {
	name := "tokentray-" + strconv.Itoa(os.Getuid()) + suffix
	if short := filepath.Join(dir, name); len(short)+socketName <= socketRoom {
		return short
	}
	return filepath.Join("/tmp", name)
}
