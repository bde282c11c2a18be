//go:build unix

package tour_test

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/test/tour/seat"
)

// option is something on the settings' screen, by how often Tab is pressed from where
// the keyboard begins.
type option int

// The options, and the buttons about the vault.
const (
	startsAtLogin    option = 1
	darkLook         option = 5
	clears15s        option = 8
	lockNow          option = 19
	newPassphrase    option = 20
	secondPassphrase option = 2 // from the first one, where the keyboard is then
)

// darkGround is the ground of the dark look (ui/window/palette.go).
var darkGround = color.RGBA{R: 0x12, G: 0x15, B: 0x1C, A: 0xFF}

// TestSettings changes what can be wished for, and has it at once.
func TestSettings(t *testing.T) {
	t.Parallel()
	v := visitLightly(t, seat.Sit(t))
	v.connects(northwind)
	v.tokentray()
	v.window()
	v.seesHome()

	v.startsAtLogin()
	v.turnsDark()
	v.clearsSooner()
	v.takesPassphrase()
	v.unlocksByPassphrase()
}

// sets goes to the settings, and chooses an option there.
func (v *visitor) sets(o option) {
	v.t.Helper()
	v.Keys("Escape")
	v.seesHome()
	v.chooses(settingsLink)
	v.seesNo("the settings", freshTone, 50)
	v.tabs(int(o))
	v.Keys("Return")
}

func (v *visitor) startsAtLogin() {
	v.t.Helper()
	say("Settings: starting with the desktop.")
	entry := filepath.Join(v.Bus.Home, "config", "autostart", "io.github.tokentray.Tokentray.desktop")
	if _, err := os.Stat(entry); err == nil {
		v.t.Fatal("it starts with the desktop although nobody wished that")
	}
	v.sets(startsAtLogin)
	v.Await("an autostart entry for the agent", func() bool {
		text, err := os.ReadFile(entry)
		return err == nil && strings.Contains(string(text), filepath.Join(programs, command)) && !strings.Contains(string(text), "Hidden=true")
	})
	v.picture("50-settings")
}

func (v *visitor) turnsDark() {
	v.t.Helper()
	say("The dark look, at once.")
	v.sets(darkLook)
	v.sees("a dark window", darkGround, 100_000)
	v.picture("51-dark")
	v.Keys("shift+Tab", "Return") // “Light”
	v.seesNo("a light window", darkGround, 50)
}

// clearsSooner has a copied token taken off the clipboard after 15 seconds.
func (v *visitor) clearsSooner() {
	v.t.Helper()
	say("A copied token stays on the clipboard for 15 seconds.")
	const wish = 15 * time.Second
	v.sets(clears15s)
	v.Keys("Escape")
	v.seesHome()
	v.Keys("Return")
	v.holdsToken(northwind)
	copied := time.Now()
	v.AwaitFor(wish+seat.Patience/2, "an empty clipboard", func() bool { return v.Clipboard() == "" })
	if took := time.Since(copied); took < wish/2 {
		v.t.Errorf("the clipboard was cleared after %s, want about %s", took, wish)
	}
}

// takesPassphrase has a passphrase open the vault from now on.
func (v *visitor) takesPassphrase() {
	v.t.Helper()
	say("A passphrase in place of the keyring.")
	v.sets(newPassphrase)
	v.Type(passphrase)
	v.tabs(int(secondPassphrase))
	v.Type(passphrase)
	v.picture("52-new-passphrase")
	v.Keys("Return")
	v.Await("the end of the change", func() bool { return !v.window().Look().Square(primary, 12) })
}

// unlocksByPassphrase locks the vault, and opens it again after a few mistakes.
func (v *visitor) unlocksByPassphrase() {
	v.t.Helper()
	say("Locking the vault. Only the passphrase opens it, and whoever guesses has to wait.")
	v.sets(lockNow)
	v.Await("a locked vault", func() bool { return v.try("list").code == vaultClosed })
	if e := v.try("unlock"); e.code != vaultClosed {
		v.t.Errorf("unlock without a passphrase: exit code %d, want %d; it said: %s", e.code, vaultClosed, e.words)
	}
	v.seesSheet()
	v.picture("53-locked")
	v.Type("canary-wrong")
	v.Keys("Return")
	v.sees("a sentence about the wrong passphrase", needsTone, 150)
	wrong := v.furnishes("wrong", "canary-wrong")
	v.Await("a sentence that says to wait", func() bool {
		e := v.try("--passphrase-file="+wrong, "unlock")
		return e.code != 0 && strings.Contains(e.words, "too many wrong passphrases")
	})
	v.Await("an open vault", func() bool {
		v.Keys("ctrl+a")
		v.Type(passphrase)
		v.Keys("Return")
		opened := time.Now().Add(2 * time.Second)
		for time.Now().Before(opened) {
			if v.try("list").code == 0 {
				return true
			}
		}
		return false
	})
	v.awaits(northwind, "fresh")
	v.seesHome()
	v.picture("54-unlocked")
}
