//go:build unix

package tour_test

import (
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/servers"
)

// A client as a provider has registered it.
const (
	clientID     = "4_1k8s0w"
	clientSecret = "canary-secret-of-the-client"
)

// practiceServer is a provider of dialect d that knows the client.
func practiceServer(t *testing.T, d practice.Dialect) *practice.Server {
	t.Helper()
	return practicetest.Start(t, practice.Options{Dialect: d, Clients: []practice.Client{{
		ID: clientID, Name: "Northwind tray", Secret: auth.NewSecret(clientSecret),
		RedirectAddresses: []string{servers.DefaultRedirect, "http://localhost:17845/"},
	}}})
}

// addsAdaptix is three screens, with a wrong secret at first.
func (v *visitor) addsAdaptix(t *testing.T) {
	t.Helper()
	release := servers.TakeRedirect(t)
	defer release()
	server := practiceServer(t, practice.Adaptix)
	v.adaptix = server

	say("Adding an account at Adaptix, with a wrong client secret at first.")
	v.window().Click(addAccount)
	v.Away()
	v.seesNo("the gallery of providers", freshTone, 100)
	v.picture("05-add-choose")
	v.Type("adaptix")
	v.Keys("Return")
	v.Type(server.Address())
	v.Keys("Tab")
	v.Type(clientID)
	v.Keys("Tab")
	v.Type("canary-wrong")
	v.Keys("Tab", "Tab")
	v.Type(northwind)
	v.picture("06-add-client")
	v.Keys("Return")
	v.signsInSeeing("07-add-browser", v.browser.SignInPractice, desk)
	v.sees("a sentence about the wrong secret", needsSoft, 5000)
	v.picture("08-wrong-secret")
	if a := v.account(northwind); a.Name != "" {
		t.Errorf("an account was stored although its client was refused: %+v", a)
	}

	say("What was typed is still there: only the secret is corrected.")
	v.Keys("Tab", "Tab", "Tab", "ctrl+a")
	v.Type(clientSecret)
	v.Keys("Return")
	v.signsIn(v.browser.SignInPractice, desk)
	v.awaits(northwind, "fresh")
	v.namesIt()
	v.seesHome()
	v.picture("09-adaptix")
}

// addsMilestones is the same at FortesMilestones, without a mistake.
func (v *visitor) addsMilestones(t *testing.T) {
	t.Helper()
	release := servers.TakeRedirect(t)
	defer release()
	server := practiceServer(t, practice.FortesMilestones)

	say("Adding one at FortesMilestones.")
	v.Keys("ctrl+n")
	v.Type("fortes")
	v.Keys("Return")
	v.Type(server.Address())
	v.Keys("Tab")
	v.Type(clientID)
	v.Keys("Tab")
	v.Type(clientSecret)
	v.Keys("Tab", "Tab")
	v.Type(milestones)
	v.Keys("Return")
	v.signsIn(v.browser.SignInPractice, planner)
	v.awaits(milestones, "fresh")
	v.namesIt()
	v.seesHome()
	v.picture("10-milestones")
}
