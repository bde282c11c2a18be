package stories_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/test/canary"
	"github.com/tokentray/tokentray/test/servers"
)

// story is one script while it is told: a home of its own without a desktop, the
// providers in it, the program in the background, and what was said so far.
type story struct {
	t         testing.TB
	dir       string // $WORK
	program   *running
	aside     *running  // another one, for a while
	provider  *provider // the latest one
	providers int
	browsers  int           // addresses that were walked, of those handed to $BROWSER
	ports     func()        // gives the fixed ports back; nil: it doesn't hold them
	took      time.Duration // of what ended last

	secrets *secrets
	said    strings.Builder // everything on stderr, and on stdout but for tokens
}

// key is where a script keeps its story.
type key struct{}

func of(ts *testscript.TestScript) *story {
	s, ok := ts.Value(key{}).(*story)
	if !ok {
		ts.Fatalf("a script without a story")
	}
	return s
}

// passphrase seals the vaults. The file is $WORK/passphrase.
var passphrase = canary.Word + "passphrase"

// open makes the world that a story begins in.
func open(e *testscript.Env) error {
	t, ok := e.T().(testing.TB)
	if !ok {
		return fmt.Errorf("%T is no testing.TB", e.T())
	}
	s := &story{t: t, dir: e.WorkDir, secrets: &secrets{found: map[string]bool{}}}
	e.Values[key{}] = s
	home := filepath.Join(e.WorkDir, "home")
	for name, value := range map[string]string{
		"HOME": filepath.Join(e.WorkDir, "person"), "TOKENTRAY_HOME": home, "LANG": "C.UTF-8", "NO_COLOR": "1",
		"BROWSER": "", "YOU": "you@example.com",
	} {
		e.Setenv(name, value)
	}
	for _, folder := range []string{"person", "handed"} {
		if err := os.Mkdir(filepath.Join(e.WorkDir, folder), 0o700); err != nil {
			return err
		}
	}
	e.Defer(s.close)
	return os.WriteFile(filepath.Join(e.WorkDir, "passphrase"), []byte(passphrase+"\n"), 0o600)
}

// inherited are the variables of a script that its programs get, and no others:
// no display and no bus but those that a story makes.
func inherited() []string {
	return []string{
		"PATH", "HOME", "TMPDIR", "TOKENTRAY_HOME", "LANG", "NO_COLOR", "BROWSER",
		"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY",
	}
}

// close ends what a story started and looks for what it should have kept to itself.
func (s *story) close() {
	for _, r := range []*running{s.program, s.aside} {
		if r != nil {
			r.kill()
		}
	}
	for _, home := range s.homes() {
		s.searchAgent(home)
		if err := endAgent(home, politely); err != nil {
			s.t.Errorf("end the agent of %s: %v", filepath.Base(home), err)
		}
		s.searchHome(home)
	}
	s.search("what was said", s.said.String())
	s.freePorts()
}

// homes are the story's Tokentray homes: it may have made several.
func (s *story) homes() []string {
	found, err := filepath.Glob(filepath.Join(s.dir, "*", "data"))
	if err != nil {
		s.t.Error(err)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

// takePorts is the command fixed-ports: the story has 17845 to 17847, the ports of
// the built-in provider files, for itself.
func takePorts(ts *testscript.TestScript, _ bool, _ []string) {
	s := of(ts)
	s.ports = servers.TakeRedirect(s.t)
}

func (s *story) freePorts() {
	if s.ports != nil {
		s.ports()
		s.ports = nil
	}
}
