package faults_test

import (
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// brokenDisk says that it could not write a generation of a grant, whether it did or not.
type brokenDisk struct {
	auth.Vault
	writes bool

	mu   sync.Mutex
	left int // how often it says so
}

func (d *brokenDisk) PutGrant(id auth.AccountID, was auth.Generation, g auth.Grant) error {
	d.mu.Lock()
	fails := g.Generation == 2 && was == 1 && d.left > 0
	if fails {
		d.left--
	}
	d.mu.Unlock()
	switch {
	case !fails:
		return d.Vault.PutGrant(id, was, g)
	case !d.writes:
		return syscall.EIO
	}
	if err := d.Vault.PutGrant(id, was, g); err != nil {
		return err
	}
	return syscall.EIO
}

// What bbolt makes of an error in the middle of a commit is storage's to find out
// (its commit_test.go); here the vault's word stays an error, and is wrong or right.
func TestFault42AnErrorOfTheDiskIsNoReasonToRotateTwice(t *testing.T) {
	t.Parallel()
	for what, disk := range map[string]*brokenDisk{
		"it was written all the same":       {writes: true, left: 1},
		"it was not written":                {left: 1},
		"it was not written for some while": {left: 4},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, func(s *setup) { s.vault = func(v auth.Vault) auth.Vault { disk.Vault = v; return disk } })
			id := w.connect("work")
			before := w.grant(id)
			_, err := w.refresh(id)
			if e := problem(t, err); e.Kind != auth.KindVault {
				t.Errorf("got %s, want a trouble of the vault", e.Kind)
			}
			w.pass(2*time.Minute, time.Second)
			if s := w.status(id); s.State != auth.StateFresh {
				t.Errorf("the account is %s, want fresh", s.State)
			}
			if g := w.grant(id); g.Generation != 2 || g.RefreshToken.Equal(before.RefreshToken) || g.Attempt.Open() {
				t.Errorf("the disk holds generation %d, attempt %+v, want the second", g.Generation, g.Attempt)
			}
			w.front.wantLedger(t, []int{1}, []int{1})
			if n := w.server.Ledger().FamiliesRevoked(); n != 0 {
				t.Errorf("%d families revoked", n)
			}
		})
	}
}
