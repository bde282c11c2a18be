package practice_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
)

func TestGrantsAndKeysSurviveARestart(t *testing.T) {
	o := practice.Options{StateFile: filepath.Join(t.TempDir(), "practice.json"), Grace: time.Minute}
	w := open(t, o)
	first := w.signedIn()
	second := w.refresh(first.get("refresh_token"))
	keys := w.must(http.MethodGet, w.server.Address()+"/jwks", nil, nil).body
	w.server.Close()

	text, err := os.ReadFile(o.StateFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"refresh_token", "access_token"} {
		for _, answer := range []said{first, second} {
			if strings.Contains(string(text), answer.get(key)) {
				t.Errorf("the state file holds a whole %s", key)
			}
		}
	}
	if info, err := os.Stat(o.StateFile); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("got %v, %v, want mode 0600", info.Mode(), err)
	}

	w = open(t, o)
	if got := w.must(http.MethodGet, w.server.Address()+"/jwks", nil, nil).body; got != keys {
		t.Error("the signing key is another one")
	}
	if got := w.api(second.get("access_token")).status; got != http.StatusOK {
		t.Errorf("the access token: got %d", got)
	}
	if got := w.refresh(first.get("refresh_token")); got.status != http.StatusOK {
		t.Errorf("the previous refresh token, within grace: got %d %s", got.status, got.body)
	}
	w.clock.advance(2 * time.Minute)
	if got := w.refresh(first.get("refresh_token")).get("error"); got != "invalid_grant" {
		t.Errorf("after grace: got %q", got)
	}
	if got := w.server.Ledger().FamiliesRevoked(); got != 1 {
		t.Errorf("reuse is known after a restart: got %d families revoked, want 1", got)
	}
}

func TestADamagedStateIsPutAside(t *testing.T) {
	for _, text := range []string{"", "no JSON", `{"format":1,"families":{"x":null}}`, `{"format":99,"families":{}}`} {
		file := filepath.Join(t.TempDir(), "practice.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w := open(t, practice.Options{StateFile: file})
		w.signedIn()
		kept, err := os.ReadFile(file + ".damaged")
		if err != nil || string(kept) != text {
			t.Errorf("%q: got %q, %v put aside", text, kept, err)
		}
	}
}

func TestNothingIsGivenThatCantBeKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	w := open(t, practice.Options{StateFile: filepath.Join(dir, "practice.json")})
	token := w.signedIn().get("refresh_token")
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	if got := w.refresh(token); got.status != http.StatusInternalServerError || got.get("error") != "server_error" {
		t.Errorf("without its folder: got %d %s", got.status, got.body)
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if got := w.refresh(token); got.status != http.StatusOK {
		t.Errorf("the refused request changed nothing: got %d %s", got.status, got.body)
	}
}

// hostEnvironment makes this test binary a process that hosts a practice
// provider, for a test to kill.
const hostEnvironment = "PRACTICE_TEST_HOST"

func TestMain(m *testing.M) {
	if dir := os.Getenv(hostEnvironment); dir != "" {
		host := practice.NewHost(dir)
		address, _, err := host.Serve(context.Background(), "")
		fmt.Println(address, err)
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed, or the test is gone
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hosted starts such a process and returns its address.
func hosted(t *testing.T, dir string) (address string, kill func()) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), hostEnvironment+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = child.Process.Kill() // it may be dead already
		_ = child.Wait()         // it was killed
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	address, problem, _ := strings.Cut(strings.TrimSpace(line), " ")
	if err != nil || problem != "<nil>" {
		t.Fatalf("the host said %q, %v", line, err)
	}
	return address, kill
}

func TestGrantsSurviveAKill(t *testing.T) {
	dir := t.TempDir()
	const redirect = "http://127.0.0.1:49152/callback"
	as := []string{"client_id", practice.ClientIdentifier, "redirect_uri", redirect}
	public := append([]string{"client_secret", "-"}, as...)

	address, kill := hosted(t, dir)
	w := world{T: t, base: address, dialect: practice.Standard}
	tokens := w.exchange(w.code(as...), public...)
	for range 3 {
		kill()
		w.base, kill = hosted(t, dir)
		tokens = w.refresh(tokens.get("refresh_token"), public...)
		if tokens.status != http.StatusOK {
			t.Fatalf("after a kill: got %d %s", tokens.status, tokens.body)
		}
	}
}
