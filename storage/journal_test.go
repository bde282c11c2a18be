package storage_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/storage"
)

// event is one with every field.
func event(at time.Time, detail string) auth.Event {
	return auth.Event{
		At: at, What: auth.EventRefreshFailed, Outcome: auth.OutcomeTransient, Kind: auth.KindUnreachable,
		Said: auth.Said{Status: 503, Code: "busy", Description: "come back later"}, Detail: detail, More: 4,
	}
}

func history(t *testing.T, v auth.Vault, id auth.AccountID) []auth.Event {
	t.Helper()
	events, err := v.History(id)
	must(t, err)
	return events
}

func wantHistory(t *testing.T, v auth.Vault, id auth.AccountID, want ...auth.Event) {
	t.Helper()
	if got := history(t, v, id); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("got %d events, want %d: %+v", len(got), len(want), want)
	}
}

// journaled is an open vault with accounts 1 and 2, with its clock.
func journaled(t *testing.T, dir string) (*storage.Vault, *authtest.Clock) {
	t.Helper()
	v, clock := clocked(dir)
	filled(t, v, passphrase, 1, 2)
	clock.Await(1)
	return v, clock
}

func journalOf(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, storage.JournalName))
	must(t, err)
	return b
}

func TestHistoryIsSeenAtOnceAndComesBack(t *testing.T) {
	dir := t.TempDir()
	v, _ := journaled(t, dir)
	first, second, other := event(noon, "canary-first"), event(noon.Add(time.Second), "second"), event(noon, "other")
	v.Note("a1", first)
	wantHistory(t, v, "a1", first)
	v.Note("a1", second)
	v.Note("a2", other)
	wantHistory(t, v, "a1", first, second)
	must(t, v.Close())
	if _, err := v.History("a1"); err == nil {
		t.Error("a closed vault told its history")
	}
	if bytes.Contains(journalOf(t, dir), []byte("canary-first")) {
		t.Error("the journal isn't sealed")
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	wantHistory(t, v, "a1", first, second)
	wantHistory(t, v, "a2", other)
	wantHistory(t, v, "a3")
}

func TestHistoryIsWrittenWithinTenSecondsOrWhenThereIsMuch(t *testing.T) {
	dir := t.TempDir()
	v, clock := journaled(t, dir)
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, storage.JournalName))
		if err != nil {
			return 0
		}
		return info.Size()
	}
	v.Note("a1", event(noon, "one"))
	clock.Advance(10 * time.Second)
	eventually(t, "a journal", func() bool { return size() > 0 })
	was := size()
	for n := range 640 {
		v.Note("a2", event(noon, fmt.Sprint(n)))
	}
	eventually(t, "a larger journal, with the clock standing", func() bool { return size() > was })
	if got := len(history(t, v, "a2")); got != 640 {
		t.Errorf("got %d events, want 640", got)
	}
}

func TestHistoryOfALockedVaultIsKeptForLater(t *testing.T) {
	dir := t.TempDir()
	v, _ := journaled(t, dir)
	must(t, v.Close())
	for n := range 1100 {
		v.Note("a1", event(noon.Add(time.Duration(n)*time.Second), fmt.Sprint(n)))
	}
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	got := history(t, v, "a1")
	if len(got) != 1000 || got[0].Detail != "100" || got[999].Detail != "1099" {
		t.Errorf("got %d events, from %v, want the last thousand", len(got), got[:1])
	}
}

// What matters for support outlives what happens by itself every hour.
func TestRoutineLeavesACrowdedHistoryFirst(t *testing.T) {
	dir := t.TempDir()
	v, _ := journaled(t, dir)
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	v.Note("a1", auth.Event{At: at(0), What: auth.EventConnected}, auth.Event{At: at(1), What: auth.EventRefreshFailed})
	for n := range 1500 {
		v.Note("a1", auth.Event{At: at(2 + n), What: []auth.EventKind{auth.EventRefreshed, auth.EventTaken}[n%2], Detail: fmt.Sprint(n)})
		if n == 600 || n == 1400 {
			must(t, v.Close())
			wantOpen(t, v, passphrase, auth.VaultUnlocked)
		}
	}
	for _, when := range []string{"while some wait", "when all is written"} {
		got := history(t, v, "a1")
		if len(got) != 1000 || got[0].What != auth.EventConnected || got[1].What != auth.EventRefreshFailed ||
			got[2].Detail != "502" || got[999].Detail != "1499" {
			t.Errorf("%s: got %d events that begin with %+v", when, len(got), got[:3])
		}
		must(t, v.Close())
		wantOpen(t, v, passphrase, auth.VaultUnlocked)
	}
}

