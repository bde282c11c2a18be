package auth_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

func TestInvalidGrantNeedsAPersonOnceAndReconnectMendsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		time.Sleep(24 * time.Hour) // fake time
		synctest.Wait()
		if got := asked.Load(); got != 2 {
			t.Errorf("%d requests in a day, want 2: the refusal, and one look whether it still holds", got)
		}
		_, err := d.Token(context.Background(), id, usual)
		if !errors.Is(err, auth.ErrSignInNeeded) {
			t.Errorf("Token: %v, want a sign-in", err)
		}
		s := d.status(t, id)
		if s.State != auth.StateNeedsSignIn || s.Cause == nil || s.Cause.Said.Code != "invalid_grant" {
			t.Errorf("state %v, cause %+v", s.State, s.Cause)
		}
		if g, _ := vault.Grant(id); g.RefreshToken.Reveal() != "canary-r1" {
			t.Error("the refresh token did not stay")
		}

		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		after, err := d.Reconnect(context.Background(), id, auth.Reconnection{}, func(auth.SignInStep) {})
		if err != nil || after.State != auth.StateFresh || after.Name != "work" {
			t.Errorf("Reconnect: %v %v, %v", after.Name, after.State, err)
		}
	})
}

func TestAProviderThatIsDownIsLeftInPeaceAndTheTokenStillServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}}
		})
		time.Sleep(56 * time.Minute) // inside the margin, before the end
		synctest.Wait()
		token, err := d.Token(context.Background(), id, auth.Want{Validity: 10 * time.Minute})
		if err != nil || token.Trouble == nil || token.Trouble.Kind != auth.KindUnreachable {
			t.Errorf("a valid token: %+v, %v", token.Trouble, err)
		}
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrUnreachable) {
			t.Errorf("--force: %v", err)
		}
		if s := d.status(t, id); s.State != auth.StateRetrying {
			t.Errorf("state %v", s.State)
		}
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		if got := asked.Load(); got > 70 {
			t.Errorf("%d requests in 7 hours", got)
		}
		if _, err := d.Token(context.Background(), id, usual); !errors.Is(err, auth.ErrUnreachable) {
			t.Errorf("an expired token: %v", err)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		if s := d.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v after the provider came back", s.State)
		}
	})
}

func TestRetryAfterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		var asked []time.Time
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked = append(asked, time.Now())
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: 20 * time.Minute}
		})
		for range 12 * 10 { // a script in a loop
			time.Sleep(30 * time.Second)
			_, _ = d.Token(context.Background(), id, auth.Want{Validity: 59 * time.Minute}) // refused or not, only the requests count
		}
		for i := 1; i < len(asked); i++ {
			if gap := asked[i].Sub(asked[i-1]); gap < 20*time.Minute {
				t.Errorf("asked again after %v", gap)
			}
		}
		if len(asked) < 2 {
			t.Errorf("asked %d times, want at least 2", len(asked))
		}
	})
}

// What a provider names as its time for one account holds for that one, with whatever
// status it comes.
func TestRetryAfterIsKeptWithEveryStatus(t *testing.T) {
	for _, f := range []auth.Failure{
		{Outcome: auth.OutcomeUnknown, Said: auth.Said{Status: 403}},
		{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 500}},
		{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 502}},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, authtest.NewVault(), time.Hour)
			id := d.connect(t, "work")
			f.RetryAfter = 50 * time.Minute
			asked := whenAsked(d, f)
			time.Sleep(time.Hour)
			for range 5 * 60 { // and a script in a loop
				time.Sleep(time.Minute)
				_, _ = d.Token(context.Background(), id, usual) // only the requests count
			}
			synctest.Wait()
			for _, gap := range between(*asked) {
				if gap < f.RetryAfter {
					t.Errorf("status %d: asked again after %v, want %v at least", f.Said.Status, gap, f.RetryAfter)
				}
			}
			if len(*asked) < 5 {
				t.Errorf("status %d: asked %d times in six hours", f.Said.Status, len(*asked))
			}
		})
	}
}

// A provider that rejects the client is asked again every hour, and not sooner.
func TestASettingsProblemIsLookedAtEveryHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		d.connect(t, "work")
		asked := whenAsked(d, auth.Failure{Outcome: auth.OutcomeMisconfigured, Said: auth.Said{Status: 401, Code: "invalid_client"}})
		time.Sleep(12 * time.Hour)
		synctest.Wait()
		gaps := between(*asked)
		for _, gap := range gaps {
			if gap != time.Hour {
				t.Errorf("asked again after %v, want an hour", gap)
			}
		}
		if len(gaps) < 10 {
			t.Errorf("asked again %d times in twelve hours", len(gaps))
		}
	})
}
