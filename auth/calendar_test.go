package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// While the vault is locked no account is in memory whose times could follow a
// calendar that is set; they follow it when they are back. So do those whose times
// followed it before, and could not be written.
func TestACalendarThatWasSetIsFollowedAcrossALock(t *testing.T) {
	ctx := context.Background()
	for _, row := range []struct {
		what         string
		full, locked bool // when it is set: the disk, the vault
		by           time.Duration
	}{
		{"set back with a full disk, locked then", true, false, -2 * time.Hour},
		{"set back while locked", false, true, -2 * time.Hour},
		{"set back with a full disk while locked", true, true, -2 * time.Hour},
		{"set forward while locked", false, true, 24 * time.Hour},
	} {
		t.Run(row.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, world{})
				ids := m.connect(3)
				time.Sleep(10 * time.Minute)
				if row.full {
					m.vault.Break(errors.New("no room"))
				}
				lock := func() {
					if err := m.Lock(ctx); err != nil {
						t.Fatal(err)
					}
				}
				if row.locked {
					lock()
				}
				m.clock.set(row.by)
				time.Sleep(time.Minute)
				if !row.locked {
					lock()
				}
				time.Sleep(108 * time.Minute)
				m.vault.Break(nil)
				if err := m.Unlock(ctx, auth.Secret{}); err != nil {
					t.Fatal(err)
				}
				m.honest(ids)
				for range 48 {
					time.Sleep(15 * time.Minute)
					synctest.Wait()
					m.honest(ids)
				}
				if got := m.states(); got[auth.StateFresh] != 3 {
					t.Errorf("states %v, want all fresh", got)
				}
			})
		})
	}
}

// A disk that is full while the calendar is set is said now and then, not whenever
// something happens, and the times are written when it has room.
func TestTimesThatCantBeWrittenAreNotSaidOverAndOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		m := newMachine(t, world{log: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelWarn}))})
		ids := m.connect(20)
		time.Sleep(time.Minute)
		m.vault.Break(errors.New("no room"))
		m.clock.set(-2 * time.Hour)
		for range 600 { // somebody insists, in vain
			time.Sleep(time.Second)
			if err := m.Refresh(context.Background(), ids[0]); err == nil {
				t.Fatal("a refresh began that could not be marked")
			}
		}
		synctest.Wait()
		if got := strings.Count(said.String(), "times"); got == 0 || got > 21 {
			t.Errorf("%d lines in ten minutes, want one per nap of 30 s:\n%s", got, said.String())
		}
		m.vault.Break(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		m.stop()
		m.boot(world{}) // what it knows is what was written
		for _, id := range ids {
			if at := m.status(id).IssuedAt; at.After(m.clock.Wall()) {
				t.Errorf("a token is from %v, and it is %v", at, m.clock.Wall())
			}
		}
	})
}

// A step back of some minutes outlasts the margins of a token that lives for minutes.
func TestACalendarThatWasSetBackByMinutesGivesNoDeadToken(t *testing.T) {
	for _, life := range []time.Duration{time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute} {
		t.Run(life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMachine(t, world{life: life})
				ids := m.connect(1)
				time.Sleep(5 * time.Second)
				m.clock.set(-4*time.Minute - 50*time.Second)
				for range 60 { // fault 64 gives it a minute
					time.Sleep(time.Second)
				}
				for range 600 {
					time.Sleep(time.Second)
					synctest.Wait()
					m.honest(ids)
				}
			})
		})
	}
}

// A calendar that was set back while nobody looked is seen in tokens that are from
// the future: they are replaced, and nobody relies on when they end.
func TestATokenFromTheFutureIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{})
		ids := m.connect(1)
		m.stop()
		m.clock.set(-24 * time.Hour)
		time.Sleep(90 * time.Minute) // the token has ended
		m.boot(world{})
		synctest.Wait()
		m.honest(ids)
		time.Sleep(time.Hour)
		if got := len(m.server.tries()); got > 3 {
			t.Errorf("%d requests in an hour", got)
		}
		m.honest(ids)
	})
}

// A calendar that was ahead for a while, and is set right before any answer told of it,
// puts nothing off that came to nothing meanwhile.
func TestWhatFailedWhileTheCalendarWasAheadIsTriedWhenItIsSetRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{})
		id := m.connect(1)[0]
		time.Sleep(30 * time.Minute)
		m.server.does(unreached)
		m.clock.set(300 * 24 * time.Hour)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateRetrying {
			t.Fatalf("state %v while the calendar is ahead", s.State)
		}
		m.clock.set(-300 * 24 * time.Hour)
		time.Sleep(time.Minute)
		synctest.Wait()
		if s := m.status(id); s.RefreshAt.After(m.clock.Wall().Add(time.Minute)) || s.Tried.After(m.clock.Wall()) {
			t.Errorf("set right at %v: tried at %v, and again at %v", m.clock.Wall(), s.Tried, s.RefreshAt)
		}
		m.server.does(works)
		time.Sleep(time.Minute)
		synctest.Wait()
		if s := m.status(id); s.State != auth.StateFresh {
			t.Errorf("state %v (%v) when it works", s.State, s.Cause)
		}
		m.honest([]auth.AccountID{id})
	})
}
