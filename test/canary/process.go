package canary

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ScanProcess searches the arguments and the environment of a process and of
// everything it started that still runs, as any program of the same person can
// read them on Linux (proc(5)). It is an error when the process is gone.
func ScanProcess(pid int) ([]Find, error) {
	if _, err := os.Stat(procFile(pid, "cmdline")); err != nil {
		return nil, fmt.Errorf("look for test secrets in process %d: %w", pid, err)
	}
	family, err := withChildren(pid)
	if err != nil {
		return nil, err
	}
	var finds []Find
	for _, id := range family {
		found, err := Scan(procFile(id, "cmdline"), procFile(id, "environ"))
		if err != nil {
			return finds, err
		}
		finds = append(finds, found...)
	}
	return finds, nil
}

// withChildren returns pid and the IDs of everything below it.
func withChildren(pid int) ([]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		id, parent, err := parseStat(string(text))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		children[parent] = append(children[parent], id)
	}
	family := []int{pid}
	for i := 0; i < len(family); i++ {
		family = append(family, children[family[i]]...)
	}
	slices.Sort(family)
	return family, nil
}

// parseStat reads the ID and the parent's ID. The name between them may hold
// anything, spaces and brackets included.
func parseStat(stat string) (id, parent int, err error) {
	head, _, found := strings.Cut(stat, " ")
	rest := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if !found || len(rest) < 2 {
		return 0, 0, errors.New("not in the form of proc(5)")
	}
	if id, err = strconv.Atoi(head); err != nil {
		return 0, 0, err
	}
	parent, err = strconv.Atoi(rest[1])
	return id, parent, err
}

func procFile(pid int, name string) string { return fmt.Sprintf("/proc/%d/%s", pid, name) }
