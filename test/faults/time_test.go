package faults_test

import (
	"context"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// refresh is a person who asks for a new token now, while time passes.
func (w *world) refresh(id auth.AccountID) (auth.Token, error) {
	w.t.Helper()
	type result struct {
		token auth.Token
		err   error
	}
	ended := make(chan result, 1)
	go func() {
		token, err := w.Token(context.Background(), id, auth.Want{Force: true})
		ended <- result{token, err}
	}()
	w.drive(func() bool { return len(ended) > 0 })
	r := <-ended
	w.rest()
	return r.token, r.err
}

// drive lets time pass, a second at a time, whenever somebody waits for it, until done.
func (w *world) drive(done func() bool) {
	w.t.Helper()
	w.driveBy(time.Second, done)
}

func (w *world) driveBy(step time.Duration, done func() bool) {
	w.t.Helper()
	eventually(w.t, "what was begun ends", func() bool {
		if w.clock.Waiting() > w.resting {
			w.clock.Advance(step)
		}
		return done()
	})
}

// pass lets d pass in steps, and whatever becomes due in each come to its end. What
// a person would be told meanwhile is returned.
func (w *world) pass(d, step time.Duration) (notices []auth.Notice) {
	w.t.Helper()
	for ; d > 0; d -= step {
		w.clock.Advance(min(d, step))
		w.rest()
		notices = append(notices, w.listen()...)
	}
	return notices
}

// passUntilDue lets time pass until id is refreshed by itself, and a minute longer.
func (w *world) passUntilDue(id auth.AccountID) (notices []auth.Notice) {
	w.t.Helper()
	w.pass(w.status(id).RefreshAt.Sub(w.clock.Wall())-2*time.Second, 30*time.Second)
	return w.pass(time.Minute, time.Second)
}

// restTime is the most that rest waits, for an account that is kept waiting.
const restTime = 500 * time.Millisecond

// rest waits until nothing is under way but what waits for the clock.
func (w *world) rest() {
	for deadline := time.Now().Add(restTime); time.Now().Before(deadline); {
		w.haveLooked()
		s, err := w.Snapshot(context.Background())
		must(w.t, err)
		busy := w.clock.Waiting() < w.resting
		for _, a := range s.Accounts {
			atIt := a.State == auth.StateRefreshing || a.State == auth.StateInDoubt && !a.RefreshAt.IsZero() && !a.RefreshAt.After(s.At)
			busy = busy || atIt && w.clock.Waiting() <= w.resting
		}
		if !busy {
			return
		}
		<-time.After(time.Millisecond) // between two looks
	}
}

// haveLooked returns when Run has looked at what is due now: it takes a word that
// means nothing to it, and a second one once it is done with that.
func (w *world) haveLooked() {
	limit := time.After(restTime)
	for range 2 {
		select {
		case w.looks <- "":
		case <-limit:
			return
		}
	}
}

// listen is what a person would be told now.
func (w *world) listen() []auth.Notice {
	w.t.Helper()
	s, err := w.Snapshot(context.Background())
	must(w.t, err)
	notices, told := auth.Notices(w.told, s, auth.UsualNotices(), s.At)
	w.told = told
	return notices
}
