package faults_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestFault40AFullDiskLosesNoRotation(t *testing.T) {
	t.Parallel()
	dir := vaulttest.SmallDisk(t)
	w := newWorld(t, func(s *setup) { s.dir = dir })
	id := w.connect("work")
	before := w.grant(id)
	filler := filepath.Join(dir, "filler")
	w.front.next(rewrites(func(body string) (string, string) {
		must(t, os.Remove(filepath.Join(dir, "ballast"))) // it was used up already
		vaulttest.FillDisk(t, filler)                     // and what comes has no room in pages that are free
		return "application/json", strings.Replace(body, `"access_token":"`, `"access_token":"`+strings.Repeat("x", 300<<10), 1)
	}))
	_, err := w.refresh(id)
	if e := problem(t, err); e.Kind != auth.KindVault || !errors.Is(err, unix.ENOSPC) {
		t.Errorf("got %v, want a disk that is full", err)
	}
	if s := w.status(id); s.Cause == nil || s.Cause.Detail != "the new refresh token could not be saved yet" {
		t.Errorf("the account is %s because of %v, want that it says so", s.State, s.Cause)
	}
	if s, err := w.Snapshot(context.Background()); err != nil || s.Unsaved != 1 {
		t.Errorf("%d are unsaved (%v), want the one, so that quitting asks first", s.Unsaved, err)
	}
	if token, err := w.Token(context.Background(), id, auth.Usual); err != nil || token.AccessToken.Equal(before.AccessToken) {
		t.Errorf("got %v, want that the new token serves", err)
	}
	if g := w.grant(id); !g.RefreshToken.Equal(before.RefreshToken) || g.Generation != before.Generation {
		t.Errorf("the disk holds generation %d, want the old one", g.Generation)
	}
	w.pass(3*time.Minute, time.Second)
	must(t, os.Remove(filler))
	w.pass(2*time.Minute, time.Second)
	if g := w.grant(id); g.Generation != before.Generation+1 || g.RefreshToken.Equal(before.RefreshToken) {
		t.Errorf("with room the disk holds generation %d, want the new one", g.Generation)
	}
	if s, err := w.Snapshot(context.Background()); err != nil || s.Unsaved != 0 || s.Accounts[0].State != auth.StateFresh {
		t.Errorf("with room %d are unsaved (%v), want none", s.Unsaved, err)
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}
