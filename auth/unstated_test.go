package auth_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// A token whose end nobody states is handed out until it should have been replaced,
// and from then on with what keeps it from being replaced.
func TestATokenWithoutAStatedEndIsNotGoodForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		clock := newPartingClock()
		d := newDesk(t, authtest.NewVault(), 0, func(p *auth.Parts) { p.Clock = clock })
		id := d.connect(t, "work")
		first, err := d.Token(ctx, id, usual)
		if err != nil || d.give.count.Load() != 1 {
			t.Fatalf("got %v after %d answers, want the token of the sign-in", err, d.give.count.Load())
		}
		clock.set(60 * time.Hour) // a weekend that the machine slept
		second, err := d.Token(ctx, id, usual)
		if err != nil || second.AccessToken.Equal(first.AccessToken) {
			t.Errorf("after a weekend: got the old token, %v", err)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return auth.Answer{}, failure(auth.OutcomeTransient, "") })
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		third, err := d.Token(ctx, id, usual)
		if err != nil || third.Trouble == nil || !third.AccessToken.Equal(second.AccessToken) {
			t.Errorf("in an outage: got trouble %v, %v, want the old token with it", third.Trouble, err)
		}
		if _, _, got := d.Stored("work", -1); got {
			t.Error("in an outage: it was given out without a word")
		}
	})
}

// Who has just got one that a refresh ends has the use of it for a minute, and a
// script that gets it all the time puts off no refresh.
func TestAHandedTokenIsLeftForAWhileAndNotForEver(t *testing.T) {
	for _, life := range []time.Duration{0, time.Hour} {
		t.Run(life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := context.Background()
				p := northwind
				p.Rotation.KillsOldAccessToken = true
				d := newDesk(t, authtest.NewVault(), life, func(parts *auth.Parts) { parts.Catalogue = shelf(p) })
				id := d.connect(t, "work")
				first := d.status(t, id)
				time.Sleep(time.Until(first.RefreshAt) - time.Second)
				handed := time.Now()
				for renewed := false; !renewed; renewed = d.give.count.Load() > 1 {
					if _, err := d.Token(ctx, id, auth.Want{}); err != nil {
						t.Fatal(err)
					}
					time.Sleep(5 * time.Second)
					synctest.Wait()
					if left := time.Since(handed); left > 2*time.Minute {
						t.Fatalf("not refreshed %v later", left)
					}
				}
				if left := time.Since(handed); left < 45*time.Second {
					t.Errorf("refreshed %v after somebody got it", left)
				}
				if renewed := d.status(t, id).IssuedAt; life > 0 && !renewed.Before(first.ExpiresAt) {
					t.Errorf("refreshed at %v, and the old token ended at %v", renewed, first.ExpiresAt)
				}
			})
		})
	}
}
