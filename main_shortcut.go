//go:build shortcut

// Command tokentray, as it is installed on Linux and macOS: it prints a token that the
// agent has at hand, and hands everything else to tokentray-agent, which is the same
// command line with the agent in it.
package main

import (
	"os"

	"github.com/tokentray/tokentray/auth/agent/athand"
	"github.com/tokentray/tokentray/storage/places"
	"github.com/tokentray/tokentray/ui/cli/shortcut"
)

// version is stamped by the build.
var version = "dev"

func main() {
	if text, ok := atHand(os.Args[1:]); ok {
		if _, err := os.Stdout.Write(append(text, '\n')); err == nil {
			return
		}
	}
	if err := shortcut.HandOver(); err != nil {
		_, _ = os.Stderr.WriteString("Tokentray can’t go on: " + err.Error() + ".\nInstall it again, all of it.\n") // nobody is left to be told
		os.Exit(1)
	}
}

// atHand is the token that arguments ask for, if the agent has it.
func atHand(arguments []string) ([]byte, bool) {
	r, ok := shortcut.Parse(arguments)
	if !ok {
		return nil, false
	}
	p, err := places.Find(os.Getenv)
	if err != nil {
		return nil, false
	}
	return athand.Ask(p.Socket(), version, athand.Question{Name: r.Name, Form: r.Form, Validity: r.Validity})
}
