package storage_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
)

func TestNoSavedGenerationIsLostWhenKilled(t *testing.T) {
	const rounds = 50
	dir := t.TempDir()
	must(t, filled(t, sealedIn(dir), passphrase, 1).Close())
	saved := 0
	for range rounds {
		last, said := killWhileRotating(t, dir)
		saved += said
		v := sealedIn(dir)
		wantOpen(t, v, passphrase, auth.VaultUnlocked)
		g, err := v.Grant("a1")
		must(t, err)
		must(t, v.Close())
		if g.Generation < last || g.Generation > last+1 {
			t.Fatalf("got generation %d, want %d, which was said to be saved, or the one under way", g.Generation, last)
		}
		if said > 1 && !g.RefreshToken.Equal(tokenOf(g.Generation)) {
			t.Fatalf("generation %d has another's refresh token", g.Generation)
		}
	}
	t.Logf("%d generations saved in %d rounds", saved, rounds)
}

// killWhileRotating lets a child rotate for a while, kills it at any moment, and
// returns the last generation it said was saved, and how many it said.
func killWhileRotating(t *testing.T, dir string) (last auth.Generation, said int) {
	t.Helper()
	c := startChild(t, nil, "rotate", dir)
	must(t, c.Start())
	first := c.lines.Scan()
	life := time.AfterFunc(rand.N(60*time.Millisecond), func() { _ = c.Process.Kill() }) // it can't be gone before
	defer life.Stop()
	for more := first; more; more = c.lines.Scan() {
		n, err := strconv.ParseUint(c.lines.Text(), 10, 64)
		must(t, err)
		last = auth.Generation(n)
		said++
	}
	_ = c.Wait() // it was killed
	if !first {
		t.Fatal("the child said nothing")
	}
	return last, said
}

func TestVaultIsWholeOrNoneWhenKilledWhileItIsMade(t *testing.T) {
	const rounds = 15
	seen := map[auth.VaultState]int{}
	for range rounds {
		dir := t.TempDir()
		c := startChild(t, nil, "create", dir)
		must(t, c.Start())
		if !c.lines.Scan() {
			t.Fatal("the child said nothing")
		}
		life := time.AfterFunc(rand.N(15*time.Millisecond), func() { _ = c.Process.Kill() })
		for c.lines.Scan() {
		}
		_ = c.Wait() // it was killed, or done
		life.Stop()
		v := sealedIn(dir)
		must(t, v.Open(passphrase))
		seen[v.State()]++
		if v.State() == auth.VaultNone {
			must(t, v.Create(passphrase)) // what the crash left is not in the way
		}
		must(t, v.Close())
		if _, err := os.Lstat(filepath.Join(dir, storage.FileName+".new")); err == nil && v.State() == auth.VaultNone {
			t.Error("the draft of a vault was left")
		}
	}
	t.Log(seen)
}

// Whatever a kill in the middle of a backup leaves: the vault is as it was said to
// be, and everything that has a backup's name is one.
func TestBackupsAreWholeWhenKilledWhileTheyAreMade(t *testing.T) {
	const rounds = 20
	dir, drafts, whole := t.TempDir(), 0, 0
	must(t, filled(t, sealedIn(dir), passphrase, 1, 2, 3).Close())
	for range rounds {
		last := killWhileSaving(t, dir)
		left, err := filepath.Glob(backupPath(dir, "*"))
		must(t, err)
		for _, path := range left {
			if filepath.Ext(path) != ".db" {
				drafts++
				continue
			}
			whole++
			wantBackup(t, path)
		}
		v := sealedIn(dir)
		wantOpen(t, v, passphrase, auth.VaultUnlocked)
		contents, err := v.Contents()
		must(t, err)
		if len(contents.Accounts) != 3 || len(contents.Unreadable) != 0 {
			t.Fatalf("got %d accounts, %v unreadable, want three", len(contents.Accounts), contents.Unreadable)
		}
		if next := nameAfter(t, last); contents.Accounts[0].Name != last && contents.Accounts[0].Name != next {
			t.Fatalf("got the name %q, want %q, which was said to be saved, or %q", contents.Accounts[0].Name, last, next)
		}
		must(t, v.Close())
	}
	if whole == 0 {
		t.Error("no backup was there to be looked at")
	}
	t.Logf("%d kills left %d drafts; %d backups were opened", rounds, drafts, whole)
}

// killWhileSaving lets a child make backups for a while, kills it at any moment,
// and returns the last name it said was saved.
func killWhileSaving(t *testing.T, dir string) (last string) {
	t.Helper()
	c := startChild(t, nil, "save", dir)
	must(t, c.Start())
	if !c.lines.Scan() {
		t.Fatal("the child said nothing")
	}
	last = c.lines.Text()
	life := time.AfterFunc(rand.N(40*time.Millisecond), func() { _ = c.Process.Kill() }) // it can't be gone before
	defer life.Stop()
	for c.lines.Scan() {
		last = c.lines.Text()
	}
	_ = c.Wait() // it was killed
	return last
}

func nameAfter(t *testing.T, name string) string {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimPrefix(name, "renamed-"))
	must(t, err)
	return "renamed-" + strconv.Itoa(n+1)
}

// wantBackup opens a backup as the vault that it would be.
func wantBackup(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, storage.FileName), text, 0o600))
	v := sealedIn(dir)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	contents, err := v.Contents()
	must(t, err)
	if len(contents.Accounts) != 3 || len(contents.Unreadable) != 0 {
		t.Errorf("%s: got %d accounts, %v unreadable, want three", filepath.Base(path), len(contents.Accounts), contents.Unreadable)
	}
	must(t, v.Close())
}
