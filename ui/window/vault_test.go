package window_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
)

func TestALockedVaultAsksForItsPassphrase(t *testing.T) {
	given := make(chan auth.Secret, 2)
	s := open(t, auth.Snapshot{At: now, Vault: auth.VaultLocked}, func(s *stage) {
		s.desk.unlock = func(p auth.Secret) error {
			given <- p
			if p.Reveal() != "canary-right" {
				return &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
			}
			s.desk.now(snapshot(account("a", "Service desk")))
			return nil
		}
	})
	s.sees("Your vault is locked")
	s.fill("canary-wrong")
	s.tap("Unlock")
	s.sees("doesn’t fit the vault")
	s.fill("canary-right")
	s.press(fyne.KeyReturn)
	s.sees("Service desk")
}

func TestEveryVaultStateHasAScreen(t *testing.T) {
	for _, v := range auth.VaultStates() {
		s := open(t, auth.Snapshot{At: now, Vault: v})
		switch v {
		case auth.VaultUnlocked, auth.VaultNone:
			s.sees("Add your first account")
		case auth.VaultLocked, auth.VaultKeyringLocked:
			s.sees("Unlock")
		default:
			s.sees("Try again")
		}
	}
}

func TestAVaultsSentenceDoesntRepeatItsTitle(t *testing.T) {
	for state, title := range map[auth.VaultState]string{auth.VaultLocked: "vault is locked", auth.VaultKeyringLocked: "keyring is locked", auth.VaultDamaged: "is damaged"} {
		s := open(t, auth.Snapshot{At: now, Vault: state})
		if got := strings.Count(s.texts(), title); got != 1 {
			t.Errorf("%s says %d times that it %s: %q", state, got, title, s.texts())
		}
	}
}

func TestAVaultThatMayNotBeWrittenIsNotCalledDamaged(t *testing.T) {
	s := damaged(t, nil)
	s.sees("Restore the backup")
	s.desk.now(auth.Snapshot{At: now, Vault: auth.VaultReadOnly})
	s.tap("Try again")
	s.sees("The vault can’t be written to")
	if s.says("damaged") || s.says("Restore") || s.says("Start over") || s.says("Passphrase") || s.says("may not be written") || !s.says("isn’t mounted read-only") {
		t.Errorf("it offers to mend what is whole, or doesn't say what to do: %q", s.texts())
	}
	s.desk.now(snapshot(account("a", "Service desk")))
	s.tap("Try again")
	s.sees("Service desk")
}

func TestAVaultOfTheKeyringOpensByOneClick(t *testing.T) {
	for _, shut := range []auth.Snapshot{
		{At: now, Vault: auth.VaultLocked, SealedBy: auth.SealedByKeyring},
		{At: now, Vault: auth.VaultKeyringLocked},
	} {
		given := make(chan auth.Secret, 1)
		s := open(t, shut, func(s *stage) {
			s.desk.unlock = func(p auth.Secret) error {
				given <- p
				s.desk.now(snapshot(account("a", "Service desk")))
				return nil
			}
		})
		if s.says("Passphrase") {
			t.Errorf("%s asks for a passphrase", shut.Vault)
		}
		s.press(fyne.KeyReturn) // the button has the focus
		if got := <-given; !got.IsZero() {
			t.Errorf("%s: a passphrase was given", shut.Vault)
		}
		s.sees("Service desk")
	}
}

// damaged opens a window on a damaged vault with two backups, of which 6 of 7 accounts can be read.
func damaged(t *testing.T, mend func(auth.Mending) (auth.Mended, error)) *stage {
	t.Helper()
	return open(t, auth.Snapshot{At: now, Vault: auth.VaultDamaged}, func(s *stage) {
		s.desk.care = auth.Care{
			State: auth.VaultDamaged, SealedBy: auth.SealedByPassphrase, // without it nobody can count what is left
			Backups: []auth.Backup{{Name: "new.bak", At: now.Add(-2 * time.Hour), Accounts: 7}, {Name: "old.bak", At: now.AddDate(0, 0, -1), Accounts: 5}},
		}
		s.desk.mend = mend
	})
}

