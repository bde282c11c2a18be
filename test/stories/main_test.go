package stories_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/test/program"
)

// What the program under test says of itself, and what the one after an upgrade does.
const (
	version      = "1.2.3"
	newerVersion = "1.3.0"
)

// newer is the folder of the one after an upgrade, below that of the other.
const newer = "newer"

// sideBySide is how many stories are told at once: they wait for processes and
// for tokens to run out, so more of them than there are cores.
const sideBySide = "6"

// TestMain builds the programs as people get them and puts them first in PATH.
func TestMain(m *testing.M) {
	flag.Parse()
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGINT} {
		if signal.Ignored(s) { // as nohup has it; what is started here would ignore it, too
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	code, err := tell(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "the stories can't be told:", err)
		code = 1
	}
	os.Exit(code)
}

func tell(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "stories")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := build(folder); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

func build(folder string) error {
	for at, version := range map[string]string{folder: version, filepath.Join(folder, newer): newerVersion} {
		if _, err := program.BuildVersion(at, version); err != nil {
			return err
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
