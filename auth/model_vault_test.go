package auth_test

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// crash is kill -9: what was not written yet never is.
func (m *model) crash() {
	m.crashes++
	time.Sleep(m.upTo(time.Second)) // with some luck, in the middle of a refresh
	m.life.dead.Store(true)
	m.excuse()
	m.missOut()
	m.stop()
	m.restart()
}

func (m *model) restart() {
	if m.unsure && (m.broken || time.Now().Before(m.settledAt)) { // the vault's times may be from before the calendar was set
		m.unsureUntil = time.Now().Add(25 * time.Hour)
	}
	m.mend()
	m.boot()
}

// breakVault has the vault say that writes fail, whether they do or not.
func (m *model) breakVault() {
	if m.random.IntN(2) == 0 {
		m.kept.Break(errors.New("no room"))
	} else {
		m.kept.BreakLate(errors.New("no flush"))
	}
	m.broken = true
	m.excuse()
}

func (m *model) mend() {
	m.kept.Break(nil)
	if m.broken {
		m.mendedAt = time.Now()
	}
	m.broken, m.settledAt = false, time.Now().Add(2*time.Minute)
}

// lock has a person lock the vault, and open it again later. A vault that can't be
// written is mended in between: what can't be saved is not locked away.
func (m *model) lock(ctx context.Context) {
	if len(m.accounts()) == 0 {
		return
	}
	m.locks++
	before, lost := m.Told(), m.missOut()
	err := m.Lock(ctx)
	if err != nil && !m.broken {
		m.t.Errorf("step %d: it is not locked: %v", m.step, err)
	}
	time.Sleep(m.upTo(2 * time.Hour))
	if m.random.IntN(4) == 0 {
		m.setClock(m.anyShift())
		time.Sleep(m.upTo(2 * time.Hour))
	}
	m.mend()
	m.wokeAt = time.Now()
	if err := m.Unlock(context.Background(), auth.Secret{}); err != nil {
		m.t.Fatalf("step %d: it is not unlocked: %v", m.step, err)
	}
	if after := m.Told(); !lost && !reflect.DeepEqual(known(before), known(after)) {
		m.t.Errorf("step %d: what was told became %v while the vault was locked, want %v", m.step, after, before)
	}
}
