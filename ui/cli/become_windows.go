package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"

	"github.com/tokentray/tokentray/auth"
)

// become runs child and waits for it. Windows has no way to put it in this
// process's place; Ctrl+C reaches both, and the child decides.
func become(_ context.Context, child Child) error {
	cmd := exec.Command(child.Path)
	cmd.Args, cmd.Env = child.Arguments, child.environment(os.Environ())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return Ended{exit.ExitCode()}
	case err != nil:
		return &auth.Error{Kind: auth.KindUsage, Detail: "run " + child.Path + ": " + err.Error(), Cause: err}
	}
	return nil
}
