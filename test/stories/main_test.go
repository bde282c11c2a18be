package stories_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// What the program under test says of itself, and what the one after an upgrade does.
const (
	version      = "1.2.3"
	newerVersion = "1.3.0"
)

// sideBySide is how many stories are told at once: they wait for processes and
// for tokens to run out, so more of them than there are cores.
const sideBySide = "6"

// TestMain builds the program as people get it (the Makefile's slim flags, so that
// the build cache serves) and puts it first in PATH.
func TestMain(m *testing.M) {
	flag.Parse()
	folder, err := os.MkdirTemp("", "stories")
	if err == nil {
		err = prepare(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "prepare the stories:", err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, "clean up after the stories:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func prepare(folder string) error {
	for name, version := range map[string]string{"tokentray": version, "tokentray-newer": newerVersion} {
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		build := exec.Command("go", "build", "-trimpath", "-tags", "slim",
			"-ldflags", "-s -w -X main.version="+version, "-o", filepath.Join(folder, name), "../..")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	if err := os.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		return err
	}
	return flag.Set("test.parallel", sideBySide)
}

// TestStories tells every story in testdata.
func TestStories(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: open, Cmds: commands(), RequireUniqueNames: true})
}
