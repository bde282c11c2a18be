package window_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/window"
)

// toSettings goes to the settings at a desk that keeps p; what is kept then is sent to the channel.
func toSettings(t *testing.T, p auth.Preferences, options ...func(*stage)) (*stage, <-chan auth.Preferences) {
	t.Helper()
	kept := make(chan auth.Preferences, 4)
	unlocked := snapshot(account("a", "Service desk"))
	unlocked.SealedBy = auth.SealedByKeyring
	s := open(t, unlocked, append([]func(*stage){func(s *stage) {
		s.desk.prefs = p
		s.desk.prefer = func(p auth.Preferences) error {
			if p.Network.Proxy == "nonsense" {
				return &auth.Error{Kind: auth.KindUsage, Detail: "the proxy is not an address"}
			}
			kept <- p
			return nil
		}
		s.desk.care = auth.Care{SealedBy: auth.SealedByKeyring}
	}}, options...)...)
	s.tap("Settings")
	s.sees("Each change is kept at once.")
	return s, kept
}

// next is what is kept next.
func next(s *stage, kept <-chan auth.Preferences) (p auth.Preferences) {
	s.Helper()
	s.until("something is kept", func() bool {
		select {
		case p = <-kept:
			return true
		default:
			return false
		}
	})
	return p
}

// entry is the field below a label.
func (s *stage) entry(label string) field {
	s.Helper()
	seen := false
	for _, o := range objects(s.w.Content()) {
		if textOf(o) == label {
			seen = true
		}
		if f, ok := o.(field); ok && seen {
			return f
		}
	}
	s.Fatalf("no field is called %q", label)
	return nil
}

func TestAChoiceIsKeptAtOnce(t *testing.T) {
	s, kept := toSettings(t, auth.Preferences{Browser: "firefox", Notices: auth.NoticesNone})
	for _, row := range []struct {
		label string
		want  func(auth.Preferences) bool
	}{
		{"2 minutes", func(p auth.Preferences) bool { return p.ClearAfter == 2*time.Minute }},
		{"until something else is copied", func(p auth.Preferences) bool { return p.ClearAfter < 0 }},
		{"15 minutes", func(p auth.Preferences) bool { return p.Validity == 15*time.Minute && p.ClearAfter < 0 }},
		{"sign-ins that are needed", func(p auth.Preferences) bool { return p.Notices == auth.NoticesSignIn }},
	} {
		s.tap(row.label)
		if got := next(s, kept); !row.want(got) || got.Browser != "firefox" {
			t.Errorf("after %q %+v is kept", row.label, got)
		}
	}
}

func TestSettingsBeforeTheFirstAccount(t *testing.T) {
	s := open(t, auth.Snapshot{At: now, Vault: auth.VaultNone})
	s.tap("Settings")
	s.sees("Each change is kept at once.")
	s.press(fyne.KeyEscape)
	s.sees("Add your first account")
}

func TestTheLookChangesAtOnce(t *testing.T) {
	s, kept := toSettings(t, auth.Preferences{})
	light, dark := window.Theme().Color(theme.ColorNameBackground, theme.VariantLight), window.Theme().Color(theme.ColorNameBackground, theme.VariantDark)
	ground := func() any { return s.app.Settings().Theme().Color(theme.ColorNameBackground, theme.VariantLight) }
	s.tap("Dark")
	next(s, kept)
	s.until("it is dark", func() bool { return ground() == dark })
	s.tap("As the desktop")
	next(s, kept)
	s.until("it is as the desktop has it", func() bool { return ground() == light })
}

func TestThePreferredLookIsThereFromTheBeginning(t *testing.T) {
	s := begin(t, snapshot(account("a", "Service desk")), func(s *stage) { s.desk.prefs.Theme = auth.ThemeDark })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.w.Watch(ctx) }()
	s.sees("Service desk")
	if got, want := s.app.Settings().Theme().Color(theme.ColorNameBackground, theme.VariantLight), window.Theme().Color(theme.ColorNameBackground, theme.VariantDark); got != want {
		t.Errorf("the ground is %v, want %v", got, want)
	}
	cancel()
	<-done
}

