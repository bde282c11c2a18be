package desktop

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// maxLog is when the log of an agent in the background begins anew.
const maxLog = 1 << 20

// Launch starts the agent's program with args so that it outlives this process: in
// a session of its own, with nothing on its standard input and its output at the
// end of the file log. That is tokentray beside this program, or this same one. It
// returns without waiting; whoever starts it asks for it at its socket.
func Launch(log string, args ...string) error {
	program, there := beside("tokentray") // the window's program costs more to keep running
	if !there {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("find this program: %w", err)
		}
		program = self
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
