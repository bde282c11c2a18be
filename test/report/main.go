// Command report reads `go test -json` on standard input and shows what a person
// wants of it: go test's own line for each package as it comes, everything a failed
// test printed, the names of those that were skipped, and in the end once more where each
// one failed. It fails where a test failed, where none ran, and where a test secret stands
// in any test's output, shown or not.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/tokentray/tokentray/test/canary"
)

func main() {
	if err := show(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "test:", err)
		os.Exit(1)
	}
}

// event is one line of `go test -json` (go doc test2json).
type event struct {
	Action, Package, Test, Output string
}

// place is a test, or a package where Test is empty.
type place struct{ Package, Test string }

// run is what is known of one run of go test.
type run struct {
	out    io.Writer
	held   map[place]*strings.Builder // printed and not shown yet
	passed int
	failed []place
	where  []string // a test failed, in the words that it began with
	leaks  []place
}

// show reads the events of one run and tells them on out.
func show(in io.Reader, out io.Writer) error {
	r := run{out: out, held: map[place]*strings.Builder{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24) // a test may print one very long line
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // go's own word, outside of any test
			continue
		}
		r.take(e)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read go test's events: %w", err)
	}
	return r.verdict()
}

func (r *run) take(e event) {
	at := place{e.Package, e.Test}
	switch e.Action {
	case "output":
		r.printed(at, e.Output)
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "pass":
		if e.Test != "" {
			r.passed++
		}
		delete(r.held, at)
	case "skip":
		if e.Test != "" {
			r.flush(at)
		}
		delete(r.held, at)
	case "fail":
		r.failed = append(r.failed, at)
		if e.Test == "" {
			r.flushUnfinished(e.Package)
		} else {
			r.notes(at)
		}
		r.flush(at)
	}
}

// source begins a line that a test printed by itself: the file and the line in it.
var source = regexp.MustCompile(`^\s+\w+_test\.go:\d+: `)

// notes keeps the first lines that a failed test printed by itself.
func (r *run) notes(at place) {
	const enough = 3
	held := r.held[at]
	if held == nil {
		return
	}
	said := 0
	for line := range strings.Lines(held.String()) {
		if source.MatchString(line) && said < enough {
			said++
			r.where = append(r.where, at.Test+": "+strings.TrimSpace(line))
		}
	}
}

func (r *run) printed(at place, text string) {
	if canary.Holds([]byte(text)) && !scriptLine(text) {
		r.leaks = append(r.leaks, at)
	}
	if at.Test == "" && (strings.HasPrefix(text, "ok ") || strings.HasPrefix(text, "ok\t") || strings.HasPrefix(text, "FAIL\t")) {
		r.flushIfFailed(at, text)
		fmt.Fprint(r.out, text)
		return
	}
	if r.held[at] == nil {
		r.held[at] = &strings.Builder{}
	}
	r.held[at].WriteString(text)
}

// scriptLine reports whether text is a command that a test script shows before it
// runs it: the test's own words, not the program's.
func scriptLine(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "> ") }

// flushIfFailed shows what a package said for itself before its closing line, where
// that line tells of a failure.
func (r *run) flushIfFailed(at place, closing string) {
	if strings.HasPrefix(closing, "FAIL") {
		r.flushUnfinished(at.Package)
		r.flush(at)
	}
}

// flushUnfinished shows the tests of a package that never ended: a panic or a
// deadline prints into whichever was running.
func (r *run) flushUnfinished(pkg string) {
	for at := range r.held {
		if at.Package == pkg && at.Test != "" {
			r.flush(at)
		}
	}
}

func (r *run) flush(at place) {
	if text := r.held[at]; text != nil {
		fmt.Fprint(r.out, text)
		delete(r.held, at)
	}
}

func (r *run) verdict() error {
	var trouble []error
	for _, at := range r.leaks {
		trouble = append(trouble, fmt.Errorf("a test secret stands in the output of %s %s", at.Package, at.Test))
	}
	for _, where := range r.where {
		fmt.Fprintln(r.out, where)
	}
	if len(r.failed) > 0 {
		trouble = append(trouble, fmt.Errorf("%d tests and packages failed, %d tests passed", len(r.failed), r.passed))
	} else if r.passed == 0 {
		trouble = append(trouble, errors.New("no test ran"))
	}
	return errors.Join(trouble...)
}
