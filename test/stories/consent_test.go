package stories_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

// address is where the person is sent: what the command in the background
// printed alone on one line, or what was handed to an opener since the last time.
func (s *story) address(ts *testscript.TestScript) (address string) {
	r := s.background(ts)
	eventually(ts, "an address to sign in at", func() bool {
		select {
		case <-r.ended:
			ts.Fatalf("tokentray %s ended: %s", strings.Join(r.args, " "), r.err)
		default:
		}
		handed, err := filepath.Glob(filepath.Join(s.dir, "handed", "[0-9]*"))
		ts.Check(err)
		slices.Sort(handed)
		if len(handed) > s.browsers {
			text, err := os.ReadFile(handed[s.browsers])
			ts.Check(err)
			s.browsers++
			address = strings.TrimSuffix(string(text), "\n")
			return true
		}
		line, _, whole := strings.Cut(r.out.String(), "\n")
		address = line
		return whole && strings.HasPrefix(line, "http")
	})
	return address
}

// walk answers the provider's pages as user, and follows to the redirect
// address. The page there is left in $WORK/page.
func (s *story) walk(ts *testscript.TestScript, user, button string, status int) {
	browser := &http.Client{Timeout: patience}
	back := practicetest.Answer(s.t, browser, s.address(ts), user, button)
	response, err := browser.Get(back)
	if err != nil {
		ts.Fatalf("nobody listens at the redirect address")
	}
	page, err := io.ReadAll(response.Body)
	response.Body.Close()
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(s.dir, "page"), page, 0o600))
	if response.StatusCode != status {
		ts.Fatalf("the redirect address answered %s, want %d", response.Status, status)
	}
}

func consentCommand(ts *testscript.TestScript, _ bool, args []string) {
	status := http.StatusOK
	if len(args) > 1 {
		var err error
		status, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	of(ts).walk(ts, args[0], "allow", status)
}

func denyCommand(ts *testscript.TestScript, _ bool, args []string) {
	of(ts).walk(ts, args[0], "deny", http.StatusOK)
}

func signInCommand(ts *testscript.TestScript, _ bool, args []string) {
	of(ts).signIn(ts, args[0], args[1:])
}

// signIn runs a command that leads to a sign-in, and signs in.
func (s *story) signIn(ts *testscript.TestScript, user string, args []string) {
	s.program = s.start(ts, append(slices.Clone(args), "--browser", "none"))
	s.walk(ts, user, "allow", http.StatusOK)
	s.finish(ts, 0)
}

// connectCommand connects an account at the story's provider with everything it needs.
func connectCommand(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	p := s.at(ts)
	all := []string{"connect"}
	switch p.options.Dialect {
	case practice.Adaptix, practice.FortesMilestones:
		all = append(all, p.options.Dialect.String(), "--set", "address="+p.address)
	case practice.Fortellis:
		all = append(all, "--provider-file", p.file, "--set", "environment=demo")
	case practice.Standard:
		all = append(all, "--provider-file", p.file)
	}
	all = append(all, "--client-id", clientID, "--client-secret-file", p.secret, "--redirect-uri", ts.Getenv("REDIRECT"), "--name", args[1])
	s.signIn(ts, args[0], append(all, args[2:]...))
}