func TestADamagedVaultIsMendedAsThePersonChooses(t *testing.T) {
	asked := make(chan auth.Mending, 4)
	s := damaged(t, func(m auth.Mending) (auth.Mended, error) {
		asked <- m
		if m.Passphrase.Reveal() != "canary-right" {
			return auth.Mended{}, &auth.Error{Kind: auth.KindVault, Vault: auth.VaultKeyWrong}
		}
		return auth.Mended{Accounts: []auth.AccountID{"a", "b"}, Lost: 1, SetAside: "vault.damaged-1"}, nil
	})
	s.sees("Restore the backup of 11:13 (7 accounts)")
	s.sees("Keep what can still be read")
	s.sees("It takes the place of the damaged file, which is moved aside and kept.")
	s.fill("canary-wrong")
	s.tap("Restore it")
	if m := <-asked; m.Remedy != auth.RemedyRestore || m.Backup != "new.bak" {
		t.Errorf("asked for %+v", m)
	}
	s.sees("doesn’t fit the vault")
	s.tap("Restore the backup of 21 Nov at 13:13 (5 accounts)")
	s.tap("Restore it")
	if m := <-asked; m.Backup != "old.bak" {
		t.Errorf("asked for %+v", m)
	}
	s.until("it can be tried again", func() bool { return s.says("doesn’t fit the vault") })
	s.fill("canary-right")
	s.tap("Keep what can still be read")
	s.desk.now(snapshot(account("a", "Service desk")))
	s.tap("Keep what can be read")
	if m := <-asked; m.Remedy != auth.RemedySalvage {
		t.Errorf("asked for %+v", m)
	}
	s.sees("The vault has 2 accounts again; 1 account didn’t come back. The old file is kept as “vault.damaged-1”.")
	s.sees("Service desk")
}

func TestStartingOverIsAskedTwice(t *testing.T) {
	asked := make(chan auth.Mending, 1)
	s := damaged(t, func(m auth.Mending) (auth.Mended, error) {
		asked <- m
		return auth.Mended{}, nil
	})
	s.sees("Start over without any account")
	s.tap("Start over without any account")
	s.tap("Start over")
	s.sees("Start over?")
	s.tap("No, leave it")
	if len(asked) > 0 || s.says("Start over?") {
		t.Error("it started over after no, or goes on asking")
	}
	s.tap("Start over")
	s.desk.now(auth.Snapshot{At: now, Vault: auth.VaultNone})
	s.tap("Yes, start over")
	if m := <-asked; m.Remedy != auth.RemedyStartOver {
		t.Errorf("asked for %+v", m)
	}
	s.sees("The vault begins anew.")
	s.sees("Add your first account")
}

func TestAMissingKeyIsReplacedByTheRecoveryPassphrase(t *testing.T) {
	s := open(t, auth.Snapshot{At: now, Vault: auth.VaultKeyMissing}, func(s *stage) {
		s.desk.care = auth.Care{State: auth.VaultKeyMissing, Recovery: true}
	})
	s.sees("Recovery passphrase")
	s.sees("Start over without any account: the file is moved aside and kept, in case its key or a repair turns up.")
}

func TestWhatIsAboveEverything(t *testing.T) {
	a := snapshot(account("a", "Service desk"))
	a.Offline, a.Warnings = true, auth.VaultWarnings()
	s := open(t, a)
	s.sees("There is no network right now.")
	for _, want := range []string{"network drive", "kept the same on several computers", "belongs to another user", "Others on this computer could read"} {
		s.sees(want)
	}
	s.tap("Got it")
	s.w.Show(a)
	if s.says("network drive") {
		t.Error("a warning that was read comes back")
	}
	a.Offline, a.Warnings = false, a.Warnings[:1]
	s.w.Show(a)
	s.sees("network drive")
	if strings.Contains(s.texts(), "There is no network") {
		t.Error("it is still said to be offline")
	}
}
