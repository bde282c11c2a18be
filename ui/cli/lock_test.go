package cli_test

import (
	"path/filepath"
	"testing"

	"github.com/tokentray/tokentray/auth"
)

func TestLock(t *testing.T) {
	locked := 0
	d := office()
	d.lock = func() error {
		locked++
		return nil
	}
	is(t, "lock", run(t, world(d, "lock")), ran{0, "", "The vault is locked; nothing is refreshed and no token is given out now.\nRun tokentray unlock to go on.\n"})
	is(t, "locked", locked, 1)
}

func TestUnlock(t *testing.T) {
	const open = "The vault is open.\n"
	asks := "Passphrase of the vault (it isn’t shown): \n"
	keyMissing := &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyMissing}
	for _, row := range []struct {
		what     string
		vault    auth.VaultState
		sealedBy auth.SealedBy
		keyring  error // what unlocking with nothing comes to
		args     []string
		typed    []string // nil: no terminal
		want     ran
	}{
		{"open already", auth.VaultUnlocked, auth.SealedByKeyring, nil, nil, nil, ran{0, "", open}},
		{"by its keyring", auth.VaultLocked, auth.SealedByKeyring, nil, nil, nil, ran{0, "", open}},
		{"asked", auth.VaultLocked, auth.SealedByPassphrase, nil, nil, []string{"canary-phrase"}, ran{0, "", asks + open}},
		{"the recovery passphrase", auth.VaultKeyMissing, auth.SealedByKeyring, keyMissing, nil, []string{"canary-phrase"}, ran{0, "", asks + open}},
		{"a wrong one", auth.VaultLocked, auth.SealedByPassphrase, nil, nil, []string{"canary-wrong"}, ran{6, "", asks +
			"This passphrase, or the key in the keyring, doesn’t fit the vault; the file stays as it is.\n" +
			"Check the passphrase, or bring back the keyring the vault was made with, and try again.\n"}},
		{"nobody to ask", auth.VaultLocked, auth.SealedByPassphrase, nil, nil, nil, ran{
			6, "",
			"The vault is locked, and there is no terminal to ask for its passphrase on.\nGive it with --passphrase-file FILE.\n",
		}},
		{"no vault", auth.VaultNone, "", nil, nil, nil, ran{6, "", "There is no vault yet, so nothing can be kept.\n" +
			"Connect an account, and Tokentray makes one; where there is no keyring, tokentray seal --passphrase makes one that a passphrase opens.\n"}},
		{"damaged", auth.VaultDamaged, "", &auth.Error{Kind: auth.KindVault, Vault: auth.VaultDamaged}, nil, []string{}, ran{
			6, "",
			"The vault’s file is damaged; it is left exactly as it is.\n" +
				"Run tokentray doctor to see what can be done: a backup can take its place, or what can still be read is kept.\n",
		}},
		// No passphrase helps, so none is asked for.
		{"read-only", auth.VaultReadOnly, auth.SealedByKeyring, &auth.Error{Kind: auth.KindVault, Vault: auth.VaultReadOnly}, nil, []string{}, ran{
			6, "",
			"The vault may not be written here; it stays closed so that no refreshed token gets lost, and what is in it is safe.\n" +
				"Check that its disk has room and isn’t mounted read-only, and that its folder and its file belong to you and may be written; then try again.\n",
		}},
	} {
		d := office()
		d.vault, d.sealedBy = row.vault, row.sealedBy
		d.unlock = func(p auth.Secret) error {
			switch {
			case p.IsZero():
				return row.keyring
			case p.Reveal() != "canary-phrase":
				return &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
			}
			return nil
		}
		w := world(d, append([]string{"unlock"}, row.args...)...)
		if row.typed != nil {
			w = typing(t, w, row.typed...)
		}
		is(t, row.what, run(t, w), row.want)
	}
}

// import and export have a --passphrase-file of their own, for their file; so what
// opens the vault is always named with the command that reads it.
func TestWhatOpensTheVaultIsNamedWithItsCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.age")
	for state, want := range map[auth.VaultState]string{
		auth.VaultLocked: "\nRun tokentray unlock; where there is no terminal to ask on, tokentray unlock --passphrase-file FILE.\n",
		auth.VaultKeyringUnavailable: "\nStart your desktop’s keyring and try again, or have a passphrase open a new vault: " +
			"tokentray seal --passphrase asks for one, tokentray unlock --passphrase-file FILE reads it.\n",
	} {
		d := exporter(new(auth.Export))
		d.vault = state
		got := run(t, world(d, "export", file, "--accounts", "--passphrase-file", phraseFile(t)))
		is(t, string(state), got.code, 6)
		contains(t, string(state), got.err, want)
	}
}

func TestSeal(t *testing.T) {
	var by auth.SealedBy
	var sealed, recovery auth.Secret
	d := office()
	d.seal = func(s auth.SealedBy, p auth.Secret) error {
		by, sealed = s, p
		return nil
	}
	d.recovery = func(p auth.Secret) error {
		recovery = p
		return nil
	}
	is(t, "passphrase", run(t, world(d, "seal", "--passphrase", "--new-passphrase-file", phraseFile(t))), ran{0, "", "A passphrase opens the vault.\n"})
	is(t, "sealed by", by, auth.SealedByPassphrase)
	is(t, "with", sealed.Reveal(), "canary-phrase")
	is(t, "keyring", run(t, world(d, "seal", "--keyring")), ran{0, "", "Your keyring opens the vault.\n"})
	is(t, "sealed by", by, auth.SealedByKeyring)
	is(t, "with", sealed.Reveal(), "")
	is(t, "recovery", run(t, typing(t, world(d, "seal", "--recovery"), "canary-1", "canary-1")).code, 0)
	is(t, "recovery", recovery.Reveal(), "canary-1")
	is(t, "no recovery", run(t, world(d, "seal", "--no-recovery")).code, 0)
	is(t, "recovery", recovery.Reveal(), "")
	is(t, "two at once", run(t, world(d, "seal", "--keyring", "--recovery")).code, 2)
	d.vault = auth.VaultLocked
	is(t, "a locked vault", run(t, world(d, "seal", "--keyring")).code, 6)
}
