package storage_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// settled is a grant of sample n that nothing is wrong with.
func settled(n int) auth.Grant {
	_, _, g := vaulttest.Sample(n)
	g.Attempt, g.Refusal, g.Unverified = auth.Attempt{}, auth.Refusal{}, false
	return g
}

// rotate replaces a grant by its next generation.
func rotate(t *testing.T, v auth.Vault, id auth.AccountID) auth.Grant {
	t.Helper()
	g, err := v.Grant(id)
	must(t, err)
	g.Generation++
	g.RefreshToken = tokenOf(g.Generation)
	must(t, v.PutGrant(id, g.Generation-1, g))
	return g
}

// kept makes a closed vault with accounts 1 to n, whose grants are settled, one
// backup of it, and each grant replaced once since.
func kept(t *testing.T, n int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	v := filled(t, sealedIn(dir), passphrase)
	for i := 1; i <= n; i++ {
		a, c, _ := vaulttest.Sample(i)
		must(t, v.Add(a, c, settled(i)))
	}
	must(t, v.Close())
	if got := len(care(t, v).Backups); got != 1 {
		t.Fatalf("got %d backups, want one", got)
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	for i := 1; i <= n; i++ {
		a, _, _ := vaulttest.Sample(i)
		rotate(t, v, a.ID)
	}
	must(t, v.Close())
	return dir
}

func spoil(t *testing.T, dir string, change func(file []byte) []byte) (spoilt []byte) {
	t.Helper()
	spoilt = change(content(t, dir))
	must(t, os.WriteFile(filepath.Join(dir, storage.FileName), spoilt, 0o600))
	return spoilt
}

func empty([]byte) []byte { return []byte{} }

// wantAside checks that the damaged file was kept.
func wantAside(t *testing.T, dir string, m auth.Mended, want []byte) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, m.SetAside))
	must(t, err)
	if !bytes.Equal(got, want) || !strings.HasPrefix(m.SetAside, storage.FileName+".damaged-") {
		t.Errorf("%s is not what was there", m.SetAside)
	}
}

func TestRestore(t *testing.T) {
	dir := kept(t, 3)
	spoilt := spoil(t, dir, empty)
	v, _ := clocked(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	c := care(t, v)
	if c.State != auth.VaultDamaged || c.SealedBy != "" || len(c.Backups) != 1 || c.Backups[0].Accounts != 3 {
		t.Errorf("got %+v, want a damaged vault with a backup of three accounts", c)
	}
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Passphrase: passphrase})
	must(t, err)
	defer func() { must(t, v.Close()) }()
	if v.State() != auth.VaultUnlocked || !slices.Equal(m.Accounts, []auth.AccountID{"a1", "a2", "a3"}) || m.Lost != 0 {
		t.Errorf("got %+v in state %s, want three accounts", m, v.State())
	}
	wantAside(t, dir, m, spoilt)
	for i := 1; i <= 3; i++ {
		a, _, _ := vaulttest.Sample(i)
		want := settled(i)
		want.Attempt = auth.Attempt{Began: noon.Add(time.Duration(i-1) * storage.DoubtPause), Presentations: 1}
		if got, err := v.Grant(a.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got grant %+v (%v), want it in doubt: %+v", got, err, want)
		}
	}
}

func TestRestoreOfTheOneThatWasChosen(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	must(t, filled(t, v, passphrase, 1).Close())
	clock.Advance(time.Hour)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Add(vaulttest.Sample(2)))
	must(t, v.Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	was := content(t, dir)
	for _, name := range []string{"vault-20200101T000000.000Z.db", "../vault.db", "draft"} {
		if _, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Backup: name}); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("%s: got %v, want that there is none", name, err)
		}
		if got := v.State(); got != auth.VaultUnlocked {
			t.Fatalf("got state %s, want that it is open as it was", got)
		}
	}
	wantUnchanged(t, dir, was)
	older := care(t, v).Backups[1]
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Backup: older.Name}) // it is open: no passphrase needed
	must(t, err)
	if !slices.Equal(m.Accounts, []auth.AccountID{"a1"}) || m.Lost != 1 {
		t.Errorf("got %+v, want one account and one lost", m)
	}
	wantAside(t, dir, m, was)
	wantSamples(t, v, 1) // the sample's attempt is open anyway
}

func TestRestoreNeedsTheKeyAndChangesNothingWithoutIt(t *testing.T) {
	dir := kept(t, 2)
	spoilt := spoil(t, dir, empty)
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	for p, want := range map[auth.Secret]auth.VaultState{{}: auth.VaultLocked, auth.NewSecret("canary-wrong"): auth.VaultKeyWrong} {
		for _, remedy := range []auth.Remedy{auth.RemedyRestore, auth.RemedySalvage} {
			_, err := v.Mend(auth.Mending{Remedy: remedy, Passphrase: p})
			var e *auth.Error
			if !errors.As(err, &e) || e.Vault != want || v.State() != auth.VaultDamaged {
				t.Errorf("%s: got %v in state %s, want %s and that it is still damaged", remedy, err, v.State(), want)
			}
		}
	}
	wantUnchanged(t, dir, spoilt)
}