func TestWhatIsTypedIsKeptOrSaysWhyNot(t *testing.T) {
	s, kept := toSettings(t, auth.Preferences{}, func(s *stage) {})
	s.entry("Quiet hours").SetText("late")
	s.sees("Two times of day are expected here")
	quiet := s.entry("Quiet hours")
	quiet.SetText("22:30 - 7:00")
	s.w.Fyne().Canvas().Focus(quiet)
	s.press(fyne.KeyReturn)
	if got := next(s, kept); got.QuietFrom != 22*time.Hour+30*time.Minute || got.QuietUntil != 7*time.Hour {
		t.Errorf("quiet from %v until %v", got.QuietFrom, got.QuietUntil)
	}
	s.sees("22:30 – 07:00")
	proxy := s.entry("Proxy")
	s.w.Fyne().Canvas().Focus(proxy)
	proxy.SetText("nonsense")
	s.w.Fyne().Canvas().Unfocus() // the keyboard goes elsewhere
	s.sees("The proxy is not an address.")
	s.sees("nonsense")
}

func TestStartingAtLogin(t *testing.T) {
	var on atomic.Bool
	broken := errors.New("the folder can’t be written to")
	s, _ := toSettings(t, auth.Preferences{}, func(s *stage) {
		s.atLogin = window.AtLogin{
			On:      func() (bool, error) { return on.Load(), nil },
			TurnOn:  func() error { on.Store(true); return nil },
			TurnOff: func() error { return broken },
		}
	})
	s.sees("Start when I sign in to this computer")
	s.tap("Yes, so that tokens are always fresh")
	s.until("it is on", on.Load)
	s.tap("No, only when I start it")
	s.sees("It can’t be changed from here: The folder can’t be written to.")
}

func TestWhatOpensTheVaultIsChanged(t *testing.T) {
	sealed := make(chan string, 1)
	s, _ := toSettings(t, auth.Preferences{}, func(s *stage) {
		s.desk.seal = func(by auth.SealedBy, p auth.Secret) error {
			sealed <- string(by) + " " + p.Reveal()
			return nil
		}
		s.desk.recovery = func(p auth.Secret) error {
			sealed <- "recovery " + p.Reveal()
			return &auth.Error{Kind: auth.KindVault, Detail: "no room on the disk"}
		}
	})
	s.sees("Your desktop’s keyring opens the vault")
	s.tap("Use a passphrase instead…")
	s.entry("New passphrase").SetText("short")
	s.entry("The same once more").SetText("canary-other")
	s.tap("Keep it")
	s.sees("At least 10 characters")
	s.sees("The two are not the same.")
	s.entry("New passphrase").SetText("canary-passphrase")
	s.entry("The same once more").SetText("canary-passphrase")
	s.tap("Keep it")
	if got := <-sealed; got != "passphrase canary-passphrase" {
		t.Errorf("sealed by %q", got)
	}
	s.until("what was typed is forgotten", func() bool { return !s.says("The same once more") })
	s.tap("Set a recovery passphrase…")
	s.entry("New recovery passphrase").SetText("canary-recovery")
	s.entry("The same once more").SetText("canary-recovery")
	s.tap("Keep it")
	if got := <-sealed; got != "recovery canary-recovery" {
		t.Errorf("sealed by %q", got)
	}
	s.sees("no room on the disk")
}

func TestLockingNow(t *testing.T) {
	s, _ := toSettings(t, auth.Preferences{}, func(s *stage) {
		s.desk.lock = func() error {
			s.desk.now(auth.Snapshot{At: now, Vault: auth.VaultLocked, SealedBy: auth.SealedByKeyring})
			return nil
		}
	})
	s.tap("Lock now")
	s.sees("Your vault is locked")
	s.sees("Your keyring opens it again.")
}
