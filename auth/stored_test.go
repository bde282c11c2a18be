package auth_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

func TestATokenIsStoredOrLeftToThoseWhoMayWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "Northwind")
		d.connect(t, "Northgate")
		for _, row := range []struct {
			name     string
			validity time.Duration
			want     bool
		}{
			{"Northwind", -1, true},
			{"NORTHW", -1, true},
			{string(id), 50 * time.Minute, true},
			{"Northwind", 61 * time.Minute, false}, // Token gives it, and the caller is told
			{"North", -1, false},                   // fits two
			{"Southwind", -1, false},
		} {
			token, details, got := d.Stored(row.name, row.validity)
			if got != row.want || got == token.AccessToken.IsZero() {
				t.Errorf("%q for %s: got %v and %d bytes, want %v", row.name, row.validity, got, token.AccessToken.Len(), row.want)
			}
			if got && (details.ID != id || details.Name != "Northwind") {
				t.Errorf("%q: got the details of %q, %q", row.name, details.ID, details.Name)
			}
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return auth.Answer{}, failure(auth.OutcomeTransient, "") })
		if err := d.Pause(context.Background(), id, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, _, got := d.Stored("Northwind", -1); got {
			t.Error("a paused account's token was given out without a word")
		}
		time.Sleep(2 * time.Hour) // fake time
		if err := d.Resume(context.Background(), id); err != nil {
			t.Fatal(err)
		}
		if _, _, got := d.Stored("Northwind", -1); got {
			t.Error("a token that has ended was given out")
		}
		if events := d.events(t, id); len(events) < 2 || events[1] != auth.EventTaken {
			t.Errorf("got the history %v, want that it was taken", events)
		}
	})
}

func TestNothingIsStoredInALockedVault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		d.connect(t, "work")
		if err := d.Lock(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, _, got := d.Stored("work", -1); got {
			t.Error("a locked vault gave a token out")
		}
	})
}
