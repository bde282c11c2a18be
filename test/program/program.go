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

// stamp is the Makefile's, before the version.
const stamp = "-s -w -X main.version="

// Agent is the name of the program that is agent and whole command line.
const Agent = "tokentray-agent"

// Build builds what people call tokentray, and Agent beside it, into dir with the
// flags that people get them with (the Makefile's SHORT and SLIM), so that the build
// cache serves both, and returns the path of the first. On Windows that one is the
// whole command line, too.
func Build(dir string) (string, error) { return BuildVersion(dir, "dev") }

// BuildVersion is Build for programs that say they are of that version.
func BuildVersion(dir, version string) (string, error) {
	if _, err := build(dir, Agent, version, "CGO_ENABLED=0", "-tags", "slim"); err != nil {
		return "", err
	}
	tag := "shortcut"
	if runtime.GOOS == "windows" {
		tag = "slim"
	}
	return build(dir, "tokentray", version, "CGO_ENABLED=0", "-tags", tag)
}

// BuildWindow builds the window's program into dir with the flags that people get
// it with (the Makefile's FULL), and returns its path. The first time takes minutes.
func BuildWindow(dir string) (string, error) {
	return build(dir, "tokentray-window", "dev", "CGO_ENABLED=1")
}

func build(dir, name, version, environment string, flags ...string) (string, error) {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	path := filepath.Join(dir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	args := append([]string{"build", "-trimpath", "-ldflags", stamp + version, "-o", path}, flags...)
	build := exec.Command("go", append(args, ".")...)
	build.Dir = strings.TrimSpace(string(root))
	build.Env = append(os.Environ(), environment)
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, said)
	}
	return path, nil
}
