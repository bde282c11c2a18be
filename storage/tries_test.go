package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/storage"
)

// onClock is sealedIn with a calendar that is moved by hand.
func onClock(dir string, c *authtest.Clock) *storage.Vault {
	return storage.NewVault(storage.Options{Dir: dir, Keyring: noKeyring{}, PassphraseCost: cheap, Clock: c})
}

// wantWrong tries a wrong passphrase and compares how long the next has to wait.
func wantWrong(t *testing.T, v *storage.Vault, p auth.Secret, wait string) {
	t.Helper()
	err := v.Open(p)
	var e *auth.Error
	switch {
	case !errors.As(err, &e) || e.Vault != auth.VaultKeyWrong || v.State() != auth.VaultKeyWrong:
		t.Errorf("got %v in state %s, want a wrong key", err, v.State())
	case wait == "" && strings.Contains(e.Detail, "try again"):
		t.Errorf("got %q, want no wait", e.Detail)
	case !strings.HasSuffix(e.Detail, wait):
		t.Errorf("got %q, want it to end with %q", e.Detail, wait)
	}
}

func TestWrongPassphrasesHaveToWaitEvenAfterARestart(t *testing.T) {
	dir, clock := closedSealed(t), authtest.NewClock(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	wrong := auth.NewSecret("canary-wrong")
	for n, wait := range []string{
		"", "", "", "", "", "try again in 2 s", "try again in 4 s", "try again in 6 s", "try again in 8 s", "try again in 10 s", "try again in 10 s",
	} {
		v := onClock(dir, clock) // a new process knows no more than the file
		wantWrong(t, v, wrong, wait)
		if n == 10 {
			break
		}
		clock.Advance(10 * time.Second)
	}
	info, err := os.Stat(filepath.Join(dir, storage.TriesName))
	must(t, err)
	if got := info.Mode().Perm(); runtime.GOOS != "windows" && got != 0o600 {
		t.Errorf("got mode %o, want 600", got)
	}
	v := onClock(dir, clock)
	clock.Advance(4500 * time.Millisecond)
	for range 3 { // what comes too soon isn't tried, and isn't counted
		wantWrong(t, v, passphrase, "try again in 6 s")
	}
	clock.JumpWall(-24 * time.Hour) // must not lock anybody out for a day
	wantWrong(t, v, passphrase, "try again in 10 s")
	clock.JumpWall(24*time.Hour + 6*time.Second)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
	wantWrong(t, v, wrong, "") // forgotten
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
}

func TestWrongPassphrasesAreCountedWithoutAFile(t *testing.T) {
	dir, clock := closedSealed(t), authtest.NewClock(time.Unix(1e9, 0))
	must(t, os.Mkdir(filepath.Join(dir, storage.TriesName), 0o700)) // in its way
	v := onClock(dir, clock)
	for range 5 {
		wantWrong(t, v, auth.NewSecret("canary-wrong"), "")
	}
	wantWrong(t, v, auth.NewSecret("canary-wrong"), "try again in 2 s")
	clock.Advance(2 * time.Second)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
}

func TestTriesOfAnotherVaultDoNotCount(t *testing.T) {
	one, two := closedSealed(t), closedSealed(t)
	clock := authtest.NewClock(time.Unix(1e9, 0))
	for range 9 {
		_ = onClock(one, clock).Open(auth.NewSecret("canary-wrong")) // counts, or is refused
	}
	tries, err := os.ReadFile(filepath.Join(one, storage.TriesName))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(two, storage.TriesName), tries, 0o600))
	v := onClock(two, clock)
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
	must(t, os.WriteFile(filepath.Join(two, storage.TriesName), []byte("{junk"), 0o600))
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
}

func TestCostSuitsTheMachine(t *testing.T) {
	for name, row := range map[string]struct {
		perMiB time.Duration // of one pass
		least  time.Duration
		most   time.Duration
	}{
		"very fast": {50 * time.Microsecond, 0, time.Second}, // it can't be made to take longer
		"fast":      {300 * time.Microsecond, time.Second / 2, time.Second},
		"usual":     {2500 * time.Microsecond, time.Second / 2, time.Second},
		"slow":      {6 * time.Millisecond, time.Second / 2, time.Second},
		"very slow": {100 * time.Millisecond, 0, time.Hour}, // never less than one pass over 64 MiB
	} {
		took := func(c storage.PassphraseCost) time.Duration {
			return time.Duration(c.MemoryKiB/1024) * time.Duration(c.Time) * row.perMiB
		}
		cost := storage.SuitableCost(took)
		if got := took(cost); got < row.least || got > row.most {
			t.Errorf("%s: got %s with %+v, want %s to %s", name, got, cost, row.least, row.most)
		}
		if cost.MemoryKiB < 64<<10 || cost.MemoryKiB > 256<<10 || cost.Time < 1 || cost.Time > 10 {
			t.Errorf("%s: got %+v, want 64 to 256 MiB and 1 to 10 passes", name, cost)
		}
	}
}

func TestMeasuredCostOpensAndItsMemoryIsGivenBack(t *testing.T) {
	dir := t.TempDir()
	v := storage.NewVault(storage.Options{Dir: dir, Keyring: noKeyring{}})
	must(t, filled(t, v, passphrase, 1).Close())
	wantOpen(t, v, passphrase, auth.VaultUnlocked)
	must(t, v.Close())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if held := m.HeapSys - m.HeapReleased; held > 48<<20 {
		t.Errorf("got %d MiB that are held after 64 or more were needed, want less than 48", held>>20)
	}
}

func TestCostInAFileIsRefusedBeforeAnythingIsTaken(t *testing.T) {
	dir := closedSealed(t)
	editHeader(t, dir, func(h map[string]any) {
		wrapped, _ := h["passphrase"].(map[string]any)
		wrapped["memory_kib"] = 64 << 20 // 64 GiB
	})
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	wantOpen(t, sealedIn(dir), passphrase, auth.VaultDamaged)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
		t.Errorf("got %d MiB allocated, want next to nothing", took>>20)
	}
}
