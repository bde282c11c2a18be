package authtest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

func TestVaultRestoresWhatWasBackedUp(t *testing.T) {
	v := authtest.NewVault()
	a, c, g := vaulttest.Sample(1)
	if err := errors.Join(v.Open(auth.Secret{}), v.Create(auth.Secret{}), v.Add(a, c, g)); err != nil {
		t.Fatal(err)
	}
	_, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore})
	if !errors.Is(err, auth.ErrUsage) {
		t.Errorf("got %v without a backup, want a KindUsage", err)
	}
	v.Backup("one", time.Unix(1, 0))
	next := g
	next.Generation++
	if err := v.PutGrant(a.ID, g.Generation, next); err != nil {
		t.Fatal(err)
	}
	v.Backup("two", time.Unix(2, 0))
	v.Bar(auth.VaultDamaged)
	if err := v.Lock(); err != nil {
		t.Fatal(err)
	}
	if err := v.Open(auth.Secret{}); !errors.Is(err, auth.ErrVault) {
		t.Fatalf("got %v, want a damaged vault", err)
	}
	care, err := v.Care()
	if err != nil || care.State != auth.VaultDamaged || len(care.Backups) != 2 || care.Backups[0].Name != "two" || care.Salvageable != 1 {
		t.Errorf("got %+v (%v), want a damaged vault with two backups", care, err)
	}
	mended, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Backup: "one"})
	if err != nil || len(mended.Accounts) != 1 || v.State() != auth.VaultUnlocked {
		t.Fatalf("got %+v (%v) in state %s, want one account in an open vault", mended, err, v.State())
	}
	if got, err := v.Grant(a.ID); err != nil || got.Generation != g.Generation {
		t.Errorf("got generation %d (%v), want that of the backup, %d", got.Generation, err, g.Generation)
	}
}

func TestVaultStartsOver(t *testing.T) {
	v := authtest.NewVault()
	if err := errors.Join(v.Open(auth.Secret{}), v.Create(auth.NewSecret("canary-forgotten")), v.Add(vaulttest.Sample(1)), v.Lock()); err != nil {
		t.Fatal(err)
	}
	mended, err := v.Mend(auth.Mending{Remedy: auth.RemedyStartOver})
	if err != nil || mended.SetAside == "" || mended.Lost != 1 || v.State() != auth.VaultNone {
		t.Fatalf("got %+v (%v) in state %s, want none", mended, err, v.State())
	}
	if err := v.Create(auth.Secret{}); err != nil {
		t.Error(err)
	}
}
