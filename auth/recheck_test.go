package auth_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// Some providers say invalid_grant while they are being repaired: a refused grant
// is presented once more an hour later, unseen, and not while its token still serves.
func TestARefusalIsLookedAtOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: keeps})
		id := m.connect(1)[0]
		began := time.Now()
		m.server.refuse(true)
		if _, err := m.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrSignInNeeded) {
			t.Fatalf("got %v, want a sign-in", err)
		}
		since := m.status(id).Since
		time.Sleep(90 * time.Minute)
		synctest.Wait()
		tries := m.server.tries()
		if len(tries) != 2 || tries[1].at.Sub(began) < time.Hour {
			t.Fatalf("%d requests, want the refusal and one an hour later", len(tries))
		}
		if s := m.status(id); s.State != auth.StateNeedsSignIn || !s.Since.Equal(since) {
			t.Errorf("state %v since %v, want it unchanged since %v", s.State, s.Since, since)
		}
	})
}

func TestARefusalThatDoesNotHoldIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: strict})
		id := m.connect(1)[0]
		m.server.refuse(true)
		time.Sleep(56 * time.Minute)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateNeedsSignIn {
			t.Fatalf("state %v, want a sign-in", s.State)
		}
		m.server.refuse(false)
		time.Sleep(90 * time.Minute)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateFresh {
			t.Errorf("state %v after the provider was repaired", s.State)
		}
	})
}

// Where the look itself finds nobody it is not the one that was allowed.
func TestALookThatReachesNobodyIsTakenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: keeps})
		id := m.connect(1)[0]
		m.server.refuse(true)
		time.Sleep(56 * time.Minute)
		m.server.refuse(false)
		m.server.does(unreached)
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateNeedsSignIn {
			t.Errorf("state %v, want a sign-in", s.State)
		}
		m.server.does(works)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateFresh {
			t.Errorf("state %v once it could be looked", s.State)
		}
	})
}

// A server may lose the last rotation, as one that fails over to a copy does: the
// refresh token before is presented once, where the provider's file declares a grace.
func TestTheRefreshTokenBeforeIsPresentedOnceWithinTheGrace(t *testing.T) {
	const grace = 10 * time.Minute
	for _, row := range []struct {
		what    string
		grace   time.Duration
		after   time.Duration
		forgets bool // the server takes the old one again
		want    auth.State
		asked   []string
	}{
		{"it is taken", grace, time.Minute, true, auth.StateFresh, []string{"canary-r2", "canary-r3", "canary-r2"}},
		{"it is refused, too", grace, time.Minute, false, auth.StateNeedsSignIn, []string{"canary-r2", "canary-r3", "canary-r2"}},
		{"the grace is over", grace, 11 * time.Minute, true, auth.StateNeedsSignIn, []string{"canary-r2", "canary-r3"}},
		{"there is none", 0, 0, true, auth.StateNeedsSignIn, []string{"canary-r2", "canary-r3"}},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, world{rotation: strict, provider: func(p *auth.Provider) { p.Rotation.Grace = row.grace }})
				id := m.connect(1)[0]
				m.refreshAll([]auth.AccountID{id})
				time.Sleep(row.after)
				m.server.forget("canary-r3", "canary-r2", row.forgets)
				_, err := m.Token(context.Background(), id, auth.Want{Force: true})
				if s := m.status(id); s.State != row.want || (err == nil) != (row.want == auth.StateFresh) {
					t.Errorf("state %v, %v, want %v", s.State, err, row.want)
				}
				time.Sleep(49 * time.Minute) // no look at the refusal yet
				synctest.Wait()
				tries := m.server.tries()
				for i, want := range row.asked {
					if i >= len(tries) || tries[i].token != want {
						t.Fatalf("request %d of %v, want %v", i, tries, row.asked)
					}
				}
				if row.want == auth.StateNeedsSignIn && len(tries) != len(row.asked) {
					t.Errorf("%d requests, want %d", len(tries), len(row.asked))
				}
			})
		})
	}
}

// Nor is the refresh token before presented to a provider that has just asked to be
// left alone.
func TestTheRefreshTokenBeforeIsNotPresentedToWhoWantsToBeLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, p := context.Background(), northwind
		p.Rotation.Grace = 10 * time.Minute
		d := newDesk(t, authtest.NewVault(), time.Hour, func(parts *auth.Parts) { parts.Catalogue = shelf(p) })
		id, other := d.connect(t, "work"), d.connect(t, "home")
		if err := d.Refresh(ctx, id); err != nil {
			t.Fatal(err)
		}
		var asked []string
		d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
			asked = append(asked, g.RefreshToken.Reveal())
			if g.RefreshToken.Reveal() == "canary-r2" {
				return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: 30 * time.Minute}
			}
			_ = d.Refresh(ctx, other) // which is throttled meanwhile
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		if err := d.Refresh(ctx, id); !errors.Is(err, auth.ErrSignInNeeded) {
			t.Errorf("got %v, want a sign-in", err)
		}
		time.Sleep(29 * time.Minute)
		synctest.Wait()
		if want := []string{"canary-r3", "canary-r2"}; !slices.Equal(asked, want) {
			t.Errorf("presented %v, want %v", asked, want)
		}
	})
}

