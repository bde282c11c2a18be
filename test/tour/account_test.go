//go:build unix

package tour_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/test/tour/seat"
)

// The names that the account gets.
const (
	firstName  = "Desk"
	secondName = "Office"
)

// TestAccount is everything that can be done with an account on its page, and who it
// belongs to, by the keyboard.
func TestAccount(t *testing.T) {
	t.Parallel()
	v := visitLightly(t, seat.Sit(t))
	v.tokentray()
	v.window()
	v.seesInvitation()

	say("Adding an account, and giving it a name of one's own at the end.")
	v.Keys("Tab", "Tab", "Return")
	v.allows(you)
	v.seesWelcome()
	v.picture("40-naming")
	v.Keys("ctrl+a")
	v.Type(firstName)
	v.Keys("Return")
	v.awaits(firstName, "fresh")
	v.seesHome()

	v.copiesAsCommand()
	v.refreshes()
	v.inspects()
	v.renames()
	v.pauses()
	v.isSomebodyElse()
	v.forgets()
}

// copiesAsCommand copies a curl command, and runs it: the provider knows who asks.
func (v *visitor) copiesAsCommand() {
	v.t.Helper()
	say("Copying the token as a curl command, which works as it is.")
	v.Copy("something else")
	v.chooses(copyAsButton)
	v.picture("41-copy-as")
	v.picks(curlLine)
	v.Await("a curl command on the clipboard", func() bool {
		return strings.HasPrefix(v.Clipboard(), "curl --header 'Authorization: Bearer ")
	})
	answer, err := exec.Command("sh", "-c", v.Clipboard()+" --silent --noproxy '*'").Output()
	if err != nil || !strings.Contains(string(answer), you) {
		v.t.Errorf("the copied command ended with %v and %d bytes that don't say who asks", err, len(answer))
	}
}

// refreshes asks for a new token; both deeds so far are told on the page.
func (v *visitor) refreshes() {
	v.t.Helper()
	say("Refreshing now.")
	before := v.details(firstName).Generation
	v.chooses(refreshButton)
	v.Await("a token of a later generation", func() bool { return v.details(firstName).Generation > before })
	v.awaits(firstName, "fresh")
	for _, what := range []string{"connected", "copied", "refreshed"} {
		if v.happened(firstName, what) == 0 {
			v.t.Errorf("the history doesn't tell that it was %s", what)
		}
	}
	v.picture("42-activity")
}

// inspects looks into the token, which takes the whole window, and comes back.
func (v *visitor) inspects() {
	v.t.Helper()
	say("Looking into the token.")
	v.chooses(inspectLink)
	v.seesNo("a screen without the countdown", freshTone, 50)
	v.picture("43-inspect")
	v.Keys("Escape")
	v.seesHome()
}

func (v *visitor) renames() {
	v.t.Helper()
	say("Renaming it.")
	v.chooses(moreButton)
	v.picture("44-menu")
	v.picks(menuRename)
	v.Keys("ctrl+a")
	v.Type(secondName)
	v.Keys("Return")
	v.awaits(secondName, "fresh")
}

func (v *visitor) pauses() {
	v.t.Helper()
	say("Pausing it for an hour, and resuming.")
	v.chooses(moreButton)
	v.picks(menuPauseHour)
	v.awaits(secondName, "paused")
	v.picture("45-paused")
	v.chooses(resumeButton)
	v.awaits(secondName, "fresh")
	v.seesHome()
}

// isSomebodyElse signs in as another person, who doesn't get the account unasked.
func (v *visitor) isSomebodyElse() {
	v.t.Helper()
	say("Signing in as somebody else: a question, No keeps who it was, Yes replaces them.")
	was := v.account(secondName).Subject
	v.signsInAsAnother()
	v.picture("46-somebody-else")
	v.Keys("Return") // No has the keyboard
	v.seesNo("the page without the question", needsTone, 10)
	if now := v.account(secondName).Subject; now != was {
		v.t.Errorf("it belongs to %q after No, want %q", now, was)
	}
	v.signsInAsAnother()
	v.Keys("shift+Tab", "Return")
	v.Await("somebody else's account", func() bool { return v.account(secondName).Subject != was })
	v.awaits(secondName, "fresh")
	v.seesHome()
	v.picture("47-replaced")
}

// signsInAsAnother signs the account in anew, as somebody else, until it is asked
// whether that is meant.
func (v *visitor) signsInAsAnother() {
	v.t.Helper()
	v.chooses(moreButton)
	v.picks(menuAnother)
	v.allows(desk)
	v.seesQuestion("the question whether that is meant")
}

// forgets forgets the account, but not at the first No.
func (v *visitor) forgets() {
	v.t.Helper()
	say("Forgetting it: the question's No keeps it, its Yes doesn't.")
	v.Keys("Escape", "Delete")
	v.seesQuestion("the question whether to forget it")
	v.picture("48-forget")
	v.Keys("Return")
	v.seesNo("the page without the question", needsTone, 10)
	if len(v.accounts()) != 1 {
		v.t.Fatal("the account is gone although it was to be kept")
	}
	v.Keys("Escape", "Delete")
	v.seesQuestion("the question whether to forget it")
	v.Keys("shift+Tab", "Return")
	v.Await("no account any more", func() bool { return len(v.accounts()) == 0 })
	v.seesInvitation()
	v.picture("49-forgotten")
}

// seesQuestion waits for a question whose Yes has a red edge.
func (v *visitor) seesQuestion(what string) {
	v.t.Helper()
	v.sees(what, needsTone, 40)
}
