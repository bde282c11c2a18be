package agent_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
)

// pretend is an agent that speaks another protocol: it greets, and answers every
// request with nothing.
func pretend(t *testing.T, addr agent.Address, protocol int, version string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(addr.Socket), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", addr.Socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() { // ends with the listener
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(patience))
			r := raw{conn, t}
			if _, err := r.tryReceive(); err == nil {
				_, _ = conn.Write(frame(t, map[string]any{"tokentray": protocol, "version": version}))
			}
			_ = conn.Close()
		}
	}()
}

func TestAnotherProtocolIsToldFromTheGreeting(t *testing.T) {
	for protocol, want := range map[int]error{0: agent.ErrOlder, agent.Protocol + 1: agent.ErrNewer} {
		addr := place(t)
		pretend(t, addr, protocol, version)
		_, err := agent.Dial(t.Context(), addr, version)
		wantCause(t, err, want)
	}
}

func TestEnsureLeavesANewerAgentAlone(t *testing.T) {
	addr := place(t)
	pretend(t, addr, agent.Protocol+1, "0.0.1")
	_, err := agent.Ensure(t.Context(), addr, version, func() (<-chan struct{}, error) { return nil, errors.New("started all the same") })
	wantCause(t, err, agent.ErrNewer)
}

func TestACallerOfAnotherProtocolCanOnlyAskTheAgentToFinish(t *testing.T) {
	for _, protocol := range []int{0, agent.Protocol + 1} {
		a := serve(t, echo())
		r := greeted(t, a.addr.Socket, protocol)
		r.send(map[string]any{"verb": "find", "name": "work"})
		failure, _ := r.receive()["error"].(map[string]any)
		if failure["kind"] != string(auth.KindAgent) {
			t.Errorf("find: got %v, want an error of kind %s", failure, auth.KindAgent)
		}
		r.send(map[string]any{"verb": "stop"})
		if got := r.receive(); got["error"] != nil {
			t.Errorf("stop: got %v, want no error", got)
		}
		receive(t, "stop", a.stops)
	}
}

func TestStopAsksTheAgentToFinish(t *testing.T) {
	a := serve(t, echo())
	c := dial(t, a.addr)
	if got := c.Version(); got != version {
		t.Errorf("got version %s, want %s", got, version)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	receive(t, "stop", a.stops)
}

func TestAnAgentThatHangsIsNotTakenForNone(t *testing.T) {
	t.Parallel() // it waits for a deadline
	addr := place(t)
	if err := os.MkdirAll(filepath.Dir(addr.Socket), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", addr.Socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // the kernel takes connections that nobody accepts
	begun := time.Now()
	_, err = agent.Dial(t.Context(), addr, version)
	if !errors.Is(err, auth.ErrAgent) || errors.Is(err, agent.ErrNotRunning) {
		t.Errorf("got error %v, want that the agent does not answer", err)
	}
	if took := time.Since(begun); took > 9*time.Second {
		t.Errorf("it took %v, want less than the 10 s that a script waits", took)
	}
}
