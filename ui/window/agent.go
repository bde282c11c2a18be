package window

import (
	"context"

	"github.com/tokentray/tokentray/auth"
)

// agentGone says that nothing is refreshed any more.
func (w *Window) agentGone(e *auth.Error) {
	w.gone.gone(nil)
	w.whole.Refresh()
	if e != nil && !w.seen {
		w.blank.say("Tokentray isn’t running", "Start its background part, and your accounts appear here.")
	}
}

func (w *Window) agentBack() {
	if w.gone.whole.Visible() {
		w.gone.back()
		w.whole.Refresh()
	}
}

// restart starts the agent again and hands the new way to it to Watch.
func (w *Window) restart() {
	if w.parts.Restart == nil {
		return
	}
	w.gone.starting()
	w.errands.run(func(ctx context.Context) func() {
		desk, err := w.parts.Restart(ctx)
		return func() {
			if err != nil {
				w.gone.gone(problem(err))
				w.whole.Refresh()
				return
			}
			w.parts.Desk = desk
			select { // one is enough: Watch takes the newest
			case <-w.restarted:
			default:
			}
			w.restarted <- desk
			w.pull()
		}
	})
}
