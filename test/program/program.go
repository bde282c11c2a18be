// Package program builds Tokentray's programs for tests that run them as people do.
package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// stamp is the Makefile's, with the version of a program that nobody gave one.
const stamp = "-s -w -X main.version=dev"

// Build builds the slim program, agent and command line, into dir with the flags
// that people get it with (the Makefile's SLIM), so that the build cache serves
// both, and returns its path.
func Build(dir string) (string, error) {
	return build(dir, "tokentray", "CGO_ENABLED=0", "-tags", "slim")
}

// BuildWindow builds the window's program into dir with the flags that people get
// it with (the Makefile's FULL), and returns its path. The first time takes minutes.
func BuildWindow(dir string) (string, error) {
	return build(dir, "tokentray-window", "CGO_ENABLED=1")
}

func build(dir, name, environment string, flags ...string) (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	path := filepath.Join(dir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	args := append([]string{"build", "-trimpath", "-ldflags", stamp, "-o", path}, flags...)
	build := exec.Command("go", append(args, ".")...)
	build.Dir = strings.TrimSpace(string(root))
	build.Env = append(os.Environ(), environment)
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, said)
	}
	return path, nil
}
