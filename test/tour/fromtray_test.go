//go:build unix

package tour_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/test/servers"
	"github.com/tokentray/tokentray/test/tour/seat"
)

// TestTray is what can be done without opening the window: from the tray's menu, and
// on notifications.
func TestTray(t *testing.T) {
	t.Parallel()
	s := seat.Sit(t)
	s.Panel()
	s.Notifications()
	v := visitLightly(t, s)
	adaptix, fortes := practiceServer(t, practice.Adaptix), practiceServer(t, practice.FortesMilestones)
	v.connectsAt("adaptix", adaptix, northwind, desk)
	v.connectsAt("fortesmilestones", fortes, milestones, planner)

	v.pausesAll()
	v.locksFromTray()
	v.isRemindedTomorrow(adaptix)
	v.isToldOfTheOther(fortes)
}

// connectsAt adds an account at a practice server by the command line.
func (v *visitor) connectsAt(id string, at *practice.Server, name, user string) {
	v.t.Helper()
	release := servers.TakeRedirect(v.t)
	defer release()
	v.connectsAs(user, "connect", id, "--set", "address="+at.Address(), "--client-id", clientID,
		"--client-secret-file", v.furnishes("client-secret", clientSecret), "--name", name)
}

func (v *visitor) pausesAll() {
	v.t.Helper()
	say("From the tray: copying, pausing all accounts and resuming them.")
	v.Choose("Copy token · " + milestones)
	v.holdsToken(milestones)
	v.Choose("Pause all for an hour")
	v.awaits(northwind, "paused")
	v.awaits(milestones, "paused")
	v.Choose("Resume all")
	v.awaits(northwind, "fresh")
	v.awaits(milestones, "fresh")
}

func (v *visitor) locksFromTray() {
	v.t.Helper()
	say("Locking from the tray dims the icon; unlocking asks the keyring.")
	v.Await("the word that all is well", func() bool { return v.Tooltip() != "" })
	usual := v.IconPicture()
	v.Choose("Lock")
	v.Await("a dimmed icon", func() bool { return v.IconPicture() != usual })
	v.Await("the tooltip's word", func() bool { return strings.Contains(v.Tooltip(), "locked") })
	v.picture("60-locked-icon")
	if e := v.try("token", northwind); e.code != vaultClosed {
		v.t.Errorf("token: exit code %d, want %d; it said: %s", e.code, vaultClosed, e.words)
	}
	v.Choose("Unlock")
	v.Await("an open vault", func() bool { return v.try("list").code == 0 })
	v.awaits(northwind, "fresh")
	v.Await("the usual icon", func() bool { return v.IconPicture() == usual })
}

// isRemindedTomorrow puts a notification off: it goes, and doesn't come back with
// the next agent.
func (v *visitor) isRemindedTomorrow(adaptix *practice.Server) {
	v.t.Helper()
	say("A notification is put off until tomorrow, by its own choice.")
	v.endsSignIn(adaptix, northwind)
	v.Await("one notification", func() bool { return v.Notified() == 1 })
	v.Await("a red dot on the icon", func() bool { return v.redDots() > 0 })
	v.picture("61-notification")
	before := v.vaultChanged()
	v.ChooseOnNotification("Remind me tomorrow")
	v.Await("no notification", func() bool { return v.Notified() == 0 })
	v.Await("that kept in the vault", func() bool { return v.vaultChanged().After(before) })
	v.ends(agentProgram, syscall.SIGKILL)
	v.tokentray("list")
	v.awaits(northwind, "needs_sign_in")
	v.Await("a red dot on the icon", func() bool { return v.redDots() > 0 })
}

// vaultChanged is when something was kept last.
func (v *visitor) vaultChanged() (last time.Time) {
	v.t.Helper()
	folder := filepath.Join(v.home, "data")
	files, err := os.ReadDir(folder)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil && strings.HasPrefix(f.Name(), "vault") && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last
}

// isToldOfTheOther is a notification that comes after the one that was put off: it is
// alone, and its click signs in.
func (v *visitor) isToldOfTheOther(fortes *practice.Server) {
	v.t.Helper()
	say("The next one is about the other account alone; a click on it signs in.")
	v.endsSignIn(fortes, milestones)
	v.Await("a notification", func() bool { return v.Notified() > 0 })
	if shown := v.Notified(); shown != 1 {
		v.t.Errorf("%d notifications, want one: the other one was put off", shown)
	}
	v.picture("62-the-other")
	release := servers.TakeRedirect(v.t)
	defer release()
	v.ClickNotification()
	v.allows(planner)
	v.awaits(milestones, "fresh")
	v.Await("no notification", func() bool { return v.Notified() == 0 })
	if v.account(northwind).State != "needs_sign_in" {
		v.t.Errorf("%s is %s, want needs_sign_in", northwind, v.account(northwind).State)
	}
	v.picture("63-signed-in")
}

// endsSignIn has a provider end its sign-ins, and somebody notice.
func (v *visitor) endsSignIn(at *practice.Server, name string) {
	v.t.Helper()
	if err := at.RevokeAll(); err != nil {
		v.t.Fatal(err)
	}
	if e := v.try("refresh", name); e.code != 4 {
		v.t.Errorf("refresh: exit code %d, want 4; it said: %s", e.code, e.words)
	}
	v.awaits(name, "needs_sign_in")
}
