// Package servers runs authorization servers that others wrote, on loopback, for
// tests: what we wrote at both ends proves less than they do.
package servers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// patience bounds every wait for the server: it starts in half a second on an idle
// machine, and a full test run is not an idle machine.
const patience = 30 * time.Second

// Server is one that runs: a script of this folder, in node. Its methods are safe
// for concurrent use.
type Server struct {
	Issuer string // http://127.0.0.1:PORT

	name string
	t    testing.TB
	done chan int // how many grants a revocation took back

	mu     sync.Mutex
	stdin  io.Writer
	ledger []TokenRequest
}

// start runs the script called name and gives it its configuration.
func start(t testing.TB, name string, configuration any) *Server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, node(), name+".mjs")
	cmd.Dir = here()
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	s := &Server{name: name, t: t, done: make(chan int)}
	stdin, stdout := s.pipes(cmd)
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatalf("start %s (is node installed? test/setup does it): %v", name, err)
	}
	s.stdin = stdin
	listening, over := make(chan string, 1), make(chan struct{})
	go s.read(ctx, stdout, listening, over)
	t.Cleanup(func() {
		cancel() // kills it by its id
		<-over
		_ = cmd.Wait() // it was killed, and says so
		if t.Failed() {
			t.Logf("%s said: %s", name, complaints.String())
		}
	})
	s.tell(configuration)
	select {
	case s.Issuer = <-listening:
	case <-over:
		t.Fatalf("%s ended before it listened", name)
	case <-time.After(patience):
		t.Fatalf("%s did not listen within %s", name, patience)
	}
	return s
}

// pipes are the two ends that the server is spoken to and heard by.
func (s *Server) pipes(cmd *exec.Cmd) (stdin io.Writer, stdout io.Reader) {
	s.t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatalf("start %s: %v", s.name, err)
	}
	stdout, err = cmd.StdoutPipe()
	if err != nil {
		s.t.Fatalf("start %s: %v", s.name, err)
	}
	return stdin, stdout
}

// here is this package's folder, where node finds the script and its modules.
func here() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// node is the newer one that test/setup installed where the system's is too old.
func node() string {
	own := filepath.Join(here(), "..", "..", "bin", "node", "bin", "node")
	if _, err := os.Stat(own); err == nil {
		return own
	}
	return "node"
}

// tell writes one line of JSON to the server.
func (s *Server) tell(what any) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := json.NewEncoder(s.stdin).Encode(what); err != nil {
		s.t.Errorf("tell %s: %v", s.name, err)
	}
}

// read takes the server's word until it ends; start's cleanup waits for it.
func (s *Server) read(ctx context.Context, stdout io.Reader, listening chan<- string, over chan<- struct{}) {
	defer close(over)
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		var said struct {
			Event  string `json:"event"`
			Issuer string `json:"issuer"`
			Grants int    `json:"grants"`
			TokenRequest
		}
		if json.Unmarshal(lines.Bytes(), &said) != nil {
			continue // a word of a library's, not the script's
		}
		switch said.Event {
		case "listening":
			listening <- said.Issuer
		case "token":
			s.mu.Lock()
			s.ledger = append(s.ledger, said.TokenRequest)
			s.mu.Unlock()
		case "done":
			select {
			case s.done <- said.Grants:
			case <-ctx.Done():
			}
		}
	}
}
