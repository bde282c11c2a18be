package storage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// clocked returns the vault of dir, with a clock that stands at noon.
func clocked(dir string) (*storage.Vault, *authtest.Clock) {
	clock := authtest.NewClock(noon)
	return storage.NewVault(storage.Options{Dir: dir, Keyring: noKeyring{}, PassphraseCost: cheap, Clock: clock}), clock
}

// patience bounds how long a test waits for what runs in the background.
const patience = 20 * time.Second

// eventually waits until is holds.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for limit := time.After(patience); !is(); {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("%s: it didn't come to that", what)
		}
	}
}

func care(t *testing.T, v auth.Vault) auth.Care {
	t.Helper()
	c, err := v.Care()
	must(t, err)
	return c
}

// put replaces account n, which is a change that wants a backup.
func put(t *testing.T, v auth.Vault, n int, name string) {
	t.Helper()
	a, _, _ := vaulttest.Sample(n)
	a.Name = name
	must(t, v.PutAccount(a))
}

func backupPath(dir, name string) string { return filepath.Join(dir, storage.BackupFolder, name) }

func TestChangesAreBackedUpInTheBackground(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	filled(t, v, passphrase)
	clock.Await(1)
	for n := range 3 {
		must(t, v.Add(vaulttest.Sample(n+1)))
	}
	clock.Advance(time.Minute)
	eventually(t, "a backup of three accounts", func() bool { return len(care(t, v).Backups) == 1 })
	b := care(t, v).Backups[0]
	if b.Accounts != 3 || !b.At.Equal(noon.Add(time.Minute)) {
		t.Errorf("got a backup of %d accounts at %s, want 3 at %s", b.Accounts, b.At, noon.Add(time.Minute))
	}
	for n := range 20 { // many changes in a row
		put(t, v, 1, "renamed-"+string(rune('a'+n)))
	}
	must(t, v.Close()) // too soon for another, but after the last change there is one
	got := care(t, v).Backups
	if len(got) != 2 {
		t.Errorf("got %d backups, want one of before and one of all the changes", len(got))
	}
	other := t.TempDir()
	copyFile(t, backupPath(dir, got[0].Name), filepath.Join(other, storage.FileName))
	w := sealedIn(other)
	wantOpen(t, w, passphrase, auth.VaultUnlocked)
	contents, err := w.Contents()
	must(t, err)
	must(t, w.Close())
	if len(contents.Accounts) != 3 || contents.Accounts[0].Name != "renamed-t" {
		t.Errorf("got %d accounts, the first %q, want 3 with the last change", len(contents.Accounts), contents.Accounts[0].Name)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, b, 0o600))
}

func TestBackupEveryDay(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	filled(t, v, passphrase, 1)
	must(t, v.Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	clock.Await(1)
	clock.Sleep(25 * time.Hour) // timers don't see it, but an hour later it is seen
	clock.Advance(time.Hour)
	eventually(t, "a second backup", func() bool { return len(care(t, v).Backups) == 2 })
	must(t, v.Close())
	clock.JumpWall(24 * time.Hour)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	eventually(t, "one at the next start", func() bool { return len(care(t, v).Backups) == 3 })
}

func TestBackupOfWhatAKilledAgentHadChanged(t *testing.T) {
	dir := t.TempDir()
	v, _ := clocked(dir)
	must(t, filled(t, v, passphrase, 1).Close())
	before := care(t, v).Backups
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Add(vaulttest.Sample(2)))
	killed := content(t, dir) // as it is on disk, with no backup made
	must(t, v.Close())
	must(t, os.WriteFile(filepath.Join(dir, storage.FileName), killed, 0o600))
	for _, b := range care(t, v).Backups {
		if b.Name != before[0].Name {
			must(t, os.Remove(backupPath(dir, b.Name)))
		}
	}
	later := storage.NewVault(storage.Options{Dir: dir, Keyring: noKeyring{}, PassphraseCost: cheap})
	wantOpen(t, later, passphrase, auth.VaultUnlocked)
	eventually(t, "a backup of both", func() bool {
		return slices.ContainsFunc(care(t, later).Backups, func(b auth.Backup) bool { return b.Accounts == 2 })
	})
	must(t, later.Close())
}

func TestFiveBackupsAreKept(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	filled(t, v, passphrase, 1)
	for n := range 7 {
		must(t, v.Close())
		clock.Advance(time.Hour)
		wantOpen(t, v, passphrase, auth.VaultUnlocked)
		put(t, v, 1, "renamed-"+string(rune('a'+n)))
	}
	must(t, v.Close())
	got := care(t, v).Backups
	if len(got) != 5 || !got[0].At.Equal(noon.Add(7*time.Hour)) || !got[4].At.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("got %v, want those of the last five hours", got)
	}
	info, err := os.Stat(backupPath(dir, got[0].Name))
	must(t, err)
	folder, err := os.Stat(backupPath(dir, ""))
	must(t, err)
	if info.Mode().Perm() != 0o600 || folder.Mode().Perm() != 0o700 {
		t.Errorf("got modes %s and %s, want that nobody else can read them", info.Mode(), folder.Mode())
	}
}

func TestBackupFromDaysToComeIsNotTheNewest(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	filled(t, v, passphrase, 1)
	clock.JumpWall(10 * 365 * 24 * time.Hour)
	must(t, v.Close())
	clock.JumpWall(-10 * 365 * 24 * time.Hour)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	put(t, v, 1, "renamed")
	must(t, v.Close())
	if got := care(t, v).Backups; len(got) != 2 || got[0].At.Sub(noon) > time.Second {
		t.Errorf("got %v, want the one of noon first", got)
	}
}

func TestBackupThatDoesNotVerifyReplacesNone(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	must(t, filled(t, v, passphrase, 1, 2).Close())
	good := care(t, v).Backups
	was, err := os.ReadFile(backupPath(dir, good[0].Name))
	must(t, err)
	tamper(t, dir, func(tx *bolt.Tx) error {
		grant := take(tx, "grants", "a2")
		grant[len(grant)-1] ^= 1
		return tx.Bucket([]byte("grants")).Put([]byte("a2"), grant)
	})
	must(t, os.WriteFile(backupPath(dir, "draft"), []byte("what a crash left"), 0o600))
	clock.Advance(time.Hour)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	put(t, v, 1, "renamed")
	must(t, v.Close())
	got := care(t, v).Backups
	now, err := os.ReadFile(backupPath(dir, good[0].Name))
	must(t, err)
	if !slices.Equal(got, good) || !bytes.Equal(now, was) {
		t.Errorf("got %v, want only %v, as it was", got, good)
	}
	entries, err := os.ReadDir(backupPath(dir, ""))
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("got %v in the folder, want one backup alone", entries)
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Remove("a2")) // a person's word: then it is whole again
	must(t, v.Close())
	if got := care(t, v).Backups; len(got) != 1 || got[0].Accounts != 1 {
		t.Errorf("got %v, want one backup of one account", got)
	}
}
