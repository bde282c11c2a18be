//go:build unix

package tour_test

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/tokentray/tokentray/test/program"
	"github.com/tokentray/tokentray/test/tour/seat"
)

// The programs' names.
const (
	command       = "tokentray"
	agentProgram  = program.Agent
	windowProgram = "tokentray-window"
)

// processes are those of one of our programs that belong to this visitor's home.
func (v *visitor) processes(program string) []*os.Process {
	return seat.Processes(filepath.Join(programs, program), "TOKENTRAY_HOME="+v.home)
}

// the waits until exactly one process of program runs.
func (v *visitor) the(program string) *os.Process {
	v.t.Helper()
	var all []*os.Process
	v.Await("one process of "+program, func() bool {
		all = v.processes(program)
		return len(all) == 1
	})
	return all[0]
}

// gone waits until no process of program runs.
func (v *visitor) gone(program string) {
	v.t.Helper()
	v.Await("the end of "+program, func() bool { return len(v.processes(program)) == 0 })
}

// ends sends a signal to the one process of program and waits for its end.
func (v *visitor) ends(program string, how os.Signal) {
	v.t.Helper()
	p := v.the(program)
	if err := p.Signal(how); err != nil {
		v.t.Fatalf("end %s: %v", program, err)
	}
	v.Await("the end of "+program, func() bool {
		return !slices.ContainsFunc(v.processes(program), func(q *os.Process) bool { return q.Pid == p.Pid })
	})
}