func TestRestorePassesOverADamagedBackup(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	must(t, filled(t, v, passphrase, 1).Close())
	clock.Advance(time.Hour)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	put(t, v, 1, "renamed")
	must(t, v.Close())
	must(t, os.Truncate(backupPath(dir, care(t, v).Backups[0].Name), 5000))
	spoil(t, dir, empty)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	_, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Passphrase: passphrase})
	must(t, err)
	wantSamples(t, v, 1)
	must(t, v.Close())
}

func TestStartOver(t *testing.T) {
	dir := kept(t, 2)
	spoilt := spoil(t, dir, empty)
	v, _ := clocked(dir)
	wantOpen(t, v, passphrase, auth.VaultDamaged)
	m, err := v.Mend(auth.Mending{Remedy: auth.RemedyStartOver})
	must(t, err)
	wantAside(t, dir, m, spoilt)
	if v.State() != auth.VaultNone || len(m.Accounts) != 0 {
		t.Errorf("got %+v in state %s, want none", m, v.State())
	}
	wantOpen(t, v, passphrase, auth.VaultNone)
	filled(t, v, passphrase, 3)
	wantSamples(t, v, 3)
	old, err := filepath.Glob(filepath.Join(dir, storage.BackupFolder+".damaged-*", "vault-*.db"))
	must(t, err)
	if len(old) != 1 {
		t.Errorf("got %v, want that the backup was moved aside, too", old)
	}
}

func TestVaultThatIsGoneIsDamaged(t *testing.T) {
	for name, left := range map[string]string{
		"backups": storage.BackupFolder, "the ballast": storage.BallastName, "the journal": storage.JournalName,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := filled(t, sealedIn(dir), passphrase, 1)
			v.Note("a1", auth.Event{At: noon, What: auth.EventConnected})
			must(t, v.Close())
			for _, each := range []string{storage.FileName, storage.BackupFolder, storage.BallastName, storage.JournalName} {
				if each != left {
					must(t, os.RemoveAll(filepath.Join(dir, each)))
				}
			}
			wantOpen(t, v, passphrase, auth.VaultDamaged)
			if err := v.Create(passphrase); err == nil {
				t.Error("a new vault was made")
			}
			_, err := v.Mend(auth.Mending{Remedy: auth.RemedyRestore, Passphrase: passphrase})
			if restored := err == nil; restored != (left == storage.BackupFolder) {
				t.Errorf("restoring: %v", err)
			}
		})
	}
}

func TestMendLeavesAVaultThatAnotherProgramHolds(t *testing.T) {
	dir := kept(t, 1)
	holder := sealedIn(dir)
	wantOpen(t, holder, passphrase, auth.VaultUnlocked)
	defer func() { must(t, holder.Close()) }()
	_, err := sealedIn(dir).Mend(auth.Mending{Remedy: auth.RemedyStartOver})
	var e *auth.Error
	if !errors.As(err, &e) || e.Vault != auth.VaultInUse {
		t.Errorf("got %v, want that it is in use", err)
	}
}

// A remedy that is killed leaves the damaged file, or the mended one, or what Open
// calls damaged.
func TestMendSurvivesBeingKilled(t *testing.T) {
	const rounds = 30
	source := kept(t, 3)
	seen := map[auth.VaultState]int{}
	for n := range rounds {
		dir := t.TempDir()
		must(t, os.CopyFS(dir, os.DirFS(source)))
		spoilt := spoil(t, dir, func(file []byte) []byte { return file[:3*os.Getpagesize()] })
		c := startChild(t, nil, []string{"restore", "salvage"}[n%2], dir)
		must(t, c.Start())
		if !c.lines.Scan() {
			t.Fatal("the child said nothing")
		}
		life := time.AfterFunc(rand.N(25*time.Millisecond), func() { _ = c.Process.Kill() })
		for c.lines.Scan() {
		}
		_ = c.Wait() // it was killed, or done
		life.Stop()
		v := sealedIn(dir)
		_ = v.Open(passphrase) // its state says it
		seen[v.State()]++
		if v.State() == auth.VaultDamaged {
			_, err := v.Mend(auth.Mending{Remedy: auth.RemedySalvage, Passphrase: passphrase})
			must(t, err)
		}
		contents, err := v.Contents()
		must(t, err)
		must(t, v.Close())
		if len(contents.Accounts) != 3 || !slices.ContainsFunc(asides(t, dir), func(b []byte) bool { return bytes.Equal(b, spoilt) }) {
			t.Errorf("got %d accounts, want three, and the damaged file beside them", len(contents.Accounts))
		}
	}
	t.Log(seen)
}

func asides(t *testing.T, dir string) (files [][]byte) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, storage.FileName+".damaged-*"))
	must(t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		must(t, err)
		files = append(files, b)
	}
	return files
}
