package window

import (
	"context"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Watch keeps the window up to date until ctx ends: it pulls a snapshot after
// every change, and says so when the agent is gone. It blocks.
func (w *Window) Watch(ctx context.Context) {
	desk := w.parts.Desk
	for ctx.Err() == nil {
		err := w.follow(ctx, desk)
		if ctx.Err() != nil {
			return
		}
		w.errands.back(ctx, func() { w.agentGone(problem(err)) })
		select {
		case desk = <-w.restarted:
		case <-ctx.Done():
			return
		}
	}
}

// A pull and what it shows may take one part in pullShare of the time, so that
// ten thousand accounts which refresh all the time don't keep a core busy; longestWait
// bounds how old what is shown can get.
const (
	pullShare   = 50
	longestWait = 10 * time.Second
)

// follow pulls snapshots from desk until it is gone.
func (w *Window) follow(ctx context.Context, desk auth.Desk) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	pokes, err := desk.Watch(ctx)
	if err != nil {
		return err
	}
	if err := w.heed(ctx); err != nil {
		return err
	}
	if providers, err := desk.Providers(ctx); err == nil {
		w.errands.back(ctx, func() { w.catalogue(providers) })
	}
	if p, err := desk.Preferences(ctx); err == nil {
		w.errands.back(ctx, func() { w.wear(p.Theme) })
	}
	for {
		began := w.parts.Now()
		if err := w.pullFrom(ctx, desk); err != nil {
			return err
		}
		w.rested(ctx, min(pullShare*w.parts.Now().Sub(began), longestWait))
		select {
		case _, open := <-pokes:
			if !open {
				return &auth.Error{Kind: auth.KindAgent}
			}
		case <-ctx.Done(): // the end doesn't wait for a desk that forgets to close its channel
			return ctx.Err()
		}
	}
}

// rested returns when d has passed or ctx has ended.
func (w *Window) rested(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	over := make(chan struct{})
	defer w.parts.After(d, func() { close(over) })()
	select {
	case <-over:
	case <-ctx.Done():
	}
}

// pullFrom shows a snapshot and returns when it is shown. A vault that can't be used
// is something to show, too.
func (w *Window) pullFrom(ctx context.Context, desk auth.Desk) error {
	s, err := desk.Snapshot(ctx)
	if e := problem(err); e != nil {
		if e.Kind != auth.KindVault {
			return e
		}
		s.At, s.Vault = w.parts.Now(), e.Vault
	}
	shown := make(chan struct{})
	w.errands.back(ctx, func() {
		w.Show(s)
		close(shown)
	})
	select {
	case <-shown:
	case <-ctx.Done():
	}
	return nil
}

// pull asks for a snapshot now.
func (w *Window) pull() {
	desk := w.parts.Desk
	w.errands.run(func(ctx context.Context) func() {
		if err := w.pullFrom(ctx, desk); err != nil {
			return func() { w.agentGone(problem(err)) }
		}
		return nil
	})
}
