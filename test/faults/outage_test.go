package faults_test

import (
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestFault34AnOutageOfSixHoursIsLeftInPeace(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		what      string
		down      func(*world) (up func())
		clicks    bool // a person asks for a token when it is over
		recovered time.Duration
	}{
		{"it answers 502", answers502, false, 15 * time.Minute},
		{"it answers 502 until a person asks", answers502, true, 2 * time.Minute},
		{"nobody listens", nobodyListens, false, 2 * time.Minute},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var ids []auth.AccountID
			for n := range 20 {
				ids = append(ids, w.connect(fmt.Sprint("work ", n)))
			}
			before := len(w.front.asked())
			up := row.down(w)
			notices := w.pass(7*time.Hour, 30*time.Second) // the first of them is due after 52 minutes
			if n := len(w.front.asked()) - before; n > 60 {
				t.Errorf("%d requests in the outage, want 60 at most", n)
			}
			if len(notices) != 1 || len(notices[0].Accounts) != len(ids) {
				t.Errorf("%d notices, want one for all of them", len(notices))
			}
			up()
			if row.clicks {
				if _, err := w.refresh(ids[0]); err != nil {
					t.Error(err)
				}
			}
			w.pass(row.recovered, 5*time.Second)
			for _, id := range ids {
				if s := w.status(id); s.State != auth.StateFresh {
					t.Errorf("%s is %s %v after it was up again", s.Name, s.State, row.recovered)
				}
			}
			if n := w.server.Ledger().FamiliesRevoked(); n != 0 {
				t.Errorf("%d families revoked", n)
			}
		})
	}
}

// answers502 has a gateway answer in the provider's place.
func answers502(w *world) (up func()) {
	for range 10000 {
		w.front.next(says(502, "text/html", "<html>Bad gateway</html>"))
	}
	return func() {
		w.front.mu.Lock()
		defer w.front.mu.Unlock()
		w.front.tokenAnswers = nil
	}
}

// nobodyListens has connections refused.
func nobodyListens(w *world) (up func()) {
	address := w.front.Listener.Addr().String()
	must(w.t, w.front.Listener.Close())
	return func() {
		l, err := (&net.ListenConfig{}).Listen(w.t.Context(), "tcp", address)
		must(w.t, err)
		s := &http.Server{Handler: w.front, ReadHeaderTimeout: patience}
		served := make(chan struct{})
		go func() {
			defer close(served)
			_ = s.Serve(l) // ends when it is closed
		}()
		w.t.Cleanup(func() {
			must(w.t, s.Close())
			<-served
		})
	}
}
