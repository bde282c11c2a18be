package desktop

import (
	"fmt"
	"os"
	"os/exec"
)

// Launch starts a program of our own that outlives this one: in a session of its
// own, with nothing on its standard input, and its output at the end of log. It
// returns without waiting; whoever starts it asks it for an answer by its socket.
func Launch(program string, args []string, log *os.File) error {
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = detached()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", program, err)
	}
	return cmd.Process.Release()
}
