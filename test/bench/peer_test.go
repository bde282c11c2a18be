//go:build unix

package bench_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/program"
)

// What both programs are at the provider, and how often each is asked.
const (
	peerClient   = "bench-client"
	peerSecret   = "canary-bench-secret"
	peerRedirect = "http://localhost:17999/callback" // what oidc-agent takes
	peerPhrase   = "canary-bench-passphrase"
	warmRounds   = 200
	forcedRounds = 40
)

// BenchmarkBesideOIDCAgent asks `tokentray token` and Debian's `oidc-token`
// (oidc-agent-cli) for the same thing, in turns: a token that is stored, and a new
// one from the same provider on this machine. Both are whole processes from start
// to end. It prints medians and their ratio and judges nothing.
func BenchmarkBesideOIDCAgent(b *testing.B) {
	for _, tool := range []string{"oidc-agent", "oidc-gen", "oidc-token"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skipf("%s is not installed (Debian: oidc-agent-cli)", tool)
		}
	}
	p := startPeerProvider(b)
	ours, theirs := oursAt(b, p), theirsAt(b, p)
	compare(b, "stored token", warmRounds, ours("token", "bench"), theirs("oidc-token", "bench"))
	compare(b, "new token", forcedRounds, ours("token", "bench", "--force"), theirs("oidc-token", "--force-new", "bench"))
}

// peerFile is the provider at issuer.
func peerFile(issuer string) string {
	return fmt.Sprintf("format = 1\nid = \"bench\"\nname = \"Bench\"\n\n[endpoints]\nissuer = %q\n\n[client]\nauthentication = \"basic\"\n\n"+
		"[grants]\nsupported = [\"authorization_code\"]\n\n[redirect]\naddress = \"http://127.0.0.1:17845/callback\"\n\n[scopes]\ndefault = [\"openid\", \"offline_access\"]\n", issuer)
}

// install puts a copy of the program at path in its place, as an installation leaves
// one: what the linker just wrote is kept in other pages than what was copied, and
// starting it takes half a millisecond longer.
func install(path string) error {
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path+".copy", text, 0o755)
	}
	if err == nil {
		err = os.Rename(path+".copy", path)
	}
	return err
}

// compare runs both commands in turns, so that whatever else the machine does
// happens to both.
func compare(b *testing.B, what string, rounds int, ours, theirs func() *exec.Cmd) {
	b.Helper()
	var us, them []time.Duration
	for range rounds {
		us, them = append(us, timed(b, ours())), append(them, timed(b, theirs()))
	}
	slices.Sort(us)
	slices.Sort(them)
	u, t := us[rounds/2], them[rounds/2]
	b.Logf("%s: tokentray %v, oidc-token %v, ratio %.2f (medians of %d)", what, u.Round(10*time.Microsecond), t.Round(10*time.Microsecond), float64(u)/float64(t), rounds)
}

// timed runs cmd, which has to print one token and nothing else.
func timed(b *testing.B, cmd *exec.Cmd) time.Duration {
	b.Helper()
	var out, errout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errout
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if err != nil || len(strings.TrimSpace(out.String())) < 16 {
		b.Fatalf("%s: %v: %s", filepath.Base(cmd.Path), err, &errout)
	}
	return took
}

func startPeerProvider(b *testing.B) *practice.Server {
	b.Helper()
	return practicetest.Start(b, practice.Options{
		Dialect: practice.Standard, Rotation: practice.RotationReplaces,
		Clients: []practice.Client{{ID: peerClient, Secret: auth.NewSecret(peerSecret), RedirectAddresses: []string{peerRedirect}}},
	})
}

