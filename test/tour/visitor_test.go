//go:build unix

package tour_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	browser *browser.Browser
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
	v := &visitor{Seat: s, t: t, browser: browser.Start(t), home: filepath.Join(s.Bus.Home, "tokentray")}
	v.env = []string{
		"TOKENTRAY_HOME=" + v.home, "BROWSER=" + v.browser.Opener(t), "NO_COLOR=1", "FYNE_THEME=light",
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

// ending is how a command ended.
type ending struct {
	code       int
	out, words string
}

// longest is how long any command may take.
const longest = time.Minute

// setting is an argument that is none, but a variable of the environment.
var setting = regexp.MustCompile(`^[A-Z_]+=`)

// try runs tokentray to its end. First arguments such as "DISPLAY=" go to its environment.
func (v *visitor) try(args ...string) ending {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	env := v.Env(v.env...)
	for len(args) > 0 && setting.MatchString(args[0]) {
		env, args = append(env, args[0]), args[1:]
	}
	c := exec.CommandContext(ctx, filepath.Join(programs, agentProgram), args...)
	var words strings.Builder
	c.Env, c.Stderr = env, &words
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		v.t.Fatalf("tokentray %s: %v", strings.Join(args, " "), err)
	}
	return ending{c.ProcessState.ExitCode(), string(out), words.String()}
}

// tokentray runs it to its end, which has to be a good one.
func (v *visitor) tokentray(args ...string) string {
	v.t.Helper()
	e := v.try(args...)
	if e.code != 0 {
		v.t.Fatalf("tokentray %s: exit code %d, want 0; it said: %s", strings.Join(args, " "), e.code, e.words)
	}
	return e.out
}

// account is what is read of `list --json`.
type account struct {
	Name, State string
	ExpiresAt   time.Time `json:"expires_at"`
}

// account is the one called name; none has no Name.
func (v *visitor) account(name string) account {
	v.t.Helper()
	for _, a := range v.accounts() {
		if a.Name == name {
			return a
		}
	}
	return account{}
}

func (v *visitor) accounts() []account {
	v.t.Helper()
	var list struct{ Accounts []account }
	if err := json.Unmarshal([]byte(v.tokentray("list", "--json")), &list); err != nil {
		v.t.Fatalf("read the list: %v", err)
	}
	return list.Accounts
}

// awaits waits until an account has a state.
func (v *visitor) awaits(name, state string) account {
	v.t.Helper()
	var a account
	v.Await(fmt.Sprintf("%s %s", name, state), func() bool {
		a = v.account(name)
		return a.State == state
	})
	return a
}

func (v *visitor) token(name string) string {
	v.t.Helper()
	return strings.TrimSpace(v.tokentray("token", name))
}

// holdsToken waits until the clipboard holds what `tokentray token` prints.
func (v *visitor) holdsToken(name string) {
	v.t.Helper()
	v.Await("the token of "+name+" on the clipboard", func() bool { return v.Clipboard() == v.token(name) })
}

// signsIn goes where the browser was sent and allows what is asked for there.
func (v *visitor) signsIn(allow func(context.Context, string) error, user string) {
	v.t.Helper()
	v.signsInSeeing("", allow, user)
}

// signsInSeeing leaves a picture of the window while it waits.
func (v *visitor) signsInSeeing(picture string, allow func(context.Context, string) error, user string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeoutCause(context.Background(), 2*seat.Patience, errors.New("nobody opened the browser"))
	defer cancel()
	_, err := v.browser.Follow(ctx)
	if err == nil && picture != "" {
		v.picture(picture)
	}
	if err == nil {
		err = allow(ctx, user)
	}
	if err == nil {
		err = v.browser.WaitText(ctx, "You can go back")
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

// connects adds a practice account by the command line.
func (v *visitor) connects(name string, more ...string) {
	v.t.Helper()
	done := make(chan ending, 1)
	go func() { done <- v.try(append(more, "connect", "practice", "--name", name)...) }()
	v.signsIn(v.browser.SignInPractice, you)
	if e := <-done; e.code != 0 {
		v.t.Fatalf("connect practice: exit code %d; it said: %s", e.code, e.words)
	}
}
