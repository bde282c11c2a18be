package vaulttest

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

var (
	anew  = auth.NewSecret("canary-sealed-anew")
	again = auth.NewSecret("canary-sealed-again")
	wrong = auth.NewSecret("canary-wrong-passphrase")
)

// kept is an open vault with one account.
func (s Subject) kept(t *testing.T) (auth.Vault, auth.Contents) {
	t.Helper()
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	return v, auth.Contents{Clients: []auth.Client{c}, Accounts: []auth.Account{a}, Grants: grants(a, g)}
}

func wantOpens(t *testing.T, v auth.Vault, passphrase auth.Secret, want auth.Contents) {
	t.Helper()
	must(t, v.Lock())
	must(t, v.Open(passphrase))
	wantState(t, v, auth.VaultUnlocked)
	wantContents(t, v, want)
}

// wantStays opens a vault in vain.
func wantStays(t *testing.T, v auth.Vault, passphrase auth.Secret, want auth.VaultState) {
	t.Helper()
	must(t, v.Lock())
	wantKind(t, v.Open(passphrase), auth.KindVault)
	wantState(t, v, want)
	wantClosed(t, v)
}

func locks(t *testing.T, s Subject) {
	v, kept := s.kept(t)
	must(t, v.Lock())
	wantState(t, v, auth.VaultLocked)
	wantClosed(t, v)
	must(t, v.Lock())
	wantState(t, v, auth.VaultLocked)
	if !s.Passphrase.IsZero() {
		wantStays(t, v, auth.Secret{}, auth.VaultLocked)
	}
	wantOpens(t, v, s.Passphrase, kept)
	_, _, g := Sample(1)
	must(t, v.PutGrant("a1", g.Generation, g))
}

func sealsAnew(t *testing.T, s Subject) {
	v, kept := s.kept(t)
	for _, passphrase := range []auth.Secret{anew, again, again} {
		must(t, v.Seal(auth.SealedByPassphrase, passphrase))
		wantContents(t, v, kept)
		wantStays(t, v, auth.Secret{}, auth.VaultLocked)
		wantStays(t, v, wrong, auth.VaultKeyWrong)
		wantOpens(t, v, passphrase, kept)
	}
	wantStays(t, v, anew, auth.VaultKeyWrong)
	must(t, v.Open(again))
	must(t, v.Seal(auth.SealedByKeyring, auth.Secret{}))
	must(t, v.Seal(auth.SealedByKeyring, auth.Secret{}))
	wantContents(t, v, kept)
	wantOpens(t, v, auth.Secret{}, kept)
	must(t, v.Seal(auth.SealedByPassphrase, anew))
	wantOpens(t, v, anew, kept)
}

func refusesSeals(t *testing.T, s Subject) {
	short := auth.NewSecret("canary!")
	none := s.New(t)
	must(t, none.Open(auth.Secret{}))
	wantKind(t, none.Create(short), auth.KindUsage)
	wantState(t, none, auth.VaultNone)
	v, kept := s.kept(t)
	for _, passphrase := range []auth.Secret{{}, short} {
		wantKind(t, v.Seal(auth.SealedByPassphrase, passphrase), auth.KindUsage)
	}
	wantKind(t, v.Seal("", anew), auth.KindUsage)
	wantKind(t, v.PutRecovery(short), auth.KindUsage)
	wantOpens(t, v, s.Passphrase, kept)
}

func recovers(t *testing.T, s Subject) {
	v, kept := s.kept(t)
	must(t, v.PutRecovery(auth.Secret{})) // there is none
	if !s.Passphrase.IsZero() {
		wantKind(t, v.PutRecovery(anew), auth.KindUsage)
		wantOpens(t, v, s.Passphrase, kept)
		return
	}
	must(t, v.PutRecovery(anew))
	must(t, v.PutRecovery(again)) // in its place
	wantOpens(t, v, auth.Secret{}, kept)
	s.LoseKey(t, v)
	for _, passphrase := range []auth.Secret{{}, wrong, anew} {
		wantStays(t, v, passphrase, auth.VaultKeyMissing)
	}
	wantOpens(t, v, again, kept)
	wantOpens(t, v, auth.Secret{}, kept) // the keyring has the key again
	must(t, v.PutRecovery(auth.Secret{}))
	s.LoseKey(t, v)
	wantStays(t, v, again, auth.VaultKeyMissing)
}

func keepsTold(t *testing.T, s Subject) {
	v, kept := s.kept(t)
	at := time.Date(2026, 11, 22, 9, 30, 0, 1, time.UTC)
	kept.Told = auth.Told{
		"a1": {Key: "sign_in adaptix", Concern: auth.ConcernSignIn, Standing: true, Since: at, At: at.Add(time.Second), Over: at.Add(-time.Hour)},
		"a2": {},
	}
	must(t, v.PutTold(kept.Told))
	given := kept.Told
	kept.Told = auth.Told{"a1": given["a1"], "a2": {}}
	delete(given, "a2")
	wantContents(t, v, kept)
	wantOpens(t, v, s.Passphrase, kept)
	kept.Told = auth.Told{"a1": {Key: "other"}}
	must(t, v.PutTold(kept.Told))
	wantOpens(t, v, s.Passphrase, kept)
	must(t, v.PutTold(nil))
	kept.Told = nil
	wantOpens(t, v, s.Passphrase, kept)
}
