package desktop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// maxLog is when the log of an agent in the background begins anew.
const maxLog = 1 << 20

// agentPrograms are what the agent's program may be called: the second where it is
// installed alone, and is the command line, too.
var agentPrograms = []string{"tokentray-agent", "tokentray"}

// agentProgram is one of agentPrograms beside this program, which may be the window's
// and cost more to keep running, and else this one.
func agentProgram() (string, error) {
	for _, name := range agentPrograms {
		if path, there := beside(name); there {
			return path, nil
		}
	}
	return os.Executable()
}

// Launch starts the agent's program with args so that it outlives this process: in
// a session of its own, with nothing on its standard input and its output at the
// end of the file log, or nowhere where that can't be written. The program is one of
// agentPrograms beside this one, or this same one. It returns without waiting; ended is
// closed when the process has ended.
func Launch(log string, args ...string) (ended <-chan struct{}, err error) {
	program, err := agentProgram()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = detached()
	if out, err := openLog(log); err == nil {
		defer out.Close() // the child has it
		cmd.Stdout, cmd.Stderr = out, out
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(program), err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = cmd.Wait() // why it ended is in its log
	}()
	return gone, nil
}

func openLog(path string) (*os.File, error) {
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	return os.OpenFile(path, flags, 0o600)
}
