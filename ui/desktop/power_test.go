package desktop

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// iokitMessage is iokit_common_msg of IOMessage.h, made as there: err_system(0x38) and err_sub(0).
func iokitMessage(number uint32) powerMessage { return powerMessage(0x38<<26 | 0<<14 | number) }

func TestAMacThatAsksIsAnsweredAndNothingElseIs(t *testing.T) {
	for _, row := range []struct {
		what    string
		message powerMessage
		told    []auth.Signal
		allowed int
	}{
		{"CanSystemSleep", iokitMessage(0x270), nil, 1},
		{"SystemWillSleep", iokitMessage(0x280), []auth.Signal{auth.SignalSleeping}, 1},
		{"SystemWillNotSleep", iokitMessage(0x290), nil, 0},
		{"SystemHasPoweredOn", iokitMessage(0x300), []auth.Signal{auth.SignalWoke}, 0},
		{"SystemWillPowerOn", iokitMessage(0x320), nil, 0},
		{"SystemWillPowerOff", iokitMessage(0x250), nil, 0},
		{"nothing known", 0, nil, 0},
	} {
		var told []auth.Signal
		var before []auth.Signal // what was told when it was allowed
		allowed := 0
		p := power{tell: func(s auth.Signal) { told = append(told, s) }}
		p.hear(row.message, func() { allowed++; before = slices.Clone(told) })
		p.end()
		if !slices.Equal(told, row.told) || allowed != row.allowed {
			t.Errorf("%s: told %q and allowed %d times, want %q and %d", row.what, told, allowed, row.told, row.allowed)
		}
		if allowed > 0 && !slices.Equal(before, row.told) {
			t.Errorf("%s: allowed when %q was told", row.what, before)
		}
	}
}

// Whoever is told may be busy; the Mac sleeps all the same, and hears of it in order.
func TestAMacsSleepWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listen, began := make(chan struct{}), time.Now()
		var told []auth.Signal
		var telling atomic.Int32
		p := power{tell: func(s auth.Signal) { telling.Add(1); <-listen; told = append(told, s) }}
		allowed := 0
		allow := func() { allowed++ }
		for _, m := range []powerMessage{canSleep, willSleep, hasPoweredOn, canSleep, willSleep} {
			p.hear(m, allow)
		}
		if took := time.Since(began); allowed != 4 || took > 2*time.Second {
			t.Errorf("allowed %d times in %v, want 4 in a second", allowed, took)
		}
		synctest.Wait()
		if n := telling.Load(); n != 1 {
			t.Errorf("%d are told at once, want one after the other", n)
		}
		close(listen)
		p.end()
		if want := []auth.Signal{auth.SignalSleeping, auth.SignalWoke, auth.SignalSleeping}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}
