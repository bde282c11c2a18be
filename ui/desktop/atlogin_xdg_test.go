//go:build unix && !darwin

package desktop_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/ui/desktop"
)

// loginOf is an AtLogin in folders of its own.
func loginOf(t *testing.T) (login desktop.AtLogin, own, everybodys string) {
	t.Helper()
	home, shared := t.TempDir(), t.TempDir()
	login, err := desktop.NewAtLogin(func(name string) string {
		return map[string]string{"HOME": home, "XDG_CONFIG_DIRS": shared}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	const name = "io.github.tokentray.Tokentray.desktop"
	return login, filepath.Join(home, ".config", "autostart", name), filepath.Join(shared, "autostart", name)
}

func TestTheTrayStartsAtLoginOnceItIsTurnedOn(t *testing.T) {
	login, own, _ := loginOf(t)
	is := func(what string, want bool) {
		t.Helper()
		if got, err := login.Is(); err != nil || got != want {
			t.Errorf("%s: got %t, %v, want %t", what, got, err, want)
		}
	}
	is("at first", false)
	if err := login.TurnOn(); err != nil {
		t.Fatal(err)
	}
	is("turned on", true)
	text, err := os.ReadFile(own)
	if err != nil || !strings.Contains(string(text), " --hidden\n") {
		t.Errorf("the entry is %q, %v", text, err)
	}
	if check, err := exec.LookPath("desktop-file-validate"); err == nil {
		if out, err := exec.Command(check, own).CombinedOutput(); err != nil {
			t.Errorf("the entry is not valid: %s", out)
		}
	}
	if err := login.TurnOff(); err != nil {
		t.Fatal(err)
	}
	is("turned off", false)
}

func TestAnEntryForEverybodyCanBeTurnedOff(t *testing.T) {
	login, _, everybodys := loginOf(t)
	if err := os.MkdirAll(filepath.Dir(everybodys), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(everybodys, []byte("[Desktop Entry]\nType=Application\nExec=tokentray --hidden\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := login.Is(); err != nil || !got {
		t.Errorf("installed for everybody: got %t, %v", got, err)
	}
	if err := login.TurnOff(); err != nil {
		t.Fatal(err)
	}
	if got, err := login.Is(); err != nil || got {
		t.Errorf("turned off by this person: got %t, %v", got, err)
	}
}
