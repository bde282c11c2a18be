package stories_test

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/test/canary"
)

// secrets are what the servers of a story gave out: tokens and codes. The ones
// that the story itself made up hold canary.Word.
type secrets struct {
	mu    sync.Mutex
	found map[string]bool
}

// shortest is how long a secret is at least; less is found by chance.
const shortest = 16

// add takes up secrets. Of a JWT the signature is one by itself: what it signs may
// be told, and whoever has both has the token.
func (s *secrets) add(all ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range all {
		if parts := strings.Split(secret, "."); len(parts) == 3 {
			secret = parts[2]
		}
		if len(secret) >= shortest {
			s.found[secret] = true
		}
	}
}

// in reports whether a secret stands in text.
func (s *secrets) in(text string) bool {
	if canary.Holds([]byte(text)) {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for secret := range s.found {
		if strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

var (
	givenToken = regexp.MustCompile(`"(?:access_token|refresh_token|id_token|device_code)"\s*:\s*"([^"]+)"`)
	givenCode  = regexp.MustCompile(`[?&]code=([^&]+)`)
	bareToken  = regexp.MustCompile(`^[\w.~+/=-]+$`)
)

// tokenIn is the token in what `tokentray token` printed; "" where it isn't one alone.
func tokenIn(out string) string {
	if t := strings.TrimSuffix(out, "\n"); bareToken.MatchString(t) {
		return t
	}
	return ""
}

// watch notes what h gives out.
func (s *secrets) watch(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		copied := &copier{ResponseWriter: w}
		defer func() { // also where h closes the connection by a panic
			for _, m := range givenToken.FindAllStringSubmatch(copied.text.String(), -1) {
				s.add(m[1])
			}
			for _, m := range givenCode.FindAllStringSubmatch(w.Header().Get("Location"), -1) {
				s.add(m[1])
			}
		}()
		h.ServeHTTP(copied, r)
	})
}

// copier copies what is answered.
type copier struct {
	http.ResponseWriter
	text strings.Builder
}

func (c *copier) Write(p []byte) (int, error) {
	c.text.Write(p)
	return c.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (c *copier) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// search fails the story where text holds a secret, without repeating it.
func (s *story) search(where, text string) {
	for n, line := range strings.Split(text, "\n") {
		if s.secrets.in(line) {
			s.t.Errorf("%s, line %d: a secret stands there", where, n+1)
		}
	}
}

// checkSealed is the command sealed: a file that may be anywhere holds no secret to be read.
func checkSealed(ts *testscript.TestScript, _ bool, args []string) {
	of(ts).search(args[0], ts.ReadFile(args[0]))
}

// searchHome looks through everything that Tokentray keeps: the vault is sealed,
// and nothing else holds a secret.
func (s *story) searchHome(home string) {
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := d.Info(); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			s.t.Errorf("%s is %v: others may look", path, info.Mode())
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		s.search(path, string(text))
		return nil
	})
	if err != nil {
		s.t.Errorf("look for secrets in %s: %v", home, err)
	}
}

// searchAgent looks at the agent as any program of the same person can.
func (s *story) searchAgent(home string) {
	pid, err := agentOf(home)
	if errors.Is(err, errNoAgent) || runtime.GOOS != "linux" {
		return
	}
	if err != nil {
		s.t.Error(err)
		return
	}
	s.searchProcess("the agent", pid)
}

// searchProcess looks at a process as any program of the same person can.
func (s *story) searchProcess(what string, pid int) {
	finds, err := canary.ScanProcess(pid)
	if err != nil || len(finds) > 0 {
		s.t.Errorf("%s holds secrets at %v, %v", what, finds, err)
	}
	for _, name := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), name))
		if err != nil {
			s.t.Error(err)
		}
		s.search(what+"'s "+name, strings.ReplaceAll(string(text), "\x00", "\n"))
	}
}

// lookAround is the command no-secrets. It wants /proc.
func lookAround(ts *testscript.TestScript, _ bool, _ []string) {
	s, home := of(ts), ts.Getenv("TOKENTRAY_HOME")
	if _, err := agentOf(home); err != nil {
		ts.Fatalf("look at the agent: %v", err)
	}
	s.searchAgent(home)
	s.searchProcess("tokentray "+s.background(ts).args[0], s.background(ts).cmd.Process.Pid)
	s.searchHome(home)
}

func TestTheSignatureOfATokenIsASecretByItself(t *testing.T) {
	s := &secrets{found: map[string]bool{}}
	s.add("eyJhbGciOiJSUzI1NiJ9.eyJlbWFpbCI6Im1lIn0.c2lnbmF0dXJlLW1hZGUtdXA")
	if s.in("eyJhbGciOiJSUzI1NiJ9 says eyJlbWFpbCI6Im1lIn0") {
		t.Error("what is signed counts as a secret")
	}
	if !s.in("it ends in c2lnbmF0dXJlLW1hZGUtdXA") {
		t.Error("the signature does not count as a secret")
	}
}
