package authtest

import (
	"maps"
	"slices"

	"github.com/tokentray/tokentray/auth"
)

// PutTold is auth.Vault's.
func (v *Vault) PutTold(t auth.Told) error {
	return v.write(func() error {
		v.told = maps.Clone(t)
		return nil
	})
}

// Note is auth.Vault's. What is noted while the vault can't be written is lost.
func (v *Vault) Note(id auth.AccountID, events ...auth.Event) {
	_ = v.write(func() error { // as its contract has it
		v.history[id] = append(v.history[id], events...)
		return nil
	})
}

// History is auth.Vault's. The newest event says what time it is.
func (v *Vault) History(id auth.AccountID) ([]auth.Event, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state != auth.VaultUnlocked {
		return nil, v.closed()
	}
	events := slices.Clone(v.history[id])
	slices.SortStableFunc(events, func(a, b auth.Event) int { return a.At.Compare(b.At) })
	if len(events) == 0 {
		return nil, nil
	}
	oldest := events[len(events)-1].At.Add(-auth.HistoryTime)
	return slices.DeleteFunc(events, func(e auth.Event) bool { return e.At.Before(oldest) }), nil
}
