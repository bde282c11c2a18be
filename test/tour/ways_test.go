//go:build unix

package tour_test

import (
	"context"
	"image/color"
	"net/http"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/servers"
	"github.com/tokentray/tokentray/test/tour/seat"
)

// The accounts of TestWaysToAdd.
const (
	issued    = "By issuer"
	elsewhere = "By address"
	device    = "By code"
)

// TestWaysToAdd adds accounts in the ways that aren't a name in the gallery and a
// browser on this computer.
func TestWaysToAdd(t *testing.T) {
	t.Parallel()
	v := visitWithKeyring(t, seat.Sit(t))
	server := practiceServer(t, practice.Standard)
	v.tokentray()
	v.window()
	v.seesInvitation()
	v.addsByIssuer(server)
	v.addsByAddress(server)
	v.addsByCode(server)
}

// addsByIssuer pastes the address of an OpenID Connect provider in place of a name.
func (v *visitor) addsByIssuer(at *practice.Server) {
	v.t.Helper()
	say("Adding an account by an issuer's address; the rest is found out there.")
	release := servers.TakeRedirect(v.t)
	defer release()
	v.Keys("ctrl+n")
	v.Type(at.Address())
	v.picture("80-issuer")
	v.Keys("Return")
	v.sees("the form", primary, 2500)
	v.Type(clientID)
	v.Keys("Tab")
	v.Type(clientSecret)
	v.Keys("Tab", "Tab")
	v.Type(issued)
	v.picture("81-issuer-form")
	v.Keys("Return")
	v.signsIn(v.browser.SignInPractice, desk)
	v.awaits(issued, "fresh")
	v.namesIt()
	v.seesHome()
}

// addsByAddress has a browser on another computer: its last address is brought here.
func (v *visitor) addsByAddress(at *practice.Server) {
	v.t.Helper()
	say("Adding one with a browser on another computer: the link goes there, its last address comes back.")
	release := servers.TakeRedirect(v.t)
	defer release()
	v.Keys("ctrl+n")
	v.Type(at.Address())
	v.Keys("Return")
	v.sees("the form", primary, 2500)
	v.Type(elsewhere)
	v.picture("82-known-client")
	v.Keys("Return")
	v.asked() // nobody looks at this one
	v.Keys("Tab", "Tab", "Return")
	v.Await("the link on the clipboard", func() bool { return strings.HasPrefix(v.Clipboard(), at.Address()) })
	v.Copy(practicetest.Answer(v.t, &http.Client{Timeout: seat.Patience}, v.Clipboard(), planner, "allow"))
	v.Keys("Tab", "Tab", "Return") // over “Cancel” to “My browser is on another computer”
	v.Keys("Tab", "Tab", "Tab", "Tab")
	v.picture("83-address")
	v.Keys("ctrl+v", "Return")
	v.awaits(elsewhere, "fresh")
	v.namesIt()
	v.seesHome()
}

// deviceFile is a provider whose sign-in takes a code.
const deviceFile = `format = 1
id = "warehouse"
name = "Warehouse"
colour = "#7A3E9D"

[endpoints]
issuer = "ADDRESS"

[client]
authentication = "basic"
secret = "required"

[grants]
supported = ["device_code"]

[scopes]
default = ["openid", "email", "offline_access"]
refresh = "offline_access"

[rotation]
refresh_token = "rotates"
`

// addsByCode adds an account at a provider whose file came while the window was open.
func (v *visitor) addsByCode(at *practice.Server) {
	v.t.Helper()
	say("A connection file is dropped into its folder: the gallery has it at once. Its sign-in is by a code.")
	v.hasTeamFile(strings.ReplaceAll(deviceFile, "ADDRESS", at.Address()))
	v.Keys("ctrl+n")
	v.Type("warehouse")
	v.sees("the card of the new provider", color.RGBA{R: 0x7A, G: 0x3E, B: 0x9D, A: 0xFF}, 300) // deviceFile's
	v.picture("84-new-file")
	v.Keys("Return")
	v.Type(clientID)
	v.Keys("Tab")
	v.Type(clientSecret)
	v.Keys("Tab", "Tab")
	v.Type(device)
	v.Keys("Return")
	v.asked()
	v.sees("the code and its picture", color.RGBA{A: 0xFF}, 3000)
	v.Copy("something else")
	v.Keys("Tab", "Return")
	v.Await("the code on the clipboard", func() bool { return v.Clipboard() != "something else" })
	v.picture("85-code")
	if err := v.browser.EnterPracticeCode(context.Background(), at.Address()+"/device", v.Clipboard(), you); err != nil {
		v.t.Fatal(err)
	}
	v.awaits(device, "fresh")
	v.namesIt()
	v.seesHome()
	v.picture("86-by-code")
}
