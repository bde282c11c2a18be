package agent_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/tokentray/tokentray/auth/agent"
)

const (
	roleVariable    = "TOKENTRAY_AGENT_TEST_ROLE"
	socketVariable  = "TOKENTRAY_AGENT_TEST_SOCKET"
	lockVariable    = "TOKENTRAY_AGENT_TEST_LOCK"
	versionVariable = "TOKENTRAY_AGENT_TEST_VERSION"
)

// TestMain lets the test binary be other processes too.
func TestMain(m *testing.M) {
	addr := agent.Address{Socket: os.Getenv(socketVariable), Lock: os.Getenv(lockVariable)}
	switch os.Getenv(roleVariable) {
	case "agent":
		os.Exit(beAgent(addr, os.Getenv(versionVariable)))
	case "stranger":
		os.Exit(beStranger(addr))
	case "impostor":
		os.Exit(beImpostor(addr))
	}
	os.Exit(m.Run())
}

// beAgent waits for a line, tries to be the agent, says what came of it, and
// serves until it is asked to stop or its standard input ends.
func beAgent(addr agent.Address, version string) int {
	in := bufio.NewReader(os.Stdin)
	if _, err := in.ReadString('\n'); err != nil {
		return 1
	}
	hold, err := agent.Take(addr, version)
	if errors.Is(err, agent.ErrRunning) {
		_, _ = io.WriteString(os.Stdout, "running\n")
		return 0
	}
	if err != nil {
		_, _ = io.WriteString(os.Stdout, err.Error()+"\n")
		return 1
	}
	_, _ = io.WriteString(os.Stdout, "held\n")
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	if err := hold.Serve(ctx, echo(), cancel, func() {}); err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		return 1
	}
	if err := hold.Release(); err != nil {
		return 1
	}
	return 0
}

// process is the test binary in another role.
type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// launch starts the test binary in a role; it is killed with the test.
func launch(t testing.TB, binary, role, version string, addr agent.Address, prepare func(*exec.Cmd)) process {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), roleVariable+"="+role, versionVariable+"="+version,
		socketVariable+"="+addr.Socket, lockVariable+"="+addr.Lock)
	cmd.Stderr = os.Stderr
	prepare(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()
	})
	return process{Cmd: cmd, in: in, out: bufio.NewReader(out)}
}

// launchAgent starts another process that is to become the agent at once.
func launchAgent(t testing.TB, addr agent.Address, version string) process {
	t.Helper()
	p := launch(t, os.Args[0], "agent", version, addr, nothing)
	p.say(t, "now")
	return p
}

func (p process) say(t testing.TB, line string) {
	t.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

func (p process) hear(t testing.TB) string {
	t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("read what the other process says: %v", err)
	}
	return line[:len(line)-1]
}

// nothing is to be prepared.
func nothing(*exec.Cmd) {}
