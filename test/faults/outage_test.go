//go:build breaker

package faults_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestFault34AnOutageOfSixHoursIsLeftInPeace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []auth.AccountID
	for n := range 20 {
		ids = append(ids, w.connect(fmt.Sprint("work ", n)))
	}
	before := len(w.front.asked())
	down := says(502, "text/html", "<html>Bad gateway</html>")
	for range 10000 {
		w.front.next(down)
	}
	began := w.clock.Wall()
	notices := w.pass(7*time.Hour, 30*time.Second) // the first of them is due after 52 minutes
	posts := len(w.front.asked()) - before
	if posts > 60 {
		t.Errorf("%d requests in the outage, want 60 at most", posts)
	}
	if len(notices) > 1 {
		t.Errorf("%d notices, want one for all of them", len(notices))
	}
	w.front.mend()
	w.pass(16*time.Minute, 30*time.Second)
	for _, id := range ids {
		if s := w.status(id); s.State != auth.StateFresh {
			t.Errorf("%s is %s %v after it was up again", s.Name, s.State, w.clock.Wall().Sub(began))
		}
	}
	if n := w.server.Ledger().FamiliesRevoked(); n != 0 {
		t.Errorf("%d families revoked", n)
	}
}

// mend forgets the answers that are still to come.
func (f *front) mend() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tokenAnswers = nil
}
