package agent

import (
	"context"
	"errors"
	"fmt"

	"github.com/tokentray/tokentray/auth"
)

// Causes of an *auth.Error of auth.KindAgent, for errors.Is.
var (
	ErrRunning    = errors.New("another agent runs")
	ErrNotRunning = errors.New("no agent runs")
	ErrForeign    = errors.New("it belongs to another user")
	ErrOlder      = errors.New("the agent is older than this program")
	ErrNewer      = errors.New("the agent is newer than this program")
	ErrMalformed  = errors.New("malformed frame")
	ErrClosed     = errors.New("the client was closed")
)

// trouble is an *auth.Error of auth.KindAgent. The detail has to tell all, since
// nobody prints the cause.
func trouble(cause error, format string, args ...any) error {
	return &auth.Error{Kind: auth.KindAgent, Detail: fmt.Sprintf(format, args...), Cause: cause}
}

// interrupted tells what a failed read or write means: where ctx has ended the
// caller gave up, otherwise the agent is to blame.
func interrupted(ctx context.Context, err error, doing string) error {
	if ctx.Err() != nil {
		return &auth.Error{Kind: auth.KindCancelled, Detail: doing + " was given up", Cause: ctx.Err()}
	}
	return trouble(err, "%s: the agent went away or does not answer (%v)", doing, err)
}
