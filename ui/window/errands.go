package window

import (
	"context"
	"errors"
	"sync"

	"github.com/tokentray/tokentray/auth"
)

// errands are calls that may block. Each runs off the UI thread and brings back
// what is to be done on it. They end with the window: Close of the Window ends
// their common context, which is why this one place keeps a context.
type errands struct {
	ctx     context.Context
	cancel  context.CancelFunc
	parts   Parts
	running sync.WaitGroup
}

func newErrands(parts Parts) *errands {
	ctx, cancel := context.WithCancel(context.Background())
	return &errands{ctx: ctx, cancel: cancel, parts: parts}
}

// run does work off the UI thread and what it returns, if anything, on it. The
// returned function gives the errand up: its result is dropped then.
func (e *errands) run(work func(context.Context) func()) (giveUp func()) {
	ctx, cancel := context.WithCancel(e.ctx)
	e.running.Add(1)
	e.parts.Go(func() {
		defer e.running.Done()
		if then := work(ctx); then != nil {
			e.back(ctx, then)
		}
	})
	return cancel
}

// back does f on the UI thread unless ctx has ended by then.
func (e *errands) back(ctx context.Context, f func()) {
	e.parts.Do(func() {
		if ctx.Err() == nil {
			f()
		}
	})
}

// close ends every errand and waits for them.
func (e *errands) close() {
	e.cancel()
	e.running.Wait()
}

// problem is err as the Desk's kind of error; nil stays nil.
func problem(err error) *auth.Error {
	var known *auth.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	}
	return &auth.Error{Kind: auth.KindInternal, Cause: err}
}
