package storage_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/storage/vaulttest"
)

// traces are the files of dir in which what is found.
func traces(t *testing.T, dir string, what []byte) (names []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, what) {
			names = append(names, path)
		}
		return err
	}))
	return names
}

func TestWhatWasRemovedIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	v, clock := clocked(dir)
	filled(t, v, passphrase, 1, 2)
	must(t, v.Close())
	var records [][]byte
	for bucket, id := range map[string]string{"accounts": "a1", "grants": "a1", "clients": "c1"} {
		records = append(records, recordOf(t, dir, bucket, id))
	}
	for _, r := range records {
		if got := traces(t, dir, r); len(got) != 2 {
			t.Fatalf("got a record in %v, want it in the vault and its backup", got)
		}
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	clock.Advance(time.Hour)
	rotate(t, v, "a1") // so that an older one is left in the file
	must(t, v.Remove("a1"))
	for _, r := range records {
		if got := traces(t, filepath.Join(dir, storage.FileName), r); len(got) != 0 {
			t.Errorf("got a removed record in %v", got)
		}
	}
	wantSamples(t, v, 2)
	eventually(t, "one backup without it", func() bool {
		backups := care(t, v).Backups
		return len(backups) == 1 && backups[0].Accounts == 1
	})
	must(t, v.Close())
	for _, r := range records {
		if got := traces(t, dir, r); len(got) != 0 {
			t.Errorf("got a removed record in %v", got)
		}
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	wantSamples(t, v, 2)
}

func TestLargeVaultIsMadeSmallerWhenMostOfItIsFree(t *testing.T) {
	dir := t.TempDir()
	v := filled(t, sealedIn(dir), passphrase)
	const accounts = 12
	for n := range accounts {
		a, c, g := vaulttest.Sample(n + 1)
		g.AccessToken = auth.NewSecret("canary-" + string(make([]byte, 300<<10)))
		must(t, v.Add(a, c, g))
	}
	large := len(content(t, dir))
	sizes := []int{large}
	for n := range accounts - 1 {
		a, _, _ := vaulttest.Sample(n + 1)
		must(t, v.Remove(a.ID))
		sizes = append(sizes, len(content(t, dir)))
	}
	must(t, v.Close())
	if first, last := sizes[1], sizes[len(sizes)-1]; large < 4<<20 || first < large || last > large/4 {
		t.Errorf("got sizes %v, want a large file that stays so while it is used and is small then", sizes)
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	contents, err := v.Contents()
	must(t, err)
	if len(contents.Accounts) != 1 || len(contents.Unreadable) != 0 {
		t.Errorf("got %d accounts, %v unreadable, want the last one", len(contents.Accounts), contents.Unreadable)
	}
}

func TestWriteAndReadGoOnWhileAccountsAreRemoved(t *testing.T) {
	dir := t.TempDir()
	v := filled(t, sealedIn(dir), passphrase, 1, 2, 3, 4, 5, 6)
	removed := make(chan error, 1)
	go func() {
		var err error
		for n := 2; n <= 6 && err == nil; n++ {
			a, _, _ := vaulttest.Sample(n)
			err = v.Remove(a.ID)
		}
		removed <- err
	}()
	last := auth.Generation(0)
	for done := false; !done; {
		select {
		case err := <-removed:
			must(t, err)
			done = true
		default:
		}
		last = rotate(t, v, "a1").Generation
	}
	must(t, v.Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	if g, err := v.Grant("a1"); err != nil || g.Generation != last {
		t.Errorf("got generation %d (%v), want %d", g.Generation, err, last)
	}
}

// A removal that is killed leaves the account or doesn't, and the others in any case.
func TestRemovalSurvivesBeingKilled(t *testing.T) {
	const rounds = 20
	seen := map[int]int{}
	for range rounds {
		dir := t.TempDir()
		must(t, filled(t, sealedIn(dir), passphrase, 1, 2, 3).Close())
		record := recordOf(t, dir, "grants", "a2")
		c := startChild(t, nil, "remove", dir)
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
		wantOpen(t, v, passphrase, auth.VaultUnlocked)
		contents, err := v.Contents()
		must(t, err)
		left := len(contents.Accounts)
		seen[left]++
		if left < 2 || len(contents.Unreadable) != 0 {
			t.Errorf("got %d accounts, %v unreadable, want two or three", left, contents.Unreadable)
		}
		must(t, v.Close()) // with what was left undone
		_, err = v.Care()
		must(t, err)
		if found := traces(t, dir, record); left == 2 && len(found) > 0 {
			t.Errorf("got the removed grant in %v", found)
		}
		if b := care(t, v).Backups; len(b) == 0 || b[0].Accounts != left || slices.ContainsFunc(b, func(b auth.Backup) bool { return left == 2 && b.Accounts != 2 }) {
			t.Errorf("got backups %v, want of %d accounts", b, left)
		}
	}
	t.Log(seen)
}
