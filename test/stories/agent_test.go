package stories_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/rogpeppe/go-internal/testscript"
)

// politely is how a system ends a program: with time to finish.
const politely = syscall.SIGTERM

// errNoAgent is returned where no agent runs.
var errNoAgent = errors.New("no agent runs")

// agentOf is the process that is the agent of home.
func agentOf(home string) (pid int, err error) {
	lock := filepath.Join(home, "data", "agent.lock")
	if free, err := unlocked(lock); free || err != nil {
		return 0, errors.Join(errNoAgent, err)
	}
	text, err := os.ReadFile(lock + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return 0, errNoAgent
	}
	if err != nil {
		return 0, err
	}
	var notice struct {
		Process int `json:"pid"`
	}
	if err := json.Unmarshal(text, &notice); err != nil || notice.Process <= 1 {
		return 0, fmt.Errorf("the agent's notice: process %d, %w", notice.Process, err)
	}
	return notice.Process, nil
}

// unlocked reports whether nobody holds a lock: a process that ended, however it
// did, holds none.
func unlocked(path string) (bool, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	lock := flock.New(path)
	held, err := lock.TryLock()
	if err != nil || !held {
		return false, err
	}
	return true, lock.Unlock()
}

// endAgent ends the agent of home, by its id, and waits for its end. Where none
// runs there is nothing to do.
func endAgent(home string, how os.Signal) error {
	pid, err := agentOf(home)
	if errors.Is(err, errNoAgent) {
		return nil
	}
	if err != nil {
		return err
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	if err := process.Signal(how); err != nil {
		return err
	}
	lock := filepath.Join(home, "data", "agent.lock")
	for deadline := time.Now().Add(patience); ; <-time.After(10 * time.Millisecond) {
		if free, err := unlocked(lock); free || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return errors.Join(fmt.Errorf("process %d is still there %s after %v", pid, patience, how), process.Kill())
		}
	}
}

func stopAgent(ts *testscript.TestScript, _ bool, args []string) {
	s, home := of(ts), ts.Getenv("TOKENTRAY_HOME")
	if _, err := agentOf(home); err != nil {
		ts.Fatalf("stop the agent: %v", err)
	}
	s.searchAgent(home)
	how := os.Signal(politely)
	switch {
	case len(args) > 0 && args[0] == "KILL":
		how = os.Kill
	case len(args) > 0 && args[0] == "QUIT":
		how = syscall.SIGQUIT // the runtime writes down every goroutine, as it does where a program crashes
	}
	ts.Check(endAgent(home, how))
}

func awaitAgent(ts *testscript.TestScript, _ bool, _ []string) {
	s := of(ts)
	eventually(ts, "an answer of the agent", func() bool {
		return s.wait(ts, s.start(ts, []string{"list", "--no-start"})).code == 0
	})
}

func agentIs(ts *testscript.TestScript, _ bool, args []string) {
	_, err := agentOf(ts.Getenv("TOKENTRAY_HOME"))
	switch {
	case args[0] == "running" && err == nil, args[0] == "gone" && errors.Is(err, errNoAgent):
	default:
		ts.Fatalf("the agent is not %s: %v", args[0], err)
	}
}
