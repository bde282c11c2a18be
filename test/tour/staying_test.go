//go:build unix

package tour_test

import (
	"os"
	"syscall"
)

// closesAndOpens is the window's coming and going. There is one, always.
func (v *visitor) closesAndOpens() {
	v.t.Helper()
	say("Closing the window, and opening it from the tray; starting Tokentray a second time.")
	v.window()
	v.Keys("alt+F4")
	v.gone(windowProgram)
	v.Choose("Open Tokentray")
	v.seesHome()
	v.window().Click(closeButton)
	v.gone(windowProgram)
	v.Activate()
	v.seesHome()
	process := v.the(windowProgram).Pid
	v.tokentray()
	v.tokentray("window")
	v.window()
	if now := v.the(windowProgram).Pid; now != process {
		v.t.Errorf("a second start made another window: process %d, want %d", now, process)
	}
}

// survives is how everything may end without anything being lost.
func (v *visitor) survives() {
	v.t.Helper()
	say("Killing the window (kill -9): the agent goes on, with its icon.")
	agent := v.the(agentProgram).Pid
	v.ends(windowProgram, syscall.SIGKILL)
	v.isWell()
	if now := v.the(agentProgram).Pid; now != agent || !v.HasIcon() {
		v.t.Errorf("the agent is process %d, with an icon %t, want %d and true", now, v.HasIcon(), agent)
	}

	say("Killing the agent under the open window: it says so, and starts it again.")
	v.tokentray()
	v.seesHome()
	w := v.window()
	v.ends(agentProgram, syscall.SIGKILL)
	v.sees("the banner about the agent", soonSoft, 8000)
	v.picture("15-agent-gone")
	w.Click(startAgain)
	v.seesNo("a window without the banner", soonSoft, 3000)
	v.isWell()
	v.Await("one icon", v.HasIcon)

	say("Quitting from the tray's menu, and starting again.")
	v.Keys("alt+F4")
	v.gone(windowProgram)
	v.Choose("Quit")
	v.gone(agentProgram)
	v.tokentray()
	v.seesHome()
	v.isWell()

	say("Killing the agent as a power cut would, with nothing open, and starting again.")
	v.Keys("alt+F4")
	v.gone(windowProgram)
	v.ends(agentProgram, os.Kill)
	v.tokentray()
	v.seesHome()
	v.isWell()
	v.picture("16-still-there")
	v.keepsClipboard()
}

// isWell checks that all accounts are there and nothing asks to sign in.
func (v *visitor) isWell() {
	v.t.Helper()
	all := v.accounts()
	if len(all) != 3 {
		v.t.Errorf("%d accounts, want 3: %+v", len(all), all)
	}
	for _, a := range all {
		if a.State != "fresh" && a.State != "refreshing" {
			v.t.Errorf("%s is %s, want fresh", a.Name, a.State)
		}
		if v.token(a.Name) == "" {
			v.t.Errorf("%s gives no token", a.Name)
		}
	}
}