// Where a provider's file says that any 400 may mean a sign-in, the second one does.
func TestAnUnknown400OffersASignInWhereTheFileSaysSo(t *testing.T) {
	for _, row := range []struct {
		signIn []string
		want   auth.State
	}{
		{[]string{"invalid_grant", auth.AnyBadRequest}, auth.StateNeedsSignIn},
		{[]string{"invalid_grant"}, auth.StateRetrying},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMachine(t, world{provider: func(p *auth.Provider) { p.Errors.SignIn = row.signIn }})
			id := m.connect(1)[0]
			m.server.does(unknownError)
			_, _ = m.Token(context.Background(), id, auth.Want{Force: true}) // only what it does counts
			if s := m.status(id); s.State != auth.StateRetrying {
				t.Errorf("after one: state %v, want retrying", s.State)
			}
			_, _ = m.Token(context.Background(), id, auth.Want{Force: true}) // the second
			if s := m.status(id); s.State != row.want {
				t.Errorf("with %q: state %v, want %v", row.signIn, s.State, row.want)
			}
			if g, _ := m.vault.Grant(id); g.RefreshToken.Reveal() != "canary-r2" {
				t.Error("the refresh token did not stay")
			}
		})
	}
}

// Whoever has just copied a token that a refresh would end has the use of it.
func TestATokenThatWasJustHandedOutIsNotEndedByARefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{provider: func(p *auth.Provider) { p.Rotation.KillsOldAccessToken = true }})
		id := m.connect(1)[0]
		due := m.status(id).RefreshAt
		time.Sleep(time.Until(due) - time.Second)
		if _, err := m.Token(context.Background(), id, usual); err != nil {
			t.Fatal(err)
		}
		handed := time.Now()
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		tries := m.server.tries()
		if len(tries) != 1 {
			t.Fatalf("%d requests, want 1", len(tries))
		}
		if got := tries[0].at.Sub(handed); got < 50*time.Second {
			t.Errorf("refreshed %v after somebody got the token", got)
		}
		if s := m.status(id); s.State != auth.StateFresh {
			t.Errorf("state %v, want fresh", s.State)
		}
	})
}

// What a backup brings back is in doubt: it is refreshed one at a time, so that the
// first refusal is seen before the others are tried.
func TestAccountsInDoubtAtTheStartAreSettledOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: strict})
		ids := m.connect(12)
		m.stop()
		if err := m.vault.Open(auth.Secret{}); err != nil {
			t.Fatal(err)
		}
		for i, id := range ids[:10] {
			g, _ := m.vault.Grant(id)
			g.Attempt = auth.Attempt{Began: time.Now().Add(time.Duration(i-10) * time.Minute), Presentations: 1}
			if err := m.vault.PutGrant(id, g.Generation, g); err != nil {
				t.Fatal(err)
			}
		}
		m.server.delay = 5 * time.Second
		m.boot(world{})
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		tries := m.server.tries()
		if len(tries) != 10 {
			t.Fatalf("%d requests, want one for each of ten", len(tries))
		}
		for i := 1; i < len(tries); i++ {
			if gap := tries[i].at.Sub(tries[i-1].at); gap < m.server.delay {
				t.Errorf("two were under way together: %v apart", gap)
			}
		}
		if got := m.server.tokens[tries[0].token].family; got != m.server.tokens["canary-r20"].family {
			t.Errorf("the first one settled is of family %d, want the one that was interrupted last", got)
		}
		if got := m.states(); got[auth.StateFresh] != 12 {
			t.Errorf("states %v, want all fresh", got)
		}
	})
}

// An account that is removed while its refresh is under way stays removed, and what
// comes late does not live on at the provider.
func TestALateAnswerForAForgottenAccountIsRevoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		arrived, release := make(chan struct{}), make(chan struct{})
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			close(arrived)
			<-release
			return d.give.answer(), nil
		})
		var revoked []string
		d.wire.onRevoke(func(g auth.Grant) error {
			revoked = append(revoked, g.RefreshToken.Reveal())
			return nil
		})
		go func() { _, _ = d.Token(context.Background(), id, auth.Want{Force: true}) }() // ends with the refresh
		<-arrived
		if _, err := d.Forget(context.Background(), id); err != nil {
			t.Fatal(err)
		}
		close(release)
		synctest.Wait()
		if len(revoked) != 2 || revoked[1] != "canary-r2" {
			t.Errorf("revoked %v, want the old one and then the late one", revoked)
		}
		if _, err := d.vault.Grant(id); !errors.Is(err, auth.ErrNoGrant) {
			t.Errorf("the record came back: %v", err)
		}
		if s, err := d.Snapshot(context.Background()); err != nil || len(s.Accounts) != 0 {
			t.Errorf("%d accounts, %v", len(s.Accounts), err)
		}
	})
}

// Quitting asks first where something would be lost.
func TestUnsavedGrantsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: strict})
		ids := m.connect(3)
		full := errors.New("no room")
		m.server.delay = time.Second
		go func() { _, _ = m.Token(context.Background(), ids[0], auth.Want{Force: true}) }() // its answer comes to a full disk
		time.Sleep(500 * time.Millisecond)
		m.vault.Break(full)
		time.Sleep(time.Second)
		synctest.Wait()
		if s, _ := m.Snapshot(context.Background()); s.Unsaved != 1 {
			t.Errorf("%d unsaved, want 1", s.Unsaved)
		}
		m.vault.Break(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if s, _ := m.Snapshot(context.Background()); s.Unsaved != 0 {
			t.Errorf("%d unsaved, want none once there is room", s.Unsaved)
		}
	})
}
