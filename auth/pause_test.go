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

func TestAPausedAccountIsLeftAloneUntilItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id, other := d.connect(t, "work"), d.connect(t, "home")
		if err := d.Pause(context.Background(), id, time.Now().Add(10*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if s := d.status(t, id); s.State != auth.StatePaused || s.PausedUntil.IsZero() || !s.RefreshAt.IsZero() {
			t.Errorf("state %v, until %v, refresh at %v", s.State, s.PausedUntil, s.RefreshAt)
		}
		if token, err := d.Token(context.Background(), id, auth.Want{Validity: 59 * time.Minute}); err != nil || token.AccessToken.Reveal() != "canary-a1" {
			t.Errorf("a token that is still valid: %v", err)
		}
		time.Sleep(9 * time.Hour)
		synctest.Wait()
		if g, _ := vault.Grant(id); g.Generation != 1 {
			t.Errorf("generation %d: it was refreshed while paused", g.Generation)
		}
		if s := d.status(t, other); s.State != auth.StateFresh {
			t.Errorf("the other account is %v", s.State)
		}
		for _, want := range []auth.Want{usual, {Force: true}} {
			if _, err := d.Token(context.Background(), id, want); !errors.Is(err, auth.ErrPaused) {
				t.Errorf("Token(%+v) of an expired one: %v, want paused", want, err)
			}
		}
		time.Sleep(time.Hour + time.Minute)
		synctest.Wait()
		if s := d.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v after the pause", s.State)
		}
	})
}

func TestPausingEverythingSurvivesARestartAndIsResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		ids := []auth.AccountID{d.connect(t, "work"), d.connect(t, "home")}
		if err := d.Pause(context.Background(), "", time.Time{}); err != nil {
			t.Fatal(err)
		}
		again := newDesk(t, vault, time.Hour)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		for _, id := range ids {
			if s := again.status(t, id); s.State != auth.StatePaused {
				t.Errorf("%s is %v", s.Name, s.State)
			}
		}
		if err := again.Resume(context.Background(), ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for _, id := range ids {
			if s := again.status(t, id); s.State != auth.StateFresh {
				t.Errorf("%s is %v after Resume", s.Name, s.State)
			}
		}
		var e *auth.Error
		if err := again.Pause(context.Background(), ids[0], time.Now()); !errors.As(err, &e) || e.Kind != auth.KindUsage {
			t.Errorf("a pause that is over: %v", err)
		}
		if err := again.Resume(context.Background(), "nobody"); !errors.Is(err, auth.ErrUnknownAccount) {
			t.Errorf("an unknown account: %v", err)
		}
	})
}

func TestRenamingKeepsNamesUnique(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		d.connect(t, "home")
		var e *auth.Error
		if err := d.Rename(context.Background(), id, "HOME"); !errors.As(err, &e) || e.Kind != auth.KindNameTaken {
			t.Errorf("a taken name: %v", err)
		}
		if err := d.Rename(context.Background(), id, " x"); !errors.As(err, &e) || e.Kind != auth.KindUsage {
			t.Errorf("a name with a blank before it: %v", err)
		}
		if err := d.Rename(context.Background(), id, "Work"); err != nil {
			t.Errorf("its own name in other letters: %v", err)
		}
		if got, err := d.Find(context.Background(), "Work"); err != nil || got != id {
			t.Errorf("Find = %v, %v", got, err)
		}
	})
}
