//go:build unix

package tour_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/test/servers"
	"github.com/tokentray/tokentray/test/tour/seat"
)

const (
	firstAccount = "Practice · you@example.com"
	northwind    = "Northwind"
	milestones   = "Milestones"
)

// TestTour is a day with Tokentray, from the first start to the last.
func TestTour(t *testing.T) {
	t.Parallel()
	s := seat.Sit(t)
	s.Panel()
	s.Notifications()
	v := visitWithKeyring(t, s)

	first := v.begins()
	v.copies()
	v.addsAdaptix(t)
	v.addsMilestones(t)
	v.isNeeded(t)
	v.closesAndOpens()
	v.seesRefresh(first)
	v.survives()

	say("What Tokentray lists at the end:")
	fmt.Print(indent(v.tokentray("list")))
}

// refresh is what the first token looked like, so that a new one is told from it.
type refresh struct {
	token  string
	expiry time.Time
}

// begins is the first start: an invitation, and one click to an account.
func (v *visitor) begins() refresh {
	v.t.Helper()
	say("Starting Tokentray for the first time: tokentray")
	v.tokentray()
	w := v.window()
	v.seesInvitation()
	v.Await("an icon in the tray", v.HasIcon)
	v.picture("01-empty")

	say("One click on “Try it with the practice provider”. The browser opens; signing in as %s and allowing the access.", you)
	w.Click(emptyPractice)
	v.signsInSeeing("02-in-the-browser", v.browser.SignInPractice, you)
	a := v.awaits(firstAccount, "fresh")
	v.namesIt()
	v.seesHome()
	v.moves(w)
	v.picture("03-connected")
	say("The account stands in the list, and its countdown runs. The token lives for a minute and a half here.")
	return refresh{v.token(firstAccount), a.ExpiresAt}
}

// copies copies the token in three ways, and then something else.
func (v *visitor) copies() {
	v.t.Helper()
	say("Copying the token: by the button on its page, by Enter in the list, and from the tray's menu.")
	v.window().Click(copyButton)
	v.holdsToken(firstAccount)
	v.picture("04-copied")

	v.Copy("something else")
	v.window().Click(firstRow)
	v.Keys("Return")
	v.holdsToken(firstAccount)

	v.Copy("something else")
	v.Choose("Copy token · " + firstAccount)
	v.holdsToken(firstAccount)

	v.Copy(keptText)
	v.copied = time.Now()
}

// refreshPatience is more than a token of the practice provider's lives.
const refreshPatience = 100 * time.Second

// seesRefresh waits until the first token was replaced without anybody asking for it.
func (v *visitor) seesRefresh(first refresh) {
	v.t.Helper()
	say("Waiting for the first token to be refreshed by itself.")
	v.AwaitFor(refreshPatience, "a refresh by itself", func() bool {
		return v.account(firstAccount).ExpiresAt.After(first.expiry)
	})
	if v.token(firstAccount) == first.token {
		v.t.Error("the token is still the old one after its refresh")
	}
	v.Keys("ctrl+f")
	v.Type("practice")
	v.picture("14-refreshed")
	v.Keys("Escape")
}

// isNeeded is a sign-in that the provider ended: the tray says so, one
// notification does, and its click leads to the browser.
func (v *visitor) isNeeded(t *testing.T) {
	t.Helper()
	say("Adaptix ends the sign-in. The icon gets a red dot, and one notification appears.")
	if v.redDots() > 0 {
		t.Error("the icon has a red dot although nobody is needed")
	}
	if err := v.adaptix.RevokeAll(); err != nil {
		t.Fatal(err)
	}
	if e := v.try("refresh", northwind); e.code != 4 {
		t.Errorf("refresh: exit code %d, want 4; it said: %s", e.code, e.words)
	}
	v.awaits(northwind, "needs_sign_in")
	v.Await("one notification", func() bool { return v.Notified() == 1 })
	v.Await("a red dot on the icon", func() bool { return v.redDots() > 0 })
	v.Await("the tooltip's word", func() bool { return strings.Contains(v.Tooltip(), "1 account needs you") })
	v.Await("who needs you at the top of the menu", func() bool {
		menu := v.Menu()
		return len(menu) > 0 && menu[0].Label == northwind+" — sign in…"
	})
	v.sees("the account at the top of the window’s list", needsSoft, 500) // which pulls a moment later than the tray
	v.window().Click(firstRow)
	v.Away()
	v.sees("the page that asks for a sign-in", needsSoft, 5000)
	v.picture("11-needs-you")
	v.showsMenu("12-tray-menu")

	say("Clicking on the notification: the browser opens that account's sign-in.")
	release := servers.TakeRedirect(t)
	defer release()
	v.ClickNotification()
	v.signsIn(v.browser.SignInPractice, desk)
	v.awaits(northwind, "fresh")
	v.Await("no notification any more", func() bool { return v.Notified() == 0 })
	v.Await("an icon without a dot", func() bool { return v.redDots() == 0 })
	v.seesHome()
	v.picture("13-signed-in-again")
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
}
