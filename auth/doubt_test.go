package auth_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

func TestALostAnswerIsPresentedThriceAndThenLeftToAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		var asked []time.Time
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked = append(asked, time.Now())
			return auth.Answer{}, failure(auth.OutcomeAmbiguous, "")
		})
		time.Sleep(24 * time.Hour) // fake time
		synctest.Wait()
		if len(asked) != 3 {
			t.Fatalf("presented %d times, want 3", len(asked))
		}
		if first, second := asked[1].Sub(asked[0]), asked[2].Sub(asked[1]); first > 3*time.Second || second > 25*time.Second {
			t.Errorf("waits %v and %v: too late for a grace", first, second)
		}
		if s := d.status(t, id); s.State != auth.StateInDoubt {
			t.Errorf("state %v, want in doubt", s.State)
		}
		var e *auth.Error
		if _, err := d.Token(context.Background(), id, usual); !errors.As(err, &e) || e.Kind != auth.KindInDoubt {
			t.Errorf("Token: %v, want in doubt", err)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.As(err, &e) || e.Kind != auth.KindInDoubt {
			t.Errorf("a program that insists: %v, want in doubt", err)
		}
		if d.give.count.Load() != 1 {
			t.Error("a program presented it once more")
		}
		if err := d.Refresh(context.Background(), id); err != nil {
			t.Errorf("a person's own try: %v", err)
		}
		if s := d.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v, want fresh", s.State)
		}
	})
}

// The second presentation keeps to what a provider asked for and to a sleep that is
// announced, as every request does: what is presented later is an ordinary doubt.
func TestALostAnswerIsNotFollowedUpWhereNobodyMayAsk(t *testing.T) {
	for _, row := range []struct {
		what     string
		meantime func(d *desk, other auth.AccountID, signals chan<- auth.Signal, clock *partingClock)
		second   time.Duration // at the earliest, after the first
	}{
		{"another account is told to wait for an hour", func(d *desk, other auth.AccountID, _ chan<- auth.Signal, _ *partingClock) {
			_ = d.Refresh(context.Background(), other) // it is throttled
		}, time.Hour},
		{"a sleep is announced", func(_ *desk, _ auth.AccountID, signals chan<- auth.Signal, _ *partingClock) {
			signals <- auth.SignalSleeping
			time.Sleep(time.Minute)
			signals <- auth.SignalWoke
		}, time.Minute + 10*time.Second},
		{"the machine sleeps", func(_ *desk, _ auth.AccountID, signals chan<- auth.Signal, clock *partingClock) {
			clock.set(8 * time.Hour)
			signals <- auth.SignalWoke
		}, 10 * time.Second},
		{"the machine sleeps, and nobody tells", func(_ *desk, _ auth.AccountID, _ chan<- auth.Signal, clock *partingClock) {
			clock.set(8 * time.Hour)
		}, 10 * time.Second},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signals, clock := make(chan auth.Signal), newPartingClock()
				d := newDesk(t, authtest.NewVault(), 24*time.Hour, func(p *auth.Parts) { p.Signals, p.Clock = signals, clock })
				id, other := d.connect(t, "work"), d.connect(t, "home")
				var asked []time.Time
				throttled := false
				d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
					switch {
					case g.RefreshToken.Reveal() != "canary-r1" && throttled:
						return d.give.answer(), nil
					case g.RefreshToken.Reveal() != "canary-r1":
						throttled = true
						return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: time.Hour}
					}
					asked = append(asked, time.Now())
					return auth.Answer{}, failure(auth.OutcomeAmbiguous, "")
				})
				go func() { _ = d.Refresh(context.Background(), id) }() // its answer is lost
				time.Sleep(time.Second)
				row.meantime(d, other, signals, clock)
				time.Sleep(row.second + 2*time.Minute)
				synctest.Wait()
				if len(asked) != 3 {
					t.Fatalf("presented %d times, want 3", len(asked))
				}
				if got := asked[1].Sub(asked[0]); got < row.second || got > row.second+30*time.Second {
					t.Errorf("presented again after %v, want %v or a little more", got, row.second)
				}
				if got := asked[2].Sub(asked[1]); got < 2*time.Second {
					t.Errorf("presented once more after %v", got)
				}
				if s := d.status(t, id); s.State != auth.StateInDoubt {
					t.Errorf("state %v, want in doubt", s.State)
				}
			})
		})
	}
}

// A person who asks although the provider wants to be left alone has decided that for
// the second presentation, too: later it may come too late.
func TestAPersonsLostAnswerIsFollowedUpAgainstAThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		answers := []error{
			&auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: time.Hour},
			failure(auth.OutcomeAmbiguous, ""), nil,
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			err := answers[0]
			answers = answers[1:]
			return d.give.answer(), err
		})
		if err := d.Refresh(context.Background(), id); err == nil {
			t.Fatal("it was to be throttled")
		}
		if err := d.Refresh(context.Background(), id); err != nil {
			t.Errorf("got %v, want a new token", err)
		}
	})
}

func TestAnOpenAttemptIsSettledFirstAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		g, _ := vault.Grant(id)
		g.Attempt = auth.Attempt{Began: time.Now(), Presentations: 1} // what kill -9 leaves
		if err := vault.PutGrant(id, g.Generation, g); err != nil {
			t.Fatal(err)
		}
		again := newDesk(t, vault, time.Hour)
		synctest.Wait()
		if s := again.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v", s.State)
		}
		if g, _ := vault.Grant(id); g.Generation != 2 || g.Attempt.Open() {
			t.Errorf("generation %d, attempt %+v", g.Generation, g.Attempt)
		}
	})
}

