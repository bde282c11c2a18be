package cli

import (
	"context"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/tokentray/tokentray/auth"
)

// Process is a World with the arguments, streams, environment and terminal of
// this process. The functions that reach beyond it are the caller's to fill in.
func Process() World {
	return World{
		Args:  os.Args[1:],
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: Terminal{In: isTerminal(os.Stdin), Out: isTerminal(os.Stdout), Err: isTerminal(os.Stderr)},
		Getenv:   os.Getenv, Now: time.Now, ReadSecret: readHidden,
		Find: FindProgram, Become: become,
	}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// readHidden reads a line from standard input without showing it. Given up, it
// leaves the terminal as it was: the read itself, which goes on, can't.
func readHidden(ctx context.Context) (auth.Secret, error) {
	fd := int(os.Stdin.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return auth.Secret{}, err
	}
	line, err := await(ctx, func() ([]byte, error) { return term.ReadPassword(fd) })
	if ctx.Err() != nil {
		return auth.Secret{}, firstOf(term.Restore(fd, before), ctx.Err())
	}
	return auth.NewSecret(string(line)), err
}
