package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestRotationFitsOnAFullDisk(t *testing.T) {
	dir := vaulttest.SmallDisk(t)
	v := filled(t, sealedIn(dir), passphrase, 1)
	ballast := filepath.Join(dir, storage.BallastName)
	if info, err := os.Stat(ballast); err != nil || info.Size() != storage.BallastSize {
		t.Fatalf("got ballast %v (%v), want %d bytes", info, err, storage.BallastSize)
	}
	vaulttest.FillDisk(t, filepath.Join(dir, "filler"))
	a, _, g := vaulttest.Sample(1)
	next := g
	for exists(ballast) { // the file's free pages first
		next.Generation++
		next.AccessToken = auth.NewSecret(next.AccessToken.Reveal() + string(make([]byte, 8<<10)))
		must(t, v.PutGrant(a.ID, next.Generation-1, next))
	}
	must(t, v.Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	if got, err := v.Grant(a.ID); err != nil || got.Generation != next.Generation || !got.AccessToken.Equal(next.AccessToken) {
		t.Errorf("got generation %d (%v), want %d", got.Generation, err, next.Generation)
	}
}

func TestFullDiskIsSaidAndHeals(t *testing.T) {
	dir := vaulttest.SmallDisk(t)
	v := filled(t, sealedIn(dir), passphrase, 1)
	filler, ballast := filepath.Join(dir, "filler"), filepath.Join(dir, storage.BallastName)
	must(t, os.Remove(ballast))
	vaulttest.FillDisk(t, filler)
	a, _, g := vaulttest.Sample(1)
	next := g
	next.Generation++
	next.AccessToken = auth.NewSecret("canary-" + string(make([]byte, 300<<10)))
	err := v.PutGrant(a.ID, g.Generation, next)
	if !errors.Is(err, unix.ENOSPC) || !errors.Is(err, auth.ErrVault) || v.State() != auth.VaultUnlocked {
		t.Fatalf("got %v in state %s, want a full disk and an unlocked vault", err, v.State())
	}
	wantSamples(t, v, 1)
	must(t, os.Remove(filler))
	must(t, v.PutGrant(a.ID, g.Generation, next))
	must(t, v.Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	if got, err := v.Grant(a.ID); err != nil || got.Generation != next.Generation {
		t.Errorf("got generation %d (%v), want %d", got.Generation, err, next.Generation)
	}
}

func TestBallastComesBackWhenThereIsRoom(t *testing.T) {
	dir := t.TempDir()
	v := filled(t, sealedIn(dir), passphrase, 1)
	must(t, v.Close())
	ballast := filepath.Join(dir, storage.BallastName)
	must(t, os.Truncate(ballast, 10))
	w := sealedIn(dir)
	wantOpen(t, w, passphrase, auth.VaultUnlocked)
	defer func() { must(t, w.Close()) }()
	if info, err := os.Stat(ballast); err != nil || info.Size() != storage.BallastSize {
		t.Errorf("got ballast %v (%v), want %d bytes", info, err, storage.BallastSize)
	}
}
