package stories_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/test/browser"
	"github.com/tokentray/tokentray/test/servers"
)

const you = "you@example.com"

// desk is a home for the program, with a vault that is open and a real browser.
type desk struct {
	t       *testing.T
	home    string
	env     []string
	browser *browser.Browser
	secrets *secrets
}

// sit makes a desk. What the program starts ends with the test.
func sit(t *testing.T) *desk {
	t.Helper()
	folder := t.TempDir()
	d := &desk{t: t, home: filepath.Join(folder, "home"), browser: browser.Start(t), secrets: &secrets{found: map[string]bool{}}}
	d.env = []string{
		"TOKENTRAY_HOME=" + d.home, "HOME=" + folder, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "NO_COLOR=1",
		"BROWSER=" + d.browser.Opener(t),
	}
	t.Cleanup(d.leave)
	key := filepath.Join(folder, "passphrase")
	d.write(key, passphrase)
	d.run(0, "--passphrase-file", key, "list")
	return d
}

// leave ends the agent and looks for secrets where none may be.
func (d *desk) leave() {
	s := &story{t: d.t, dir: filepath.Dir(d.home), secrets: d.secrets}
	s.close()
}

func (d *desk) write(path, text string) {
	d.t.Helper()
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// file makes a file with a secret or a provider in it.
func (d *desk) file(name, text string) (path string) {
	d.t.Helper()
	path = filepath.Join(filepath.Dir(d.home), name)
	d.write(path, text)
	return path
}

// run runs a command to its end, which has to be with code.
func (d *desk) run(code int, args ...string) ending {
	d.t.Helper()
	e := d.end(d.start(args...))
	if e.code != code {
		d.t.Fatalf("tokentray %s: exit code %d, want %d; it said: %s", strings.Join(args, " "), e.code, code, e.errout)
	}
	return e
}

// process is a command under way.
type process struct {
	cmd         *exec.Cmd
	out, errout bytes.Buffer
}

func (d *desk) start(args ...string) *process {
	d.t.Helper()
	p := &process{}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	d.t.Cleanup(cancel)
	p.cmd = exec.CommandContext(ctx, "tokentray", args...)
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = d.env, &p.out, &p.errout
	if err := p.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *desk) end(p *process) ending {
	d.t.Helper()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	e := ending{p.cmd.ProcessState.ExitCode(), p.out.String(), p.errout.String()}
	if d.secrets.in(e.errout) {
		d.t.Error("a secret stands in what a command said")
	}
	d.secrets.add(tokenIn(e.out))
	return e
}

// signIn runs a command that leads to the browser and answers there by consent.
func (d *desk) signIn(consent func(context.Context, string) error, args ...string) ending {
	d.t.Helper()
	p := d.start(args...)
	ctx, cancel := context.WithTimeout(d.t.Context(), longest)
	defer cancel()
	_, err := d.browser.Follow(ctx)
	if err == nil {
		err = consent(ctx, you)
	}
	if err == nil {
		err = d.browser.WaitText(ctx, "You can go back to Tokentray; it finishes there")
	}
	if err != nil {
		_ = p.cmd.Process.Kill() // its sign-in won't come to anything
		e := d.end(p)
		d.t.Fatalf("%v; tokentray said: %s", err, e.errout)
	}
	e := d.end(p)
	if e.code != 0 || e.out != "" {
		d.t.Fatalf("tokentray %s: exit code %d, %d bytes on stdout, want 0 and none; it said: %s", strings.Join(args, " "), e.code, len(e.out), e.errout)
	}
	return e
}

// await waits until an account's row in list --json has a value.
func (d *desk) await(what string, holds func(row account) bool) account {
	d.t.Helper()
	for deadline := time.Now().Add(2 * patience); ; <-time.After(100 * time.Millisecond) {
		var list struct{ Accounts []account }
		if err := json.Unmarshal([]byte(d.run(0, "list", "--json").out), &list); err != nil {
			d.t.Fatal(err)
		}
		if len(list.Accounts) == 1 && holds(list.Accounts[0]) {
			return list.Accounts[0]
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("%s: not within %s; the accounts are %+v", what, 2*patience, list.Accounts)
		}
	}
}

type account struct {
	ID, Name, State, Subject string
	ExpiresAt                time.Time `json:"expires_at"`
}

func TestPracticeInABrowser(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.signIn(d.browser.SignInPractice, "connect", "practice", "--name", "Mine")
	if path := os.Getenv("STORIES_PICTURE"); path != "" {
		if err := d.browser.Screenshot(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	if token := d.run(0, "token", "Mine").out; tokenIn(token) == "" {
		t.Error("no token")
	}
	// The browser remembers who signed in, and only asks for consent.
	d.signIn(d.browser.SignInPractice, "reconnect", "Mine")

	p := d.start("connect", "practice", "--name", "Never")
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	if _, err := d.browser.Follow(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.browser.DenyPractice(ctx, you); err != nil {
		t.Fatal(err)
	}
	if err := d.browser.WaitText(ctx, "Access was not given"); err != nil {
		t.Error(err)
	}
	if e := d.end(p); e.code != 4 || !strings.Contains(e.errout, "declined") {
		t.Errorf("a sign-in that was denied: exit code %d, %q, want 4", e.code, e.errout)
	}
}

// life is short enough for a test to see a refresh, long enough for a busy machine.
const life = 20 * time.Second

// publicFile is the provider file for a native client of oidc-provider's.
const publicFile = `format = 1
id = "native"
name = "Native"

[endpoints]
issuer = "ISSUER"

[client]
authentication = "none"
secret = "none"

[grants]
supported = ["authorization_code"]

[redirect]
rule = "any-port"
address = "http://127.0.0.1/callback"

[scopes]
default = ["openid", "email", "offline_access"]
refresh = "offline_access"

[parameters.authorize]
prompt = "consent"

[rotation]
refresh_token = "single-use"
`

func TestAPublicClientAtAnotherServer(t *testing.T) {
	t.Parallel()
	s, d := servers.StartOIDC(t, servers.OIDC{AccessTTL: life}), sit(t)
	file := d.file("native.toml", strings.ReplaceAll(publicFile, "ISSUER", s.Issuer))
	d.wholeLife(s, "connect", "--provider-file", file, "--client-id", "tokentray-public", "--name", "Mine")
}

func TestTheBuiltInOpenIDConnectAtAnotherServer(t *testing.T) {
	t.Parallel()
	defer servers.TakeRedirect(t)() // the address is registered exactly
	s, d := servers.StartOIDC(t, servers.OIDC{AccessTTL: life}), sit(t)
	client := servers.Confidential(servers.DefaultRedirect)
	d.wholeLife(s, "connect", "oidc", "--set", "issuer="+s.Issuer, "--name", "Mine",
		"--client-id", client.ID, "--client-secret-file", d.file("secret", client.Secret))
}

// wholeLife connects the account "Mine", sees it refreshed by itself, taken back
// at the server, and connected again.
func (d *desk) wholeLife(s *servers.Server, connect ...string) {
	t := d.t
	t.Helper()
	d.signIn(d.browser.SignInOIDCProvider, connect...)
	first := d.await("fresh", func(a account) bool { return a.State == "fresh" && a.Subject == you })
	token := d.run(0, "token", "Mine").out

	s.WaitLedger(2)
	d.await("a later expiry", func(a account) bool { return a.State == "fresh" && a.ExpiresAt.After(first.ExpiresAt) })
	if again := d.run(0, "token", "Mine").out; tokenIn(again) == "" || again == token {
		t.Error("the token was not replaced by itself")
	}
	d.oncePresented(s)

	s.Revoke(you)
	d.await("the need of a sign-in", func(a account) bool { return a.State == "needs_sign_in" })
	if e := d.run(4, "token", "Mine", "--force"); e.out != "" || !strings.Contains(e.errout, "tokentray reconnect Mine") {
		t.Errorf("after the revocation: %d bytes on stdout, stderr %q", len(e.out), e.errout)
	}
	d.signIn(d.browser.SignInOIDCProvider, "reconnect", "Mine")
	if back := d.await("fresh", func(a account) bool { return a.State == "fresh" }); back.ID != first.ID || back.Subject != you {
		t.Errorf("it came back as %s, %s, want %s, %s", back.ID, back.Subject, first.ID, you)
	}
	if fresh := d.run(0, "token", "Mine").out; tokenIn(fresh) == "" || fresh == token {
		t.Error("no new token after the new sign-in")
	}
	d.run(0, "forget", "Mine", "--yes")
}

// oncePresented checks that no refresh token went out twice, and that each new
// one was the next to be presented.
func (d *desk) oncePresented(s *servers.Server) {
	d.t.Helper()
	expected := ""
	for i, r := range s.Ledger() {
		if r.Status != 200 || r.Error != "" {
			d.t.Errorf("token request %d: status %d %s, want 200", i+1, r.Status, r.Error)
		}
		if r.Grant == "refresh_token" && r.Presented != expected {
			d.t.Errorf("token request %d presents another refresh token than the last one given", i+1)
		}
		expected = r.Given
	}
}