func TestHistoryEnds(t *testing.T) {
	dir := t.TempDir()
	v, clock := journaled(t, dir)
	v.Note("a1", event(noon, "old"))
	v.Note("a2", event(noon, "old"))
	must(t, v.Close())
	full := journalOf(t, dir)
	clock.Sleep(auth.HistoryTime - time.Hour)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	young := event(clock.Wall(), "young")
	v.Note("a1", young)
	wantHistory(t, v, "a1", event(noon, "old"), young)
	clock.Sleep(2 * time.Hour)
	wantHistory(t, v, "a1", young)
	for n := range 1200 {
		v.Note("a1", event(clock.Wall(), fmt.Sprint(n)))
		if n%500 == 0 {
			wantHistory(t, v, "a2") // and lets the journal come along
			must(t, v.Close())
			wantOpen(t, v, passphrase, auth.VaultUnlocked)
		}
	}
	if got := history(t, v, "a1"); len(got) != 1000 || got[999].Detail != "1199" {
		t.Errorf("got %d events, want the last thousand", len(got))
	}
	must(t, v.Remove("a1"))
	wantHistory(t, v, "a1")
	must(t, v.Close())
	must(t, os.WriteFile(filepath.Join(dir, storage.JournalName), full, 0o600)) // as if the removal had not come to it
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	eventually(t, "a journal without the removed account", func() bool { return len(history(t, v, "a1")) == 0 })
}

func TestDamagedHistoryBeginsAnew(t *testing.T) {
	for name, spoiled := range map[string]func([]byte) []byte{
		"empty":   func([]byte) []byte { return nil },
		"text":    func([]byte) []byte { return []byte("Dear diary") },
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"flipped": func(b []byte) []byte { b[8] ^= 1; b[20] ^= 1; return b },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v, _ := journaled(t, dir)
			v.Note("a1", event(noon, "lost"))
			must(t, v.Close())
			bad := spoiled(journalOf(t, dir))
			must(t, os.WriteFile(filepath.Join(dir, storage.JournalName), bad, 0o600))
			wantOpen(t, v, passphrase, auth.VaultUnlocked)
			v.Note("a1", event(noon, "new"))
			wantHistory(t, v, "a1", event(noon, "new"))
			must(t, v.Close())
			wantOpen(t, v, passphrase, auth.VaultUnlocked)
			wantHistory(t, v, "a1", event(noon, "new"))
			aside, err := os.ReadFile(filepath.Join(dir, storage.JournalName+".damaged"))
			if err != nil || !bytes.Equal(aside, bad) {
				t.Errorf("the damaged journal was not kept: %v", err)
			}
		})
	}
}

func TestHistoryOfAnotherVaultIsNotShown(t *testing.T) {
	dir := t.TempDir()
	v, _ := journaled(t, dir)
	v.Note("a1", event(noon, "mine"))
	must(t, v.Close())
	other := t.TempDir()
	must(t, os.WriteFile(filepath.Join(other, storage.JournalName), journalOf(t, dir), 0o600))
	w := sealedIn(other)
	_ = w.Open(passphrase) // a journal without its vault: damage
	_, err := w.Mend(auth.Mending{Remedy: auth.RemedyStartOver})
	must(t, err)
	filled(t, w, passphrase, 1)
	must(t, w.Close())
	must(t, os.WriteFile(filepath.Join(other, storage.JournalName), journalOf(t, dir), 0o600))
	wantOpen(t, w, passphrase, auth.VaultUnlocked)
	wantHistory(t, w, "a1")
}

func TestHistoryStaysSmall(t *testing.T) {
	dir := t.TempDir()
	v, clock := journaled(t, dir)
	v.LimitJournal(256 << 10)
	long := string(bytes.Repeat([]byte("x"), 2000))
	last := 0
	for round := range 4 {
		for n := range 100 {
			last = round*100 + n
			v.Note("a1", event(noon, fmt.Sprint(last, long)))
		}
		must(t, v.Close())
		wantOpen(t, v, passphrase, auth.VaultUnlocked)
		clock.Await(1)
	}
	got := history(t, v, "a1")
	if size := len(journalOf(t, dir)); size > 512<<10 {
		t.Errorf("got a journal of %d bytes, want that it was cut down to some 256 KiB", size)
	}
	if len(got) < 20 || got[len(got)-1].Detail != fmt.Sprint(last, long) {
		t.Errorf("got %d events, want the newest of them", len(got))
	}
}

func TestNoteDoesNotWaitForTheDisk(t *testing.T) {
	dir := t.TempDir()
	v, _ := journaled(t, dir)
	release := v.HoldJournal() // as a flush that hangs
	for range 200 {
		v.Note("a1", event(noon, "x"))
	}
	a, err := v.Contents() // nor does the vault
	must(t, err)
	if len(a.Accounts) != 2 {
		t.Errorf("got %d accounts, want two", len(a.Accounts))
	}
	put(t, v, 1, "renamed")
	release()
	if got := len(history(t, v, "a1")); got != 200 {
		t.Errorf("got %d events, want 200", got)
	}
}

func TestHistoryIsInTheOrderOfTime(t *testing.T) {
	dir := t.TempDir()
	v, _ := journaled(t, dir)
	late, first := event(noon.Add(time.Minute), "late"), event(noon, "first")
	v.Note("a1", late)
	v.Note("a1", first)
	wantHistory(t, v, "a1", first, late)
}
