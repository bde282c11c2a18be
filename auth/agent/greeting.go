package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/tokentray/tokentray/auth/agent/athand"
)

// Protocol is the number of what is spoken after the greeting. It grows with
// every change that an older program at the other end would misunderstand; a
// new verb or a new field is none.
//
// 2: how to sign in again is asked for in another form; an agent of 1 would have
// signed in the same person, and in the usual time, whatever was wanted.
const Protocol = athand.Protocol

// greeting is the first frame of either end. Its form never changes.
type greeting struct {
	Protocol int    `json:"tokentray"`
	Version  string `json:"version"`
}

// welcome is the agent's side: it hears the caller out and greets back, whatever
// protocol the caller speaks.
func (l *link) welcome(ctx context.Context, ours greeting) (theirs greeting, err error) {
	if err := l.readBy(ctx, greetTime); err != nil {
		return greeting{}, err
	}
	if err := readFrame(l.in, maxGreeting, &theirs); err != nil {
		return greeting{}, err
	}
	if theirs == (greeting{}) {
		return greeting{}, ErrMalformed // JSON, but no greeting
	}
	return theirs, l.send(maxGreeting, ours)
}

// greet is the caller's side. An agent that hangs up on it was about to finish
// and no longer counts as running.
func (l *link) greet(ctx context.Context, ours greeting) (greeting, error) {
	defer context.AfterFunc(ctx, l.close)()
	theirs, err := l.exchangeGreetings(ctx, ours)
	for _, hungUp := range []error{io.EOF, syscall.EPIPE, syscall.ECONNRESET} {
		if errors.Is(err, hungUp) && ctx.Err() == nil {
			return greeting{}, trouble(fmt.Errorf("%w: %w", ErrNotRunning, err), "the agent hung up when it was greeted")
		}
	}
	if err != nil {
		return greeting{}, interrupted(ctx, err, "greet the agent")
	}
	return theirs, nil
}

func (l *link) exchangeGreetings(ctx context.Context, ours greeting) (theirs greeting, err error) {
	if err := l.send(maxGreeting, ours); err != nil {
		return greeting{}, err
	}
	if err := l.readBy(ctx, greetTime); err != nil {
		return greeting{}, err
	}
	if err := readFrame(l.in, maxGreeting, &theirs); err != nil {
		return greeting{}, err
	}
	return theirs, l.readAnyTime()
}

// understood is nil where both ends speak the same protocol.
func (g greeting) understood() error {
	switch {
	case g.Protocol < Protocol:
		return trouble(ErrOlder, "the agent that runs is older (version %q) and has to be started anew", g.Version)
	case g.Protocol > Protocol:
		return trouble(ErrNewer, "the agent that runs is newer (version %q); use the program it came with", g.Version)
	}
	return nil
}

// outdated reports whether a program of the given version should have the
// agent that greeted started anew.
func (g greeting) outdated(version string) bool {
	return g.Protocol < Protocol || g.Protocol == Protocol && older(g.Version, version)
}
