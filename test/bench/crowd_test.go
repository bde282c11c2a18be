//go:build unix

package bench_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/agent"
	"github.com/tokentray/tokentray/test/program"
)

// BenchmarkAgentOfMany is the agent, without an icon, that keeps so many accounts
// whose tokens are fresh: what it holds in memory and what its rest costs, over a
// minute.
// Targets for 1,000: 0.05 % of a core, 30 MB, a wake every 30 s.
func BenchmarkAgentOfMany(b *testing.B) {
	for _, accounts := range []int{0, 1, 1_000} {
		b.Run(fmt.Sprint(accounts), func(b *testing.B) {
			a := startAgent(b)
			connectMany(b, a.home, accounts)
			<-time.After(journalled)
			(&world{b: b}).share(a.Process, time.Minute)
		})
	}
}

// journalled is when what connecting left to do is done: the history is written
// after 10 s, and what the memory's collector gives back follows.
const journalled = 20 * time.Second

// headless is an agent on a machine without a desktop.
type headless struct {
	*exec.Cmd
	home string
}

func startAgent(b *testing.B) headless {
	b.Helper()
	folder := b.TempDir()
	path, err := program.Build(folder)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "phrase"), []byte(peerPhrase), 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	a := headless{exec.Command(path, "agent", "--no-tray", "--passphrase-file", "phrase"), filepath.Join(folder, "home")}
	a.Dir, a.Env = folder, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TOKENTRAY_HOME=" + a.home}
	said, err := a.StderrPipe()
	if err == nil {
		err = a.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	var hearing sync.WaitGroup
	b.Cleanup(func() {
		_ = a.Process.Signal(syscall.SIGTERM) // it may have ended
		hearing.Wait()
		_ = a.Wait()
	})
	hearing.Go(func() {
		for rest := make([]byte, 4<<10); ; {
			if _, err := said.Read(rest); err != nil {
				return
			}
		}
	})
	return a
}

// connectMany has the agent of home connect so many accounts at a server, which
// nobody needs again for a day.
func connectMany(b *testing.B, home string, accounts int) {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":"canary-%s","token_type":"Bearer","expires_in":86000}`, strings.Repeat("a", 1000))
	}))
	defer server.Close()
	address := agent.Address{Socket: filepath.Join(home, "run", "agent.sock"), Lock: filepath.Join(home, "data", "agent.lock")}
	desk, err := agent.Ensure(b.Context(), address, "dev", func() (<-chan struct{}, error) { return nil, nil }) // it is starting
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = desk.Close() }() // it returns nil
	file := strings.ReplaceAll(providerFile, `issuer = "ADDRESS"`, fmt.Sprintf("token = %q", server.URL+"/token"))
	numbers := make(chan int)
	var connecting sync.WaitGroup
	for range 32 { // commits that come together are made together
		connecting.Go(func() {
			for n := range numbers {
				if _, err := desk.Connect(b.Context(), auth.Connection{
					ProviderFile: []byte(file), ProviderFileName: "bench.toml", Name: fmt.Sprintf("Account %05d", n), Grant: auth.ClientCredentials,
					ClientIdentifier: peerClient, ClientSecret: auth.NewSecret(peerSecret),
				}, func(auth.SignInStep) {}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for n := range accounts {
		numbers <- n
	}
	close(numbers)
	connecting.Wait()
}
