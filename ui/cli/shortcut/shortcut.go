//go:build !windows

// Package shortcut is the command line's quickest answer: `token NAME`, where the
// agent has the token. Scripts ask for it all day, and most of what it costs is
// starting a program; so a small program of its own reads that one command and hands
// every other one over, unread, to the whole command line.
//
// What isn't as plain as Parse takes it is no mistake here: the whole command line
// reads it again and says what is wrong.
package shortcut

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Request is a command `token`, read.
type Request struct {
	Name     string
	Form     string        // "": none was asked for
	Validity time.Duration // negative: none was asked for
}

// Parse reads arguments, without the program's own name: token, one NAME, and at most
// --as and --min-validity. False: whatever that is, it has to be read by the whole
// command line.
func Parse(arguments []string) (r Request, ok bool) {
	if len(arguments) < 2 || arguments[0] != "token" {
		return Request{}, false
	}
	r.Validity = -1
	for rest := arguments[1:]; len(rest) > 0; {
		var argument, value string
		argument, rest = rest[0], rest[1:]
		switch name, inside, joined := strings.Cut(argument, "="); {
		case !strings.HasPrefix(argument, "-"):
			if r.Name != "" || argument == "" {
				return Request{}, false
			}
			r.Name = argument
			continue
		case name != "--as" && name != "--min-validity", !joined && len(rest) == 0:
			return Request{}, false
		case joined:
			value = inside
		default:
			value, rest = rest[0], rest[1:]
		}
		if !r.set(argument, value) {
			return Request{}, false
		}
	}
	return r, r.Name != ""
}

// set takes the value of a flag.
func (r *Request) set(argument, value string) bool {
	if strings.HasPrefix(argument, "--as") {
		r.Form = value
		return value != ""
	}
	d, err := time.ParseDuration(value)
	r.Validity = d
	return err == nil && d >= 0
}

// whole is the program with the whole command line, which is the agent's, too.
const whole = "tokentray-agent"

// ErrNotThere means that the whole command line is neither beside this program nor
// in PATH.
var ErrNotThere = errors.New("tokentray-agent, which belongs to this program, is neither beside it nor in PATH")

// HandOver puts the whole command line in this process's place, with the same
// arguments, streams and environment. It returns where that can't be done.
func HandOver() error {
	path, err := find()
	if err != nil {
		return err
	}
	return &os.PathError{Op: "run", Path: path, Err: syscall.Exec(path, os.Args, os.Environ())}
}

func find() (string, error) {
	if self, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(self); err == nil {
			self = real
		}
		beside := filepath.Join(filepath.Dir(self), whole)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	path, err := exec.LookPath(whole)
	if err != nil {
		return "", ErrNotThere
	}
	return path, nil
}
