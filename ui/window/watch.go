package window

import (
	"context"

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
		if err := w.pullFrom(ctx, desk); err != nil {
			return err
		}
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

// pullFrom shows a snapshot. A vault that can't be used is something to show, too.
func (w *Window) pullFrom(ctx context.Context, desk auth.Desk) error {
	s, err := desk.Snapshot(ctx)
	if e := problem(err); e != nil {
		if e.Kind != auth.KindVault {
			return e
		}
		s.At, s.Vault = w.parts.Now(), e.Vault
	}
	w.errands.back(ctx, func() { w.Show(s) })
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
