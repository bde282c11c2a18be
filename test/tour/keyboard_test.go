//go:build unix

package tour_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/test/servers"
	"github.com/tokentray/tokentray/test/tour/seat"
)

const (
	dealer   = "Dealer"
	provider = "oidc-provider"
)

// TestKeyboardAlone is the way from nothing to a copied token without a mouse, two
// more providers, and a search. The token is taken off the clipboard again.
func TestKeyboardAlone(t *testing.T) {
	t.Parallel()
	v := visitWithKeyring(t, seat.Sit(t))
	fortellis := practiceServer(t, practice.Fortellis)
	v.hasTeamFile(strings.ReplaceAll(fortellisFile, "ADDRESS", fortellis.Address()))

	say("By the keyboard alone: Tab and Enter choose the practice provider, Enter copies its token.")
	v.tokentray()
	v.window()
	v.seesInvitation()
	v.Keys("Tab", "Tab")
	v.picture("20-keyboard-focus")
	v.Keys("Return")
	v.signsIn(v.browser.SignInPractice, you)
	v.awaits(firstAccount, "fresh")
	v.namesIt()
	v.seesHome()
	v.Keys("Return")
	v.holdsToken(firstAccount)

	v.addsFortellis()
	v.addsOpenIDConnect(t)
	v.Keys("Up", "Down")
	v.picture("24-keyboard-list")
	v.findsByKeys()

	say("The token is taken off the clipboard by itself.")
	copied := time.Now()
	v.AwaitFor(cleared+seat.Patience, "an empty clipboard", func() bool { return v.Clipboard() == "" })
	if took := time.Since(copied); took < cleared/2 {
		t.Errorf("the clipboard was cleared after %s, want about %s", took, cleared)
	}
}

// findsByKeys searches for an account and copies its token.
func (v *visitor) findsByKeys() {
	v.t.Helper()
	say("Finding an account by a part of its name, and copying its token.")
	v.Copy("something else")
	v.Keys("ctrl+f")
	v.Type(dealer[:4])
	v.picture("25-found")
	v.Keys("shift+Tab", "Down", "Return") // the list comes before the search
	v.holdsToken(dealer)
	v.Keys("Escape")
}

// fortellisFile is what a team's administrator hands out: Fortellis' rules, with the
// practice server in place of its environments.
const fortellisFile = `format = 1
id = "dealership"
name = "Fortellis"
colour = "#0E7481"

[endpoints]
issuer = "ADDRESS/oauth2/aus1p1ixy7YL8cMq02p7"
authorize = "ADDRESS/oauth2/aus1p1ixy7YL8cMq02p7/v1/authorize"
token = "ADDRESS/oauth2/aus1p1ixy7YL8cMq02p7/v1/token"
jwks = "ADDRESS/oauth2/aus1p1ixy7YL8cMq02p7/v1/keys"

[client]
authentication = "basic"
body = "form"
secret = "required"

[grants]
supported = ["authorization_code"]

[redirect]
rule = "exact"
address = "http://localhost:17845/"

[scopes]
send = "always"
default = ["openid", "email", "offline_access"]
refresh = "offline_access"

[rotation]
refresh_token = "rotates"
`

// hasTeamFile lays a connection file where Tokentray looks for them.
func (v *visitor) hasTeamFile(text string) {
	v.t.Helper()
	folder := filepath.Join(v.home, "config", "connections")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "dealership.toml"), []byte(text), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) addsFortellis() {
	v.t.Helper()
	say("Adding an account at Fortellis, from the file of a team.")
	release := servers.TakeRedirect(v.t)
	defer release()
	v.Keys("ctrl+n")
	v.Type("dealership")
	v.Keys("Return")
	v.Type(clientID)
	v.Keys("Tab")
	v.Type(clientSecret)
	v.Keys("Tab", "Tab")
	v.Type(dealer)
	v.picture("21-fortellis")
	v.Keys("Return")
	v.signsIn(v.browser.SignInPractice, you)
	v.awaits(dealer, "fresh")
	v.namesIt()
	v.seesHome()
	v.picture("22-fortellis-connected")
}

func (v *visitor) addsOpenIDConnect(t *testing.T) {
	t.Helper()
	say("Adding one at a server that others wrote, as any OpenID Connect issuer.")
	server := servers.StartOIDC(t, servers.OIDC{})
	client := servers.Confidential(servers.DefaultRedirect)
	release := servers.TakeRedirect(t)
	defer release()
	v.Keys("ctrl+n")
	v.Type("openid")
	v.Keys("Return")
	v.Type(server.Issuer)
	v.Keys("Tab")
	v.Type(client.ID)
	v.Keys("Tab")
	v.Type(client.Secret)
	v.Keys("Tab", "Tab")
	v.Type(provider)
	v.Keys("Return")
	v.signsIn(v.browser.SignInOIDCProvider, you)
	v.awaits(provider, "fresh")
	v.namesIt()
	v.seesHome()
	v.picture("23-openid-connect")
	if v.token(provider) == "" {
		t.Error("no token")
	}
}
