package stories_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// ending is how tokentray ended.
type ending struct {
	code        int
	out, errout string
}

// longest is how long any command may take in a story: none blocks for ever.
const longest = time.Minute

// running is tokentray in the background.
type running struct {
	args  []string
	cmd   *exec.Cmd
	out   *flow
	err   *flow
	began time.Time
	ended chan struct{} // closed when it ended
	keys  *os.File      // the person's end of its terminal; nil: it has none
	seen  int           // how much of what it wrote a script has seen
}

// flow is what a process writes while it may be read.
type flow struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (f *flow) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.Write(p)
}

func (f *flow) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.String()
}

// start starts tokentray. A last argument "<FILE" is its standard input.
func (s *story) start(ts *testscript.TestScript, args []string) *running {
	program, err := exec.LookPath("tokentray")
	ts.Check(err)
	return s.startProgram(ts, program, args)
}

func (s *story) startProgram(ts *testscript.TestScript, program string, args []string) *running {
	var input []byte
	if last := len(args) - 1; last >= 0 && strings.HasPrefix(args[last], "<") {
		input = []byte(ts.ReadFile(args[last][1:]))
		args = args[:last]
	}
	r := prepare(ts, program, args)
	r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = bytes.NewReader(input), r.out, r.err
	ts.Check(r.cmd.Start())
	go func() { // ends with the process, which wait and kill see to
		_ = r.cmd.Wait() // the code tells
		close(r.ended)
	}()
	return r
}

// prepare is tokentray with the story's environment, not started yet.
func prepare(ts *testscript.TestScript, program string, args []string) *running {
	r := &running{args: slices.Clone(args), out: &flow{}, err: &flow{}, ended: make(chan struct{}), began: time.Now()}
	r.cmd = exec.Command(program, args...)
	r.cmd.Dir, r.cmd.Env = ts.MkAbs("."), []string{}
	for _, name := range inherited() {
		if value := ts.Getenv(name); value != "" {
			r.cmd.Env = append(r.cmd.Env, name+"="+value)
		}
	}
	return r
}

// wait waits for the end, and ends what doesn't.
func (s *story) wait(ts *testscript.TestScript, r *running) ending {
	limit := time.NewTimer(longest)
	defer limit.Stop()
	select {
	case <-r.ended:
	case <-limit.C:
		r.kill()
		ts.Fatalf("tokentray %s: still there after %s; it said: %s", strings.Join(r.args, " "), longest, r.err)
	}
	s.took = time.Since(r.began)
	e := ending{r.cmd.ProcessState.ExitCode(), r.out.String(), r.err.String()}
	s.said.WriteString(e.errout)
	if slices.Contains(r.args, "token") {
		s.secrets.add(tokenIn(e.out))
	} else {
		s.said.WriteString(e.out)
	}
	return e
}

func (r *running) kill() {
	_ = r.cmd.Process.Kill() // it may have ended by itself
	<-r.ended
}

// must runs tokentray to its end and shows what it wrote to the script.
func (s *story) must(ts *testscript.TestScript, code int, args []string) ending {
	e := s.wait(ts, s.start(ts, args))
	show(ts, e)
	if e.code != code {
		ts.Fatalf("tokentray %s: exit code %d, want %d", strings.Join(args, " "), e.code, code)
	}
	return e
}

func show(ts *testscript.TestScript, e ending) {
	_, err1 := ts.Stdout().Write([]byte(e.out))
	_, err2 := ts.Stderr().Write([]byte(e.errout))
	ts.Check(errors.Join(err1, err2))
}

func runTokentray(ts *testscript.TestScript, _ bool, args []string) { of(ts).must(ts, 0, args) }

func runExits(ts *testscript.TestScript, _ bool, args []string) {
	of(ts).must(ts, number(ts, args[0]), args[1:])
}

func runBegin(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	if s.program != nil {
		ts.Fatalf("tokentray %s is in the background already", strings.Join(s.program.args, " "))
	}
	s.program = s.start(ts, args)
}

// runNewer is tokentray after an upgrade.
func runNewer(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	program, err := exec.LookPath("tokentray")
	ts.Check(err)
	e := s.wait(ts, s.startProgram(ts, filepath.Join(filepath.Dir(program), newer, filepath.Base(program)), args))
	show(ts, e)
	if e.code != 0 {
		ts.Fatalf("exit code %d, want 0", e.code)
	}
}

// checkTook reads: took LEAST MOST, of what ended last.
func checkTook(ts *testscript.TestScript, _ bool, args []string) {
	least, err1 := time.ParseDuration(args[0])
	most, err2 := time.ParseDuration(args[1])
	ts.Check(errors.Join(err1, err2))
	if took := of(ts).took; took < least || took > most {
		ts.Fatalf("it took %s, want %s to %s", took, least, most)
	}
}

// runKill ends what is in the background as nothing can refuse.
func runKill(ts *testscript.TestScript, _ bool, _ []string) {
	s := of(ts)
	s.background(ts).kill()
	s.program = nil
}

func runFinish(ts *testscript.TestScript, _ bool, args []string) {
	code := 0
	if len(args) > 0 {
		code = number(ts, args[0])
	}
	of(ts).finish(ts, code)
}

// finish waits for what is in the background.
func (s *story) finish(ts *testscript.TestScript, code int) {
	r := s.background(ts)
	e := s.wait(ts, r)
	s.program = nil
	show(ts, e)
	if e.code != code {
		ts.Fatalf("tokentray %s: exit code %d, want %d", strings.Join(r.args, " "), e.code, code)
	}
}

func (s *story) background(ts *testscript.TestScript) *running {
	if s.program == nil {
		ts.Fatalf("nothing is in the background")
	}
	return s.program
}

func awaitWords(ts *testscript.TestScript, _ bool, _ []string) {
	r := of(ts).background(ts)
	eventually(ts, "words from the command", func() bool { return r.out.String()+r.err.String() != "" })
}

func awaitLog(ts *testscript.TestScript, _ bool, args []string) {
	r := of(ts).background(ts)
	eventually(ts, args[0], func() bool { return strings.Contains(r.err.String(), args[0]) })
}

func runInterrupt(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(of(ts).background(ts).cmd.Process.Signal(os.Interrupt))
}

func setAside(ts *testscript.TestScript, _ bool, _ []string) {
	s := of(ts)
	s.aside, s.program = s.background(ts), nil
}

func takeBack(ts *testscript.TestScript, _ bool, _ []string) {
	s := of(ts)
	s.program, s.aside = s.aside, nil
}

// runMany runs the same command many times at once. All have to exit with 0 and
// print the same, which is shown once.
func runMany(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	all := make([]*running, number(ts, args[0]))
	for i := range all {
		all[i] = s.start(ts, args[1:])
	}
	outs := map[string]int{}
	var last ending
	for _, r := range all {
		e := s.wait(ts, r)
		if e.code != 0 {
			show(ts, e)
			ts.Fatalf("one of %d exits with %d", len(all), e.code)
		}
		outs[e.out]++
		last = e
	}
	show(ts, last)
	if len(outs) != 1 {
		ts.Fatalf("%d different answers to %d callers", len(outs), len(all))
	}
}
