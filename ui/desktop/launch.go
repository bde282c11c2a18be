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
// end of the file log. That is one of agentPrograms beside this program, or this same
// one. It returns without waiting; whoever starts it asks for it at its socket.
func Launch(log string, args ...string) error {
	program, err := agentProgram()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if info, err := os.Stat(log); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	out, err := os.OpenFile(log, flags, 0o600)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	defer out.Close() // the child has it
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = detached()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(program), err)
	}
	return cmd.Process.Release()
}
