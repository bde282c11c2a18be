package stories_test

import (
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

// TestStoriesAtATerminal tells the stories in testdata/terminal, in which somebody
// sits there and is asked.
func TestStoriesAtATerminal(t *testing.T) {
	t.Parallel()
	cmds := commands()
	maps.Copy(cmds, map[string]command{
		"at-terminal":  only(1, beginAtTerminal), // at-terminal ARGS…: begin, on a terminal
		"sees":         only(1, sees),            // sees PATTERN: until it stands there, after what was seen before
		"types":        only(0, types),           // types WORDS…, and Enter
		"types-unseen": only(1, typesUnseen),     // types-unseen FILE: its first line, as soon as nothing typed is shown
		"pastes-back":  only(1, pastesBack),      // pastes-back USER: consents, and pastes where the browser ended
		"hangs-up":     only(0, hangsUp),         // closes the terminal
	})
	testscript.Run(t, testscript.Params{Dir: "testdata/terminal", Setup: open, Cmds: cmds, RequireUniqueNames: true})
}

// beginAtTerminal starts tokentray as a shell in a terminal does: in a session of
// its own, which the terminal controls.
func beginAtTerminal(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	if s.program != nil {
		ts.Fatalf("tokentray %s is in the background already", strings.Join(s.program.args, " "))
	}
	program, err := exec.LookPath("tokentray")
	ts.Check(err)
	r := prepare(ts, program, args)
	keys, line := openTerminal(ts)
	r.keys = keys
	r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = line, line, line
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	ts.Check(r.cmd.Start())
	ts.Check(line.Close()) // the program has it
	shown := make(chan struct{})
	go func() { // ends when nobody has the terminal any more
		defer close(shown)
		_, _ = io.Copy(r.out, keys) // that is its error
	}()
	go func() { // ends with the process, which wait and kill see to
		_ = r.cmd.Wait() // the code tells
		<-shown
		_ = keys.Close() // a story may have hung up
		close(r.ended)
	}()
	s.program = r
}

// openTerminal makes a terminal: the end where a person sits, and the program's.
func openTerminal(ts *testscript.TestScript) (keys, line *os.File) {
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	ts.Check(err)
	var number int
	control(ts, keys, func(fd int) error {
		if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return err
		}
		number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		return err
	})
	line, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|syscall.O_NOCTTY, 0)
	ts.Check(err)
	return keys, line
}

// control does something to a terminal.
func control(ts *testscript.TestScript, f *os.File, do func(fd int) error) {
	raw, err := f.SyscallConn()
	ts.Check(err)
	var done error
	ts.Check(raw.Control(func(fd uintptr) { done = do(int(fd)) }))
	ts.Check(done)
}

// terminal is what is in the background on one.
func terminal(ts *testscript.TestScript) *running {
	r := of(ts).background(ts)
	if r.keys == nil {
		ts.Fatalf("tokentray %s has no terminal", strings.Join(r.args, " "))
	}
	return r
}

func sees(ts *testscript.TestScript, _ bool, args []string) {
	r, want := terminal(ts), regexp.MustCompile(args[0])
	eventually(ts, "“"+args[0]+"” on the terminal", func() bool {
		found := want.FindStringIndex(r.out.String()[r.seen:])
		if found == nil {
			return false
		}
		r.seen += found[1]
		return true
	})
}

func types(ts *testscript.TestScript, _ bool, args []string) {
	_, err := terminal(ts).keys.WriteString(strings.Join(args, " ") + "\n")
	ts.Check(err)
}

func typesUnseen(ts *testscript.TestScript, _ bool, args []string) {
	r := terminal(ts)
	eventually(ts, "a terminal that doesn't show what is typed", func() bool { return !echoes(ts, r.keys) })
	first, _, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	types(ts, false, []string{first})
}

func echoes(ts *testscript.TestScript, keys *os.File) (shown bool) {
	control(ts, keys, func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		shown = err == nil && state.Lflag&unix.ECHO != 0
		return err
	})
	return shown
}

// pastesBack consents as user and pastes the address where the browser ended. The
// terminal's own echo of that is switched off: what the program says is looked
// through for the code.
func pastesBack(ts *testscript.TestScript, _ bool, args []string) {
	s, r := of(ts), terminal(ts)
	back := practicetest.Answer(s.t, &http.Client{Timeout: patience}, s.address(ts), args[0], "allow")
	control(ts, r.keys, func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			return err
		}
		state.Lflag &^= unix.ECHO
		return unix.IoctlSetTermios(fd, unix.TCSETS, state)
	})
	types(ts, false, []string{back})
}

func hangsUp(ts *testscript.TestScript, _ bool, _ []string) { ts.Check(terminal(ts).keys.Close()) }
