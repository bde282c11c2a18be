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

// OIDC is what an oidc-provider is started with. A zero lifetime stands for one
// that outlives every test.
type OIDC struct {
	AccessTTL  time.Duration // whole seconds
	RefreshTTL time.Duration // of refresh tokens and of the consent behind them
	CodeTTL    time.Duration
	Clients    []OIDCClient // nil: Public and Confidential
}

// OIDCClient is one registration (OpenID Connect Dynamic Client Registration 1.0 §2).
type OIDCClient struct {
	ID                string   `json:"client_id"`
	Secret            string   `json:"client_secret,omitempty"`
	Authentication    string   `json:"token_endpoint_auth_method"` // none | client_secret_basic | client_secret_post
	Kind              string   `json:"application_type"`           // native | web
	RedirectAddresses []string `json:"redirect_uris"`
	Grants            []string `json:"grant_types"`
	ResponseTypes     []string `json:"response_types"`
}

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code" // RFC 8628 §3.4

// Public is a native client without a secret, for any port of 127.0.0.1 (RFC 8252 §7.3).
func Public() OIDCClient {
	return OIDCClient{
		ID: "tokentray-public", Authentication: "none", Kind: "native",
		RedirectAddresses: []string{"http://127.0.0.1/callback"},
		Grants:            []string{"authorization_code", "refresh_token", deviceGrant},
		ResponseTypes:     []string{"code"},
	}
}

// Confidential is a client for HTTP Basic (RFC 6749 §2.3.1) with exactly one
// redirect address. Its secret holds what breaks careless encoding and is
// allowed all the same (RFC 6749 appendix A.2).
func Confidential(redirectAddress string) OIDCClient {
	return OIDCClient{
		ID: "tokentray-confidential", Secret: "canary-client:secret/+%&= ~", Authentication: "client_secret_basic", Kind: "web",
		RedirectAddresses: []string{redirectAddress},
		Grants:            []string{"authorization_code", "refresh_token", "client_credentials"},
		ResponseTypes:     []string{"code"},
	}
}

// DefaultRedirect is the address that Confidential is registered with unless a test says otherwise.
const DefaultRedirect = "http://127.0.0.1:17845/callback"

// OIDCServer is a running oidc-provider. Any user with any password may sign in.
// Its methods are safe for concurrent use.
type OIDCServer struct {
	Issuer string // http://127.0.0.1:PORT

	t    testing.TB
	done chan int // how many grants a revocation took back

	mu     sync.Mutex
	stdin  io.Writer
	ledger []TokenRequest
}

// StartOIDC starts an oidc-provider on a free port of 127.0.0.1 and waits until
// it answers. It ends with the test, whatever way that ends.
func StartOIDC(t testing.TB, setup OIDC) *OIDCServer {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, node(), "oidc-provider.mjs")
	cmd.Dir = here()
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	stdin, stdout := pipes(t, cmd)
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatalf("start oidc-provider (is node installed? test/setup does it): %v", err)
	}
	s := &OIDCServer{t: t, stdin: stdin, done: make(chan int)}
	listening, over := make(chan string, 1), make(chan struct{})
	go s.read(ctx, stdout, listening, over)
	t.Cleanup(func() {
		cancel() // kills it by its id
		<-over
		_ = cmd.Wait() // it was killed, and says so
		if t.Failed() {
			t.Logf("oidc-provider said: %s", complaints.String())
		}
	})
	s.tell(setup.configuration())
	select {
	case s.Issuer = <-listening:
	case <-over:
		t.Fatal("oidc-provider ended before it listened")
	case <-time.After(patience):
		t.Fatalf("oidc-provider did not listen within %s", patience)
	}
	return s
}

// pipes are the two ends that the server is spoken to and heard by.
func pipes(t testing.TB, cmd *exec.Cmd) (stdin io.Writer, stdout io.Reader) {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatalf("start oidc-provider: %v", err)
	}
	stdout, err = cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("start oidc-provider: %v", err)
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

type configuration struct {
	Clients    []OIDCClient `json:"clients"`
	AccessTTL  int          `json:"accessTTL"`
	RefreshTTL int          `json:"refreshTTL"`
	CodeTTL    int          `json:"codeTTL"`
}

func (o OIDC) configuration() configuration {
	seconds := func(d time.Duration) int {
		if d == 0 {
			d = time.Hour
		}
		return int(d / time.Second)
	}
	if o.Clients == nil {
		o.Clients = []OIDCClient{Public(), Confidential(DefaultRedirect)}
	}
	return configuration{
		Clients: o.Clients, AccessTTL: seconds(o.AccessTTL),
		RefreshTTL: seconds(o.RefreshTTL), CodeTTL: seconds(o.CodeTTL),
	}
}

// tell writes one line of JSON to the server.
func (s *OIDCServer) tell(what any) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := json.NewEncoder(s.stdin).Encode(what); err != nil {
		s.t.Errorf("tell oidc-provider: %v", err)
	}
}

// read takes the server's word until it ends; StartOIDC's cleanup waits for it.
func (s *OIDCServer) read(ctx context.Context, stdout io.Reader, listening chan<- string, over chan<- struct{}) {
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
