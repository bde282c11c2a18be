//go:build unix

package tour_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tokentray/tokentray/test/tour/seat"
)

const passphrase = "canary-passphrase"

// vaultClosed is the exit code of commands that need an open vault.
const vaultClosed = 6

// passphraseFile is the flag that opens the vault with the passphrase.
func (v *visitor) passphraseFile() (flag string) {
	v.t.Helper()
	return "--passphrase-file=" + v.furnishes("passphrase", passphrase)
}

// furnishes writes a file with one line.
func (v *visitor) furnishes(name, line string) (path string) {
	v.t.Helper()
	path = filepath.Join(v.Bus.Home, name)
	if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
		v.t.Fatal(err)
	}
	return path
}

// TestLockedKeyring starts while the keyring is locked.
func TestLockedKeyring(t *testing.T) {
	t.Parallel()
	v := visitWithKeyring(t, seat.Sit(t))
	v.connects(northwind)
	v.ends(agentProgram, syscall.SIGTERM)

	say("Starting while the keyring is locked: the window says so, and goes on by itself once it is open.")
	v.keyring.Lock(t)
	v.tokentray()
	v.window()
	v.seesSheet()
	v.picture("30-keyring-locked")
	e := v.try("list")
	if e.code != vaultClosed || !strings.Contains(e.words, "Your keyring is locked") {
		t.Errorf("list: exit code %d, want %d; it said: %s", e.code, vaultClosed, e.words)
	}
	v.keyring.Unlock(t)
	v.seesHome()
	v.picture("31-keyring-open")
	v.awaits(northwind, "fresh")
}

// TestPassphrase starts with a vault that a passphrase opens.
func TestPassphrase(t *testing.T) {
	t.Parallel()
	v := visit(t, seat.Sit(t))
	v.tokentray(v.passphraseFile(), "list")
	v.connects(northwind)
	v.ends(agentProgram, syscall.SIGTERM)

	say("Starting with a vault that is sealed with a passphrase: a wrong one gets a sentence, the right one opens it.")
	v.tokentray()
	v.window()
	v.seesSheet()
	v.picture("32-passphrase")
	v.Type("canary-wrong")
	v.Keys("Return")
	v.sees("a sentence about the wrong passphrase", needsTone, 150)
	v.picture("33-passphrase-wrong")
	v.Keys("ctrl+a")
	v.Type(passphrase)
	v.Keys("Return")
	v.seesHome()
	v.picture("34-passphrase-right")
	v.awaits(northwind, "fresh")
}

// seesSheet waits for the window of somebody whose vault is closed: a heading on an
// empty ground, and no account.
func (v *visitor) seesSheet() {
	v.t.Helper()
	v.sees("a sheet with words", ink, 200)
}

// TestWithoutOpenGL has a display that can't show the window.
func TestWithoutOpenGL(t *testing.T) {
	t.Parallel()
	s := seat.Sit(t, "-extension", "GLX")
	s.Panel()
	v := visitWithKeyring(t, s)

	say("Without OpenGL: no window, and a sentence that says why; the tray and the command line go on.")
	e := v.try("window")
	if e.code != 1 || !strings.Contains(e.words, "OpenGL") {
		t.Errorf("window: exit code %d, want 1; it said: %s", e.code, e.words)
	}
	if e := v.try(); e.code != 0 || !strings.Contains(e.words, "OpenGL") {
		t.Errorf("start: exit code %d, want 0; it said: %s", e.code, e.words)
	}
	v.goesOn()
	v.Await("an icon in the tray", v.HasIcon)
	v.Choose("Copy token · " + northwind)
	v.holdsToken(northwind)
}

// goesOn connects an account and gets its token by the command line.
func (v *visitor) goesOn(more ...string) {
	v.t.Helper()
	v.connects(northwind, more...)
	if e := v.try(append(more, "token", northwind)...); e.code != 0 || e.out == "" {
		v.t.Errorf("token: exit code %d and %d bytes, want 0 and a token; it said: %s", e.code, len(e.out), e.words)
	}
}

// TestWithoutDisplay is a session on a server.
func TestWithoutDisplay(t *testing.T) {
	t.Parallel()
	v := visitWithKeyring(t, seat.Sit(t))
	say("Without a display: a greeting in place of the window; copying says what it lacks.")
	if e := v.try("DISPLAY="); e.code != 0 || !strings.Contains(e.words, "running in the background") {
		t.Errorf("start: exit code %d, want 0; it said: %s", e.code, e.words)
	}
	if e := v.try("DISPLAY=", "window"); e.code != 1 || !strings.Contains(e.words, "no display") {
		t.Errorf("window: exit code %d, want 1; it said: %s", e.code, e.words)
	}
	v.goesOn("DISPLAY=")
	if e := v.try("DISPLAY=", "copy", northwind); e.code != 1 || !strings.Contains(e.words, "no display") {
		t.Errorf("copy: exit code %d, want 1; it said: %s", e.code, e.words)
	}
}

// TestWithoutPanel is a desktop that has no tray at first.
func TestWithoutPanel(t *testing.T) {
	t.Parallel()
	s := seat.Sit(t)
	v := visitWithKeyring(t, s)
	say("Without a tray: everything else works, and the icon comes with the panel.")
	v.tokentray()
	v.window()
	v.seesInvitation()
	v.goesOn()
	v.seesHome()
	s.Panel()
	v.Await("an icon in the tray", v.HasIcon)
	v.picture("35-panel-came-later")
}

// TestWithoutBus has no D-Bus, so neither keyring nor tray nor notifications.
func TestWithoutBus(t *testing.T) {
	t.Parallel()
	v := visit(t, seat.Sit(t))
	v.env = append(v.env, "DBUS_SESSION_BUS_ADDRESS=")
	say("Without D-Bus: a passphrase in place of the keyring, the window in place of the tray.")
	v.tokentray()
	v.window()
	v.picture("36-no-keyring")
	v.tokentray(v.passphraseFile(), "list")
	v.goesOn()
	v.seesHome()
	v.picture("37-no-bus")
	log, err := os.ReadFile(filepath.Join(v.home, "data", "agent.log"))
	if err != nil || !strings.Contains(string(log), "no tray icon; everything else goes on") {
		t.Errorf("the agent's log says nothing about the tray: %v", err)
	}
}