func TestInvalidGrantAfterAnInterruptedRefreshSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		answers := []error{failure(auth.OutcomeAmbiguous, ""), failure(auth.OutcomeNeedsSignIn, "invalid_grant")}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			err := answers[0]
			answers = answers[1:]
			return auth.Answer{}, err
		})
		_, err := d.Token(context.Background(), id, auth.Want{Force: true})
		var e *auth.Error
		if !errors.As(err, &e) || e.Kind != auth.KindSignInNeeded || e.Detail != "a refresh was interrupted" {
			t.Errorf("got %+v", err)
		}
	})
}

func TestARefusalSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrSignInNeeded) {
			t.Fatal(err)
		}
		again := newDesk(t, vault, time.Hour)
		again.wire.onRefresh(nil) // must not be asked
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		if s := again.status(t, id); s.State != auth.StateNeedsSignIn || !s.RefreshAt.IsZero() {
			t.Errorf("state %v after a restart, refresh at %v", s.State, s.RefreshAt)
		}
		again.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		time.Sleep(2 * time.Minute) // the one look whether it still holds
		third := newDesk(t, vault, time.Hour)
		third.wire.onRefresh(nil) // must not be asked, ever
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if s := third.status(t, id); s.State != auth.StateNeedsSignIn {
			t.Errorf("state %v a day later", s.State)
		}
	})
}

func TestInvalidGrantForAnOldGenerationIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
			newer := auth.Renewed(g, d.give.answer(), northwind, nil)
			if err := vault.PutGrant(id, g.Generation, newer); err != nil {
				t.Error(err)
			}
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		token, err := d.Token(context.Background(), id, auth.Want{Force: true})
		if err != nil || token.AccessToken.Reveal() != "canary-a2" {
			t.Errorf("got %v; want the newer token", err)
		}
	})
}

// Where nothing that can be used up is presented, a lost answer is a failure like others.
func TestClientCredentialsWhoseAnswersAreLostMakeNoStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		s, err := d.Connect(context.Background(), auth.Connection{
			Provider: "northwind", Name: "robot", Grant: auth.ClientCredentials, ClientIdentifier: "tray", ClientSecret: auth.NewSecret("canary-secret"),
		}, func(auth.SignInStep) {})
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked++
			return auth.Answer{}, failure(auth.OutcomeAmbiguous, "")
		})
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if most := 24*60/7 + 10; asked > most { // half of 15 minutes between two
			t.Errorf("%d requests in a day, want %d at most", asked, most)
		}
		if state := d.status(t, s.ID).State; state != auth.StateRetrying {
			t.Errorf("state %v, want retrying", state)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		if state := d.status(t, s.ID).State; state != auth.StateFresh {
			t.Errorf("state %v once answers arrive, want fresh", state)
		}
	})
}

// That answers were lost is not why a sign-in ended whose refresh token stays.
func TestARefusalOfARefreshTokenThatStaysIsNoInterruption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := northwind
		p.Rotation.RefreshToken = auth.RefreshTokenStays
		d := newDesk(t, authtest.NewVault(), time.Hour, func(parts *auth.Parts) { parts.Catalogue = shelf(p) })
		id := d.connect(t, "work")
		answers := []error{failure(auth.OutcomeAmbiguous, ""), failure(auth.OutcomeNeedsSignIn, "invalid_grant")}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			err := answers[0]
			answers = answers[1:]
			return auth.Answer{}, err
		})
		var e *auth.Error
		if err := d.Refresh(context.Background(), id); !errors.As(err, &e) || e.Kind != auth.KindSignInNeeded || e.Detail != "" {
			t.Errorf("got %+v, want a sign-in and no word about an interruption", err)
		}
	})
}

// Where the provider's file says that a refresh leaves the refresh token as it is,
// presenting it again does no harm: nobody has to decide anything.
func TestARefreshTokenThatStaysIsNeverInDoubt(t *testing.T) {
	stays := func(p *auth.Provider) { p.Rotation.RefreshToken = auth.RefreshTokenStays }
	for _, row := range []struct {
		what     string
		rotation rotation
		use      bool // it was refreshed before
		want     auth.State
	}{
		{"it stays", keeps, true, auth.StateRetrying},
		{"it stays, and has never been used", keeps, false, auth.StateRetrying},
		{"the file is wrong: it was replaced before", lenient, true, auth.StateInDoubt},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, world{rotation: row.rotation, provider: stays})
				ids := m.connect(3)
				if row.use {
					m.refreshAll(ids)
				}
				before := len(m.server.tries())
				m.server.does(lostBefore)
				for range 6 * 60 {
					time.Sleep(time.Minute)
					synctest.Wait()
					if states := m.states(); row.want != auth.StateInDoubt && states[auth.StateInDoubt] > 0 {
						t.Fatalf("states %v, want nobody in doubt", states)
					}
				}
				if states := m.states(); states[row.want] != 3 {
					t.Errorf("states %v after six hours of lost answers, want %v", states, row.want)
				}
				if got := len(m.server.tries()) - before; got > 120 || row.want == auth.StateRetrying && got < 20 {
					t.Errorf("%d requests in six hours", got)
				}
				m.server.does(works)
				time.Sleep(16 * time.Minute)
				synctest.Wait()
				if states := m.states(); row.want == auth.StateRetrying && states[auth.StateFresh] != 3 {
					t.Errorf("states %v once answers arrive, want all fresh", states)
				}
			})
		})
	}
}
