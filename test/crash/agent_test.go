package crash_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/desktop"
	"github.com/tokentray/tokentray/test/program"
)

// tokentray is the program under test.
var tokentray string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tokentray-crash-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is among the temporary files
	if tokentray, err = program.Build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// home is a Tokentray of its own, with a keyring that outlives its agents.
type home struct {
	t     *testing.T
	path  string
	env   []string
	agent *exec.Cmd
}

func newHome(t *testing.T) *home {
	bus := desktop.StartBus(t)
	desktop.StartKeyring(t, bus)
	h := &home{t: t, path: t.TempDir()}
	h.env = append(bus.Env(), "TOKENTRAY_HOME="+h.path)
	t.Cleanup(h.kill)
	return h
}

// start starts an agent and returns a client of it.
func (h *home) start() *agent.Client {
	h.t.Helper()
	log, err := os.OpenFile(filepath.Join(h.path, "agent.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		h.t.Fatal(err)
	}
	defer log.Close()
	h.agent = exec.Command(tokentray, "agent", "--no-tray")
	h.agent.Env, h.agent.Stdout, h.agent.Stderr = h.env, log, log
	if err := h.agent.Start(); err != nil {
		h.t.Fatal(err)
	}
	address := agent.Address{Socket: filepath.Join(h.path, "run", "agent.sock"), Lock: filepath.Join(h.path, "data", "agent.lock")}
	for deadline := time.Now().Add(20 * time.Second); ; {
		c, err := agent.Dial(h.t.Context(), address, "dev")
		if err == nil {
			return c
		}
		if !errors.Is(err, agent.ErrNotRunning) || time.Now().After(deadline) {
			h.t.Fatalf("the agent does not answer: %v\n%s", err, h.said())
		}
		time.Sleep(time.Millisecond) // between two looks
	}
}

// kill ends the agent as a power cut would.
func (h *home) kill() {
	if h.agent == nil {
		return
	}
	_ = h.agent.Process.Kill() // it may have ended by itself, which Wait tells
	_ = h.agent.Wait()
	h.agent = nil
}

func (h *home) said() string {
	text, err := os.ReadFile(filepath.Join(h.path, "agent.log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// signIn is what a person does at the address that a sign-in asks to open.
func signIn(t *testing.T) func(auth.SignInStep) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(s auth.SignInStep) {
		practicetest.Consent(t, &http.Client{Jar: jar}, s.Address, "you@example.com")
	}
}

// connect makes the account that the test is about.
func connect(t *testing.T, desk auth.Desk, w *world) auth.AccountID {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	s, err := desk.Connect(ctx, auth.Connection{
		ProviderFile: []byte(w.providerFile()), ProviderFileName: "northwind.toml", Name: "work",
		ClientIdentifier: clientID, ClientSecret: clientSecret,
	}, signIn(t))
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	return s.ID
}
