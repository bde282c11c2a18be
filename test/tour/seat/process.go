//go:build unix

package seat

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// Processes are those of the executable program that have variable, such as
// "TOKENTRAY_HOME=…", in their environment. One that ended and was not reaped has no
// executable any more, and isn't among them.
func Processes(program, variable string) []*os.Process {
	found, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return nil // the pattern is a good one
	}
	var all []*os.Process
	for _, link := range found {
		if path, err := os.Readlink(link); err != nil || path != program {
			continue // somebody else's, or it ended meanwhile
		}
		folder := filepath.Dir(link)
		environment, err := os.ReadFile(filepath.Join(folder, "environ"))
		if err != nil || !slices.ContainsFunc(bytes.Split(environment, []byte{0}), func(e []byte) bool { return string(e) == variable }) {
			continue
		}
		id, err := strconv.Atoi(filepath.Base(folder))
		if err != nil {
			continue
		}
		if p, err := os.FindProcess(id); err == nil {
			all = append(all, p)
		}
	}
	return all
}
