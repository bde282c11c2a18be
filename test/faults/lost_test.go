package faults_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestFault27ALostAnswerIsRecoveredWithinTheGrace(t *testing.T) {
	t.Parallel()
	for what, lost := range map[string][]answer{"once": {losesTheAnswer}, "twice": {losesTheAnswer, losesTheAnswer}} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, func(s *setup) { s.server.Grace = 30 * time.Second })
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(lost...)
			w.passUntilDue(id) // no person does anything
			if s := w.status(id); s.State != auth.StateFresh {
				t.Errorf("the account is %s, want fresh", s.State)
			}
			if after := w.grant(id); after.RefreshToken.Equal(before.RefreshToken) || after.Attempt.Open() || after.Refusal.Standing() {
				t.Errorf("the vault holds generation %d, attempt %+v", after.Generation, after.Attempt)
			}
			if notices := w.listen(); len(notices) != 0 || w.server.Ledger().FamiliesRevoked() != 0 {
				t.Errorf("%d notices, %d families revoked, want neither", len(notices), w.server.Ledger().FamiliesRevoked())
			}
			w.front.wantLedger(t, []int{1}, []int{1 + len(lost)})
		})
	}
}

func TestFault28WithoutGraceALostAnswerIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.connect("work")
	before := w.grant(id)
	w.front.next(losesTheAnswer)
	notices := append(w.passUntilDue(id), w.pass(30*time.Minute, 30*time.Second)...)
	s := w.status(id)
	if s.State != auth.StateNeedsSignIn || s.Cause == nil || s.Cause.Detail != "a refresh was interrupted" {
		t.Fatalf("the account is %s because of %v, want a sign-in after an interruption", s.State, s.Cause)
	}
	if len(notices) != 1 || notices[0].Concern != auth.ConcernSignIn {
		t.Errorf("told %v, want one notice of a sign-in", notices)
	}
	if !w.grant(id).RefreshToken.Equal(before.RefreshToken) {
		t.Error("the refresh token did not stay")
	}
	if n := w.server.Ledger().FamiliesRevoked(); n != 1 {
		t.Errorf("%d families revoked, want the one", n)
	}
	w.front.wantLedger(t, []int{1}, []int{2})
	u := w.reconnecting(id)
	u.page(u.allow(you))
	if s, err := u.finish(); err != nil || s.State != auth.StateFresh {
		t.Errorf("one sign-in mends it: %s, %v", s.State, err)
	}
}

func TestFault29ARejectedAuthenticationIsNotTriedInAnotherWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.connect("work")
	before := w.grant(id)
	w.front.next(says(401, "application/json", `{"error":"invalid_client"}`, "WWW-Authenticate", `Basic realm="northwind"`))
	_, err := w.refresh(id)
	if e := problem(t, err); e.Kind != auth.KindMisconfigured {
		t.Errorf("got %s, want misconfigured", e.Kind)
	}
	w.pass(30*time.Minute, 30*time.Second)
	if s := w.status(id); s.State != auth.StateMisconfigured || !w.grant(id).RefreshToken.Equal(before.RefreshToken) {
		t.Errorf("the account is %s, want misconfigured with its refresh token", s.State)
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}

func TestFault30ARefusalOfAnOldGenerationChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.connect("work")
	w.front.next(func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		old, err := w.vault.Grant(id)
		newer := old
		newer.Generation++
		newer.AccessToken, newer.RefreshToken = auth.NewSecret("canary-newer-access"), auth.NewSecret("canary-newer-refresh")
		newer.Attempt = auth.Attempt{}
		if err == nil {
			err = w.vault.PutGrant(id, old.Generation, newer)
		}
		if err != nil {
			t.Error(err)
		}
		says(400, "application/json", `{"error":"invalid_grant"}`)(rw, r, nil)
	})
	token, err := w.refresh(id)
	if err != nil || token.AccessToken.Reveal() != "canary-newer-access" {
		t.Errorf("got %v, want the newer token", err)
	}
	if g := w.grant(id); g.Generation != 2 || g.RefreshToken.Reveal() != "canary-newer-refresh" || g.Refusal.Standing() {
		t.Errorf("the vault holds generation %d, refused: %t", g.Generation, g.Refusal.Standing())
	}
	if s := w.status(id); s.State != auth.StateFresh {
		t.Errorf("the account is %s, want fresh", s.State)
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}
