package agent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

func TestOfManyThatStartTogetherOneIsTheAgent(t *testing.T) {
	const rounds, starters = 5, 6
	for range rounds {
		addr := place(t)
		var all []process
		for range starters {
			all = append(all, launch(t, os.Args[0], "agent", version, addr, nothing))
		}
		for _, p := range all {
			p.say(t, "now")
		}
		heard := map[string]int{}
		for _, p := range all {
			heard[p.hear(t)]++
		}
		if heard["held"] != 1 || heard["running"] != starters-1 {
			t.Fatalf("got %v, want one that held and %d that saw it running", heard, starters-1)
		}
	}
}

func TestASecondHoldIsToldWhoRuns(t *testing.T) {
	addr := place(t)
	hold, err := agent.Take(addr, "1.4.0")
	if err != nil {
		t.Fatal(err)
	}
	_, err = agent.Take(addr, version)
	wantCause(t, err, agent.ErrRunning)
	if !strings.Contains(err.Error(), `"1.4.0"`) {
		t.Errorf("got error %v, want the version of the one that runs in it", err)
	}
	if err := hold.Release(); err != nil {
		t.Fatal(err)
	}
	if err := hold.Release(); err != nil {
		t.Errorf("the second Release: got %v, want none", err)
	}
	if err := hold.Serve(t.Context(), echo(), func() {}, func() {}); err == nil {
		t.Error("Serve after Release: got no error, want one")
	}
	again, err := agent.Take(addr, version)
	if err != nil {
		t.Fatalf("after Release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestAKilledAgentsSocketIsReplaced(t *testing.T) {
	addr := place(t)
	first := launchAgent(t, addr, version)
	waitFor(t, "the first agent", func() bool { return answers(t, addr) })
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // it says that it was killed
	if _, err := os.Lstat(addr.Socket); err != nil {
		t.Fatalf("got %v, want the socket left behind", err)
	}
	_, err := agent.Dial(t.Context(), addr, version)
	wantCause(t, err, agent.ErrNotRunning)
	serveAt(t, addr, echo(), version)
	if !answers(t, addr) {
		t.Error("the second agent does not answer")
	}
}

func TestALivingAgentsSocketIsNotReplaced(t *testing.T) {
	a := serve(t, echo())
	other := agent.Address{Socket: a.addr.Socket, Lock: a.addr.Lock + ".other"}
	hold, err := agent.Take(other, version)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hold.Release() }() // it ends with the test
	wantCause(t, hold.Serve(t.Context(), echo(), func() {}, func() {}), agent.ErrRunning)
	if !answers(t, a.addr) {
		t.Error("the first agent does not answer any more")
	}
}

func TestNothingIsLeftOfAnAgentThatEnded(t *testing.T) {
	a := serve(t, echo())
	a.end()
	for _, path := range []string{a.addr.Socket, a.addr.Lock + ".json"} {
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("%s: got error %v, want that it is gone", filepath.Base(path), err)
		}
	}
	_, err := agent.Dial(t.Context(), a.addr, version)
	wantCause(t, err, agent.ErrNotRunning)
}

func TestAnotherEnvironmentFindsTheAgentByItsLock(t *testing.T) {
	a := serve(t, echo())
	elsewhere := agent.Address{Socket: filepath.Join(filepath.Dir(a.addr.Socket), "absent", "agent.sock"), Lock: a.addr.Lock}
	if !answers(t, elsewhere) {
		t.Error("the agent was not found")
	}
	if err := os.WriteFile(a.addr.Lock+".json", []byte("{half of a no"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := agent.Dial(t.Context(), elsewhere, version)
	wantCause(t, err, agent.ErrNotRunning)
}

// answers asks the agent at addr for something, by a new client.
func answers(t *testing.T, addr agent.Address) bool {
	t.Helper()
	c, err := agent.Dial(t.Context(), addr, version)
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	got, err := c.Find(t.Context(), "work")
	return err == nil && got == auth.AccountID("work")
}

// As on a full disk: who has the lock is the agent all the same.
func TestAnAgentThatCantSayWhereItListensServes(t *testing.T) {
	addr := place(t)
	notice := addr.Lock + ".json"
	if err := os.MkdirAll(filepath.Join(notice, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	hold, err := agent.Take(addr, version)
	if err != nil || hold.Untold == nil {
		t.Fatalf("got %+v, %v, want a hold that knows that it was not told of", hold, err)
	}
	if err := hold.Release(); err != nil {
		t.Error(err)
	}
}