// oursAt connects an account at p and returns how tokentray is run.
func oursAt(b *testing.B, p *practice.Server) func(args ...string) func() *exec.Cmd {
	b.Helper()
	folder := b.TempDir()
	path, err := program.Build(folder)
	if err == nil {
		err = errors.Join(install(path), install(filepath.Join(folder, program.Agent)))
	}
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"phrase": peerPhrase, "secret": peerSecret,
		"bench.toml": peerFile(p.Address()),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	run := func(args ...string) func() *exec.Cmd {
		return func() *exec.Cmd {
			cmd := exec.Command(path, args...)
			cmd.Dir, cmd.Env = folder, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TOKENTRAY_HOME=" + filepath.Join(folder, "home")}
			return cmd
		}
	}
	agent := run("agent", "--no-tray", "--passphrase-file", "phrase")()
	said, err := agent.StderrPipe()
	if err == nil {
		err = agent.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = agent.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = agent.Wait()
	})
	if _, err := said.Read(make([]byte, 1)); err != nil { // the first thing it says is that it runs
		b.Fatal(err)
	}
	connect := run("connect", "--provider-file", "bench.toml", "--name", "bench", "--client-id", peerClient, "--client-secret-file", "secret",
		"--redirect-uri", peerRedirect, "--browser", "none")()
	out, err := connect.StdoutPipe()
	var errout bytes.Buffer
	connect.Stderr = &errout
	if err == nil {
		err = connect.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	address := make([]byte, 8<<10)
	n, err := out.Read(address)
	if err != nil {
		b.Fatalf("connect: %v: %s", err, &errout)
	}
	back := practicetest.Answer(b, http.DefaultClient, strings.TrimSpace(string(address[:n])), "you@example.com", "allow")
	if answer, err := http.Get(back); err != nil || answer.Body.Close() != nil {
		b.Fatal(err)
	}
	if err := connect.Wait(); err != nil {
		b.Fatalf("connect: %v: %s", err, &errout)
	}
	return run
}

// theirsAt starts oidc-agent with an account at p. No browser is needed: it takes
// a refresh token that was got before.
func theirsAt(b *testing.B, p *practice.Server) func(name string, args ...string) func() *exec.Cmd {
	b.Helper()
	folder := b.TempDir()
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "OIDC_CONFIG_DIR=" + folder, "TMPDIR=" + folder, "OIDC_ENCRYPTION_PW=" + peerPhrase}
	run := func(name string, args ...string) func() *exec.Cmd {
		return func() *exec.Cmd {
			cmd := exec.Command(name, args...)
			cmd.Dir, cmd.Env = folder, env
			return cmd
		}
	}
	said, err := run("oidc-agent", "--json", "--no-autoreauthenticate")().Output()
	var started struct {
		Socket string `json:"socket"`
		PID    int    `json:"dpid,string"`
	}
	if err == nil {
		err = json.Unmarshal(said, &started)
	}
	if err != nil || started.PID == 0 {
		b.Fatalf("oidc-agent: %v: %s", err, said)
	}
	b.Cleanup(func() { _ = syscall.Kill(started.PID, syscall.SIGTERM) }) // it may have ended
	env = append(env, "OIDC_SOCK="+started.Socket, fmt.Sprintf("OIDCD_PID=%d", started.PID))
	said, err = run("oidc-gen", "bench", "--issuer="+p.Address(), "--client-id="+peerClient, "--client-secret="+peerSecret, "--redirect-uri="+peerRedirect,
		"--scope=openid offline_access", "--refresh-token="+refreshToken(b, p), "--flow=refresh", "--pw-env", "--prompt=none", "--confirm-default")().CombinedOutput()
	if err != nil {
		b.Fatalf("oidc-gen: %v: %s", err, said)
	}
	return run
}

// refreshToken walks through a sign-in without a browser.
func refreshToken(b *testing.B, p *practice.Server) string {
	b.Helper()
	ask := url.Values{
		"response_type": {"code"}, "client_id": {peerClient}, "redirect_uri": {peerRedirect}, "scope": {"openid offline_access"}, "state": {"canary-state"},
	}
	back, err := url.Parse(practicetest.Answer(b, http.DefaultClient, p.Address()+"/authorize?"+ask.Encode(), "you@example.com", "allow"))
	if err != nil {
		b.Fatal(err)
	}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, p.Address()+"/token", strings.NewReader(url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {peerRedirect},
	}.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	request.SetBasicAuth(peerClient, peerSecret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	var got struct {
		RefreshToken string `json:"refresh_token"`
	}
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil || got.RefreshToken == "" {
		b.Fatalf("no refresh token: %v", err)
	}
	return got.RefreshToken
}
