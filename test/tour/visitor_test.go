//go:build unix

package tour_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/test/browser"
	"github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/test/tour/seat"
)

// visitor is a person at a desktop with Tokentray and a browser.
type visitor struct {
	*seat.Seat
	t       *testing.T
	keyring *desktop.Keyring // nil: there is none
	browser *browser.Browser // nil: see visitLightly
	inbox   *browser.Inbox   // of addresses that the browser is to open
	home    string
	env     []string
	adaptix *practice.Server // made by addsAdaptix
	copied  time.Time        // when something that is no token was copied last
}

const (
	you     = "you@example.com"
	desk    = "desk@northwind.example"
	planner = "planner@northwind.example"
)

// visit seats a person at s. What Tokentray leaves running ends with the test.
func visit(t *testing.T, s *seat.Seat) *visitor {
	t.Helper()
	b := browser.Start(t)
	v := arrive(t, s, b.Inbox)
	v.browser = b
	return v
}

// visitLightly is visitWithKeyring without a browser, for what isn't about one: allows
// walks the provider's pages.
func visitLightly(t *testing.T, s *seat.Seat) *visitor {
	t.Helper()
	k := desktop.StartKeyring(t, s.Bus)
	v := arrive(t, s, browser.NewInbox(t.TempDir()))
	v.keyring = k
	return v
}

func arrive(t *testing.T, s *seat.Seat, inbox *browser.Inbox) *visitor {
	t.Helper()
	v := &visitor{Seat: s, t: t, inbox: inbox, home: filepath.Join(s.Bus.Home, "tokentray")}
	v.env = []string{
		"TOKENTRAY_HOME=" + v.home, "BROWSER=" + inbox.Opener(t), "NO_COLOR=1", "FYNE_THEME=light",
		"LIBGL_ALWAYS_SOFTWARE=1",
	}
	t.Cleanup(v.leave)
	return v
}

// visitWithKeyring is visit with a keyring that is open.
func visitWithKeyring(t *testing.T, s *seat.Seat) *visitor {
	t.Helper()
	k := desktop.StartKeyring(t, s.Bus)
	v := visit(t, s)
	v.keyring = k
	return v
}

// leave ends what was started, and keeps the last look where something failed.
func (v *visitor) leave() {
	if v.t.Failed() {
		v.picture("failed-" + strings.ReplaceAll(v.t.Name(), "/", "-"))
		if log, err := os.ReadFile(filepath.Join(v.home, "data", "agent.log")); err == nil {
			v.t.Logf("the agent said:\n%s", log)
		}
	}
	for _, name := range []string{windowProgram, agentProgram} {
		for _, p := range v.processes(name) {
			_ = p.Kill() // it may have ended meanwhile
		}
	}
}

// picture leaves what can be seen, as soon as it stands still for a moment.
func (v *visitor) picture(name string) {
	v.t.Helper()
	const attempts = 20 // something may move all the time
	seen := v.Look()
	for range attempts {
		<-time.After(100 * time.Millisecond)
		now := v.Look()
		if now.Same(seen) {
			break
		}
		seen = now
	}
	if err := seen.Save(filepath.Join(pictures(), name+".png")); err != nil {
		v.t.Error(err)
	}
}
