package faults_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// honest asks for every account's token and has the provider serve each.
func (w *world) honest(ids []auth.AccountID) {
	w.t.Helper()
	for _, id := range ids {
		token, err := w.Token(context.Background(), id, auth.Usual)
		if err != nil {
			w.t.Errorf("no token: %v", err)
			continue
		}
		r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.front.URL+"/userinfo", http.NoBody)
		must(w.t, err)
		r.Header.Set("Authorization", "Bearer "+token.AccessToken.Reveal())
		answer, err := http.DefaultClient.Do(r)
		must(w.t, err)
		must(w.t, answer.Body.Close())
		if answer.StatusCode != ok {
			w.t.Errorf("a token that was handed out is answered with %d", answer.StatusCode)
		}
	}
}

// The calendar of this machine is set while tokens live: what the provider takes
// for good stays good, what it doesn't isn't handed out, and it is not asked more.
// Its own calendar is ten minutes ahead all the while.
func TestFault64ACalendarThatIsSetIsNotTheTime(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, row := range []struct {
		what  string
		by    time.Duration
		asked int // at most, in the eleven minutes after it; a year may have been a long sleep
	}{
		{"back a day", -day, 0},
		{"forward a year", 365 * day, 2},
		{"back an hour, as when summer ends", -time.Hour, 0},
		{"forward an hour", time.Hour, 5},
		{"to 1970", -(56*365 + 300) * day, 0},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(s *setup) {
				began, clock := s.server.Now(), s.clock // the world's time is not this machine's
				s.server.Now = func() time.Time { return began.Add(clock.Mono()) }
				s.date = func() time.Time { return s.server.Now().Add(10 * time.Minute) }
			})
			var ids []auth.AccountID
			for n := range 5 {
				ids = append(ids, w.connect(fmt.Sprint("work ", n)))
			}
			for _, id := range ids { // so that two Dates of the server are known
				_, err := w.refresh(id)
				must(t, err)
			}
			before := len(w.front.asked())
			w.clock.JumpWall(row.by)
			w.pass(time.Minute, 10*time.Second) // it heals within this
			notices := w.listen()
			for range 10 {
				w.honest(ids)
				w.pass(time.Minute, 30*time.Second)
			}
			if n := len(w.front.asked()) - before; n > row.asked {
				t.Errorf("%d requests within eleven minutes, want at most %d", n, row.asked)
			}
			w.pass(2*time.Hour, 30*time.Second)
			w.honest(ids)
			for _, id := range ids {
				if s := w.status(id); s.State != auth.StateFresh {
					t.Errorf("%s is %s, want fresh", s.Name, s.State)
				}
			}
			if n := len(w.front.asked()) - before; n < len(ids) || n > 5*len(ids) {
				t.Errorf("%d requests within two hours for %d accounts", n, len(ids))
			}
			if notices = append(notices, w.listen()...); len(notices) != 0 {
				t.Errorf("told %v, want nothing", notices)
			}
			if n := w.server.Ledger().FamiliesRevoked(); n != 0 {
				t.Errorf("%d families revoked", n)
			}
		})
	}
}
