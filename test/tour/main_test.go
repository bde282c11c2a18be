//go:build unix

package tour_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/tokentray/tokentray/test/program"
)

// programs is the folder with both programs, built once.
var programs string

// sideBySide is how many tests run at once: they wait for tokens to run out and for
// clipboards to be cleared.
const sideBySide = "3"

func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", sideBySide); err != nil {
		panic(err) // the flag has been there since Go 1.0
	}
	flag.Parse() // who says otherwise is heard
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "the tour can't begin:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	programs, err = os.MkdirTemp("", "tour")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(programs)) }()
	if err := os.MkdirAll(pictures(), 0o755); err != nil { //nolint:gosec // pictures are to be looked at
		return 0, err
	}
	say("Building Tokentray; the window takes some minutes the first time.")
	var slim, full error
	var building sync.WaitGroup
	building.Go(func() { _, slim = program.Build(programs) })
	building.Go(func() { _, full = program.BuildWindow(programs) })
	building.Wait()
	if err := errors.Join(slim, full); err != nil {
		return 0, err
	}
	code = m.Run()
	if code == 0 {
		say("That was all of it. What could be seen lies in %s", pictures())
	}
	return code, nil
}

// pictures is the folder for them.
func pictures() string {
	if folder := os.Getenv("TOUR_PICTURES"); folder != "" {
		return folder
	}
	folder, err := filepath.Abs(filepath.Join("..", "..", "tour"))
	if err != nil {
		return "tour"
	}
	return folder
}

// say tells whoever watches what happens.
func say(format string, args ...any) { fmt.Printf("\n"+format+"\n", args...) }
