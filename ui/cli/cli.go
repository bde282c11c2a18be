// Package cli is the command line of Tokentray: it reads arguments, asks the
// agent through auth.Front, and writes what a program reads to stdout and words to
// stderr. Scripts depend on its names, streams, JSON and exit codes.
//
// Run is the whole of it; World is everything it may touch. Nothing here knows
// how the agent is reached, how a browser opens or where files are: main does.
package cli

import (
	"context"
	"io"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

// World is everything the command line may touch. Process fills in what belongs
// to this process; main fills in the functions.
type World struct {
	Args           []string // without the program's own name
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       Terminal
	Getenv         func(string) string
	Now            func() time.Time // in the person's time zone
	// ReadSecret reads a line from the terminal without showing it, and gives up when ctx ends.
	ReadSecret func(ctx context.Context) (auth.Secret, error)

	// Dial reaches the agent; hangUp ends the connection. Errors are *auth.Error.
	Dial func(ctx context.Context, s Start) (desk auth.Front, hangUp func() error, err error)
	// RunAgent is the agent, in this process, until ctx ends. Being ended is no error.
	RunAgent func(ctx context.Context, o AgentOptions) error
	// RunWindow shows the window in this process; nil: there is none in this program.
	RunWindow func(ctx context.Context) error
	// Session is the desktop of whoever typed the command.
	Session func() auth.Session
	// Open opens address in a browser: by command, or the usual way where that is
	// "". An *auth.Error of KindInvalidAnswer means that the address is not one to open.
	Open func(address, command string) error
	// Find is where the program called name is; Become puts a child in this
	// process's place, and returns where that can't be done, or is not this system's
	// way, an Ended.
	Find   func(name string) (path string, err error)
	Become func(ctx context.Context, child Child) error
	// Look says what is there of what Tokentray needs, and what isn't; nil: nothing is known.
	Look func(ctx context.Context) []words.Finding
	// Check reads a provider file and says what is wrong with it, in words for whoever wrote it.
	Check   func(name string, text []byte) (auth.Provider, error)
	Version string
}

// Terminal says which streams are a person's terminal.
type Terminal struct{ In, Out, Err bool }

// Start says what Dial does where no agent runs.
type Start int

// The ways to start.
const (
	StartIfNeeded Start = iota // start one in the background
	StartNever                 // return an *auth.Error of KindAgent
)

// AgentOptions are what the agent command was given.
type AgentOptions struct {
	NoTray     bool
	Passphrase auth.Secret // to unlock the vault with at the start; zero: none was given
	Ready      func()      // to be called once callers are served
}

// Run carries out one command line and returns the exit code. It returns soon
// after ctx ends, with 130.
func Run(ctx context.Context, w World) int {
	i := &invocation{World: w}
	if err := i.run(ctx); err != nil {
		return i.report(ctx, err)
	}
	return exitDone
}

// invocation is one command line being carried out.
type invocation struct {
	World
	noStart        bool
	asJSON         bool // what goes to stdout is one JSON document
	passphraseFile string
	stdinTakenBy   string // the flag that read standard input; it can be read once
	keys           keyboard
}

func (i *invocation) run(ctx context.Context) error {
	root := i.rootCommand()
	args := append([]string{}, i.Args...) // never nil: cobra would take os.Args then
	if _, rest, err := root.Find(args); err != nil && !completes(args) {
		return unknownCommand(root, rest)
	}
	root.SetArgs(args)
	c, err := root.ExecuteContextC(ctx)
	return helped(c, err)
}
