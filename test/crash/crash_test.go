package crash_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

var rounds = flag.Int("rounds", 200, "how often the agent is killed")

// A provider that takes a replaced refresh token back for 30 seconds: whatever
// moment the agent dies in, the account goes on by itself, and no refresh token
// is presented more often than three times without a person's word.
func TestNoAccountIsLostWhereverTheAgentDies(t *testing.T) {
	w, h := newWorld(t, 30*time.Second), newHome(t)
	desk := h.start()
	id := connect(t, desk, w)
	before, err := desk.Show(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	insisted, killed := 0, map[step]int{}
	for round := range *rounds {
		at := step(round) % steps
		if rand.IntN(crashAgain) > 0 {
			settle(t, desk, id)
		}
		if waitsForPerson(t, desk, id) {
			insisted++
		}
		killed[dieAt(h, w, desk, id, at)]++
		_ = desk.Close() // its agent is dead
		desk = h.start()
	}
	if err := desk.Refresh(t.Context(), id); err != nil {
		t.Fatalf("after %d kills: %v\n%s", *rounds, err, h.said())
	}
	token, err := desk.Token(t.Context(), id, auth.Usual)
	if err != nil || token.AccessToken.IsZero() {
		t.Fatalf("after %d kills: %v\n%s", *rounds, err, h.said())
	}
	after, err := desk.Show(t.Context(), id)
	if err != nil || after.Name != before.Name || after.State != auth.StateFresh {
		t.Errorf("after %d kills: %q is %v, %v", *rounds, after.Name, after.State, err)
	}
	ledger, most, over := w.server.Ledger(), 0, 0
	for _, times := range ledger.RefreshTokens {
		most, over = max(most, times), over+max(0, times-auth.MaxPresentations)
	}
	if over > insisted {
		t.Errorf("refresh tokens were presented %d times too often; a person insisted %d times", over, insisted)
	}
	if n := ledger.FamiliesRevoked(); n != 0 {
		t.Errorf("%d families revoked", n)
	}
	t.Logf("killed: %v; %d refresh tokens, presented %d times at most, a person insisted %d times", killed, len(ledger.RefreshTokens), most, insisted)
}

// crashAgain: one agent in so many dies before what the last one left is settled.
const crashAgain = 3

// settle waits until the agent has settled by itself what the one before it left.
func settle(t *testing.T, desk auth.Desk, id auth.AccountID) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		s, err := desk.Show(t.Context(), id)
		if err != nil {
			t.Fatalf("show: %v", err)
		}
		if s.State == auth.StateFresh || waitsForPerson(t, desk, id) {
			return
		}
	}
	t.Fatal("the account was not settled in 30 seconds")
}

// waitsForPerson reports whether the refresh token was presented so often that
// only a person presents it again; the test is that person.
func waitsForPerson(t *testing.T, desk auth.Desk, id auth.AccountID) bool {
	t.Helper()
	s, err := desk.Show(t.Context(), id)
	if err != nil {
		t.Fatalf("show: %v", err)
	}
	return s.State == auth.StateInDoubt && s.RefreshAt.IsZero()
}

// dieAt has a person make a refresh and kills the agent when it comes to at. Where it comes
// to an end before that, it is killed afterwards.
func dieAt(h *home, w *world, desk auth.Desk, id auth.AccountID, at step) step {
	ctx, cancel := context.WithTimeout(h.t.Context(), 10*time.Second)
	defer cancel()
	dead, victim := make(chan struct{}, 1), h.agent.Process
	die := func() { // on a busy machine so late that the next agent runs
		_ = victim.Kill() // its end is awaited below
		dead <- struct{}{}
	}
	if at == anywhere {
		at = step(rand.IntN(2)) * answered // before the request, or in the commits after it
		delay := time.Duration(rand.Int64N(int64(6 * time.Millisecond)))
		if at == answered {
			w.when(answered, func() { time.AfterFunc(delay, die) })
		} else {
			time.AfterFunc(delay, die)
		}
	} else {
		w.when(at, die)
	}
	if err := desk.Refresh(ctx, id); err == nil {
		select {
		case <-dead:
		case <-time.After(20 * time.Millisecond): // it was already answered when the kill was set up
		}
	}
	w.when(anywhere, nil)
	h.kill()
	return at
}

// A provider that forgives nothing: where the answer was lost the sign-in is, too,
// which nobody can help. The account is not: it says what happened, and one
// sign-in mends it.
func TestWithoutGraceALostAnswerIsToldAndMendedByOneSignIn(t *testing.T) {
	w, h := newWorld(t, -1), newHome(t)
	desk := h.start()
	id := connect(t, desk, w)
	mended := 0
	for round := range 12 {
		dieAt(h, w, desk, id, []step{processed, answered, arrived}[round%3])
		_ = desk.Close() // its agent is dead
		desk = h.start()
		_, err := desk.Token(t.Context(), id, auth.Want{Force: true})
		if err == nil {
			continue
		}
		var e *auth.Error
		if !errors.As(err, &e) || e.Kind != auth.KindSignInNeeded || e.Detail != "a refresh was interrupted" {
			t.Fatalf("round %d: %v\n%s", round, err, h.said())
		}
		s, err := desk.Reconnect(t.Context(), id, auth.Reconnection{Timeout: time.Minute}, signIn(t))
		if err != nil || s.Name != "work" || s.State != auth.StateFresh {
			t.Fatalf("round %d: reconnect: %v, %v", round, s.State, err)
		}
		mended++
	}
	if mended < 4 {
		t.Errorf("%d sign-ins, want at least the 4 of the kills before the answer", mended)
	}
}
