package auth_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// events are what the history of id says, in order.
func (d *desk) events(t *testing.T, id auth.AccountID) []auth.EventKind {
	t.Helper()
	s, err := d.Show(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []auth.EventKind
	for _, e := range s.History {
		if e.At.IsZero() {
			t.Errorf("%s has no time", e.What)
		}
		kinds = append(kinds, e.What)
	}
	return kinds
}

func TestWhatHappensToAnAccountIsNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		secret := auth.NewSecret("canary-secret-2")
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
		}
		do(d.Refresh(ctx, id))
		_, err := d.Token(ctx, id, usual)
		do(err)
		d.Copied(id)
		do(d.Edit(ctx, id, auth.Change{ClientSecret: &secret}))
		do(d.Pause(ctx, id, time.Time{}))
		do(d.Resume(ctx, id))
		_, err = d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {})
		do(err)
		d.signedInAs(other)
		_, _ = d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {}) // somebody else's, which nobody wants
		time.Sleep(11 * time.Minute)
		got := d.events(t, id)
		want := []auth.EventKind{
			auth.EventConnected, auth.EventRefreshed, auth.EventTaken, auth.EventCopied, auth.EventEdited,
			auth.EventPaused, auth.EventResumed, auth.EventSignedIn, auth.EventSignInFailed,
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestNeitherAnOutageNorAScriptFillsTheHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		for range 600 {
			if _, err := d.Token(ctx, id, auth.Want{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}}
		})
		time.Sleep(5 * time.Hour)
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		count := map[auth.EventKind]int{}
		for _, what := range d.events(t, id) {
			count[what]++
		}
		if failed := count[auth.EventRefreshFailed]; count[auth.EventTaken] != 1 || failed < 3 || failed > 7 || count[auth.EventRefreshed] != 1 {
			t.Errorf("noted %v of %d failures", count, asked.Load())
		}
		if all := d.happened(t, id)[auth.EventRefreshFailed]; all != int(asked.Load()) {
			t.Errorf("counted %d failures of %d", all, asked.Load())
		}
		if _, err := d.Token(ctx, id, auth.Want{}); err != nil {
			t.Fatal(err)
		}
		if all := d.happened(t, id)[auth.EventTaken]; all != 601 {
			t.Errorf("counted %d takings of 601", all)
		}
	})
}

// happened is how often each thing happened to id, by its history.
func (d *desk) happened(t *testing.T, id auth.AccountID) map[auth.EventKind]int {
	t.Helper()
	events, err := d.vault.History(id)
	if err != nil {
		t.Fatal(err)
	}
	often := map[auth.EventKind]int{}
	for _, e := range events {
		often[e.What] += 1 + e.More
	}
	return often
}

func TestShowSaysWhatTheTokensSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzMSJ9.canary-signature"
		d.wire.onSignIn(func(auth.SignIn) (auth.Answer, error) {
			a := d.give.answer()
			a.IDToken = auth.NewSecret(jwt)
			return a, nil
		})
		s, err := d.Show(context.Background(), d.connect(t, "work"))
		if err != nil || len(s.Tokens) != 1 || s.Tokens[0].Of != "id_token" || s.Tokens[0].Claims != "{\n  \"sub\": \"s1\"\n}" {
			t.Errorf("got %+v, %v", s.Tokens, err)
		}
	})
}
