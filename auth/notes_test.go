package auth_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// What is noted of an account that has just been forgotten makes no history of one.
func TestAForgottenAccountHasNoHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		if _, err := d.Forget(context.Background(), id); err != nil {
			t.Fatal(err)
		}
		d.Copied(id) // by somebody who got the token a moment ago
		if events, err := d.vault.History(id); err != nil || len(events) != 0 {
			t.Errorf("the history is %v, %v", events, err)
		}
	})
}

// Also where somebody else's own request settles one, the accounts that were in
// doubt at the start are settled one at a time in the background.
func TestDoubtsAreSettledOneAtATimeBesideAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		var ids []auth.AccountID
		for _, name := range []string{"a", "b", "c", "d"} {
			ids = append(ids, d.connect(t, name))
		}
		for i, id := range ids { // what kill -9 leaves; the last one is settled first
			g, _ := vault.Grant(id)
			g.Attempt = auth.Attempt{Began: time.Now().Add(time.Duration(i) * time.Second), Presentations: 1}
			if err := vault.PutGrant(id, g.Generation, g); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		asked := map[string]int{}
		first := make(chan struct{})
		again := newDesk(t, vault, time.Hour, func(p *auth.Parts) {
			p.Wire = d.wire
			d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
				mu.Lock()
				asked[g.RefreshToken.Reveal()]++
				mu.Unlock()
				if g.RefreshToken.Reveal() == "canary-r4" {
					<-first // hangs
				}
				return d.give.answer(), nil
			})
		})
		synctest.Wait()
		if err := again.Refresh(ctx, ids[0]); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		mu.Lock()
		if len(asked) != 2 || asked["canary-r4"] != 1 || asked["canary-r1"] != 1 {
			t.Errorf("presented %v, want the one that hangs and the person's", asked)
		}
		mu.Unlock()
		close(first)
		synctest.Wait()
		if len(asked) != 4 {
			t.Errorf("presented %v, want all four in the end", asked)
		}
	})
}
