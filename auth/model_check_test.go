package auth_test

import (
	"context"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// check holds what is against what should be.
func (m *model) check() {
	if m.unsure && !m.broken && time.Now().After(m.settledAt) && time.Now().After(m.unsureUntil) {
		m.unsure = false
	}
	if m.step%1000 == 0 {
		for _, s := range m.servers {
			s.sweep()
		}
	}
	seen := m.snapshot()
	m.notify(seen)
	for _, a := range seen.Accounts {
		g, err := m.kept.Grant(a.ID)
		if err != nil {
			m.t.Fatalf("step %d: %s has no grant: %v", m.step, a.Name, err)
		}
		s := m.owner(g)
		f, newest := s.stand(g.RefreshToken.Reveal())
		if a.State == auth.StateNeedsSignIn && f.alive {
			m.t.Errorf("step %d: %s needs a sign-in, and its provider doesn't think so", m.step, a.Name)
		}
		if !f.alive && !f.revoked && s.rotation != strict {
			m.t.Errorf("step %d: %s was lost at a provider that ends nothing", m.step, a.Name)
		}
		if a.State == auth.StateInDoubt && s.rotation == keeps {
			m.t.Errorf("step %d: %s is in doubt, and its refresh token can't be used up", m.step, a.Name)
		}
		switch {
		case newest:
			delete(m.excused, a.ID)
		case a.State != auth.StateRefreshing && s.underWay.Load() == 0 && !m.broken && !m.excused[a.ID] && f.alive:
			m.t.Errorf("step %d: the vault doesn't hold the newest refresh token of %s that was received", m.step, a.Name)
		}
	}
	for _, s := range m.servers {
		if worst := s.unanswered(); worst > auth.MaxPresentations+1 && s.rotation != keeps { // one more is the look at a refusal
			m.t.Fatalf("step %d: a refresh token was presented %d times without an answer", m.step, worst)
		}
	}
	if m.t.Failed() {
		m.t.FailNow()
	}
}

// heal makes everything work again: all accounts that their providers have not
// ended are fresh soon after, those in doubt when a person, who was told, has clicked.
func (m *model) heal() {
	m.mend()
	for _, s := range m.servers {
		s.does(works)
	}
	ctx := context.Background()
	m.tell(auth.SignalOnline)
	time.Sleep(3 * time.Minute)
	if err := m.Resume(ctx, ""); err != nil {
		m.t.Fatal(err)
	}
	for range 2 * 60 { // what nobody knows is tried every hour
		time.Sleep(time.Minute)
		synctest.Wait()
		m.notify(m.snapshot())
	}
	for _, a := range m.accounts() {
		g, _ := m.kept.Grant(a.ID)
		s := m.owner(g)
		if a.State == auth.StateInDoubt {
			if e := m.ears[a.ID]; !a.ExpiresAt.After(m.clock.Wall()) && e.heard[auth.ConcernInDoubt] == 0 && !e.deaf {
				m.t.Errorf("nobody is told that %s is in doubt", a.Name)
			}
			_ = m.Refresh(ctx, a.ID) // what comes of it is looked at below
			g, _ = m.kept.Grant(a.ID)
		}
		for m.status(a.ID).State == auth.StateRefreshing {
			time.Sleep(time.Second)
		}
		f, _ := s.stand(g.RefreshToken.Reveal())
		if state := m.status(a.ID); f.alive && state.State != auth.StateFresh {
			m.t.Errorf("%s is %v (%v) although everything works", a.Name, state.State, state.Cause)
		}
	}
}

func (m *model) status(id auth.AccountID) auth.Status {
	d, err := m.Show(context.Background(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	return d.Status
}

func (m *model) report() {
	passed := time.Since(m.began) + m.asleep
	m.t.Logf("%v of its time, %d sign-ins, %d crashes, %d locks, notices %v", passed.Round(time.Hour), m.signIns, m.crashes, m.locks, m.notices)
	for name, s := range m.servers {
		m.t.Logf("%s: %d requests (%.1f an hour), %d tokens ended by a lost answer, %d by the provider, %d presentations without an answer at most",
			name, s.asked, float64(s.asked)/passed.Hours(), s.killed, s.byServer, s.worst)
	}
}
