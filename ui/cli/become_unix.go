//go:build !windows

package cli

import (
	"context"
	"os"
	"syscall"

	"github.com/tokentray/tokentray/auth"
)

// become puts child in this process's place: streams, signals and the exit code
// are its own then. It returns where that can't be done.
func become(ctx context.Context, child Child) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	err := syscall.Exec(child.Path, child.Arguments, child.environment(os.Environ()))
	return &auth.Error{Kind: auth.KindUsage, Detail: "run " + child.Path + ": " + err.Error(), Cause: err}
}
