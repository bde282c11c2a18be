package faults_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// hasPortal has a network login answer every request.
func hasPortal(w *world) (up func()) {
	for range 10000 {
		w.front.next(says(ok, "text/html", portal))
	}
	return func() {
		w.front.mu.Lock()
		defer w.front.mu.Unlock()
		w.front.tokenAnswers = nil
	}
}

// The agent starts with tokens that have run out and no network: nobody hears of it
// for ten minutes, and a minute after the network is there everything is fresh,
// although the system doesn't tell of it. (Names that aren't found: named_test.go. How
// the wire tells an address that swallows everything from an answer, auth/oauth shows.)
func TestFault65AStartWithoutANetworkIsNobodysAffair(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		what  string
		downs []func(*world) (up func())
	}{
		{"nobody is reached", []func(*world) func(){nobodyListens}},
		{"a network login answers", []func(*world) func(){hasPortal}},
		{"nobody is reached, and then a network login answers", []func(*world) func(){nobodyListens, hasPortal}},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var ids []auth.AccountID
			for n := range 3 {
				ids = append(ids, w.connect(fmt.Sprint("work ", n)))
			}
			w.stop()
			w.clock.Advance(2 * time.Hour)
			up := row.downs[0](w)
			w.run()
			var notices []auth.Notice
			for n := range row.downs {
				if n > 0 {
					next := row.downs[n](w)
					up()
					up = next
				}
				notices = append(notices, w.pass(9*time.Minute/time.Duration(len(row.downs)), 10*time.Second)...)
			}
			if len(notices) != 0 {
				t.Errorf("told %v within ten minutes, want nothing", notices)
			}
			for _, id := range ids {
				if s := w.status(id); s.State != auth.StateRetrying {
					t.Errorf("%s is %s without a network, want retrying", s.Name, s.State)
				}
			}
			up()
			notices = w.pass(time.Minute, time.Second)
			for _, id := range ids {
				if s := w.status(id); s.State != auth.StateFresh {
					t.Errorf("%s is %s a minute after the network came, want fresh", s.Name, s.State)
				}
			}
			if len(notices) != 0 || w.server.Ledger().FamiliesRevoked() != 0 {
				t.Errorf("told %v, %d families revoked, want neither", notices, w.server.Ledger().FamiliesRevoked())
			}
		})
	}
}
