//go:build unix

package tour_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tokentray/tokentray/test/tour/seat"
)

// TestDamagedVault has a disk that forgot what it was told. The backup is put in its
// place by the keyboard, and nobody has to sign in again.
func TestDamagedVault(t *testing.T) {
	t.Parallel()
	v := visitLightly(t, seat.Sit(t))
	v.connects(northwind)
	v.Await("a backup", func() bool { return len(v.files("data", "backups", "vault-*.db")) > 0 })
	v.ends(agentProgram, syscall.SIGTERM)
	v.damages(filepath.Join(v.home, "data", "vault.db"))

	say("The vault's file is damaged: the window offers what can be done, and the backup is put back by the keyboard.")
	v.tokentray()
	v.window()
	v.sees("the choices", primary, 2500) // the icon alone has fewer
	v.picture("70-damaged")
	if e := v.try("list"); e.code != vaultClosed {
		t.Errorf("list: exit code %d, want %d; it said: %s", e.code, vaultClosed, e.words)
	}
	v.Keys("shift+Tab", "shift+Tab", "Return") // over “Try again” to “Restore it”
	v.Await("the account", func() bool { return v.try("list").code == 0 && v.account(northwind).Name != "" })
	v.awaits(northwind, "fresh")
	v.seesHome()
	if v.happened(northwind, "restored") != 1 {
		t.Error("the history doesn't tell that the account was restored")
	}
	if handed, err := v.inbox.Handed(); err != nil || len(handed) != 1 {
		t.Errorf("the browser was opened %d times, want once, for the first sign-in; %v", len(handed), err)
	}
	v.picture("71-restored")
	if kept := v.files("data", "*damaged*"); len(kept) == 0 {
		t.Error("the damaged file is gone")
	}
}

// files are those of the visitor's Tokentray that match.
func (v *visitor) files(pattern ...string) []string {
	v.t.Helper()
	found, err := filepath.Glob(filepath.Join(append([]string{v.home}, pattern...)...))
	if err != nil {
		v.t.Fatal(err)
	}
	return found
}

// damages flips a few bytes of every page of a file.
func (v *visitor) damages(path string) {
	v.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		v.t.Fatal(err)
	}
	const apart = 61 // less than what any record takes
	for i := 0; i < len(text); i += apart {
		text[i] ^= 0xff
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		v.t.Fatal(err)
	}
}
