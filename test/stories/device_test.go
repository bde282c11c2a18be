package stories_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/servers"
)

// enterCode reads: enter-code USER allow|deny. It enters the code that the command
// in the background shows on two lines, which are left in $WORK/told.
func enterCode(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	r := s.background(ts)
	var told []string
	eventually(ts, "an address and a code", func() bool {
		select {
		case <-r.ended:
			ts.Fatalf("tokentray %s ended: %s", strings.Join(r.args, " "), r.err)
		default:
		}
		lines := strings.SplitAfterN(r.out.String(), "\n", 3)
		if len(lines) < 3 {
			return false
		}
		told = lines[:2]
		return true
	})
	ts.Check(os.WriteFile(filepath.Join(s.dir, "told"), []byte(strings.Join(told, "")), 0o600))
	browser := &http.Client{Timeout: patience}
	practicetest.EnterCode(s.t, browser, strings.TrimSpace(told[0]), strings.TrimSpace(told[1]), args[0], args[1])
}

// The code is entered in a real browser, at a server that others wrote.
func TestADeviceCodeAtAnotherServer(t *testing.T) {
	t.Parallel()
	s, d := servers.StartOIDC(t, servers.OIDC{AccessTTL: life}), sit(t)
	d.byCode("connect", "oidc", "--set", "issuer="+s.Issuer, "--client-id", "tokentray-public", "--grant", "device_code", "--name", "Mine")
	first := d.await("fresh", func(a account) bool { return a.State == "fresh" && a.Subject == you })
	if token := d.run(0, "token", "Mine").out; tokenIn(token) == "" {
		t.Error("no token")
	}
	d.await("a later expiry", func(a account) bool { return a.State == "fresh" && a.ExpiresAt.After(first.ExpiresAt) })

	s.Revoke(you)
	d.await("the need of a sign-in", func(a account) bool { return a.State == "needs_sign_in" })
	d.byCode("reconnect", "Mine")
	if back := d.await("fresh", func(a account) bool { return a.State == "fresh" }); back.ID != first.ID {
		t.Errorf("it came back as %s, want %s", back.ID, first.ID)
	}
	if handed, err := d.browser.Handed(); err != nil || len(handed) > 0 {
		t.Errorf("a browser was opened %d times, %v, want never: it is for another device", len(handed), err)
	}

	for n, r := range s.Ledger() {
		if pending := r.Error == "authorization_pending"; r.Grant != "refresh_token" && !pending && r.Error != "" {
			t.Errorf("token request %d came to %s", n+1, r.Error)
		}
	}
}

// byCode runs a command that shows an address and a code, and enters it in the browser.
func (d *desk) byCode(args ...string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), longest)
	defer cancel()
	var out, errout flow
	cmd := exec.CommandContext(ctx, "tokentray", args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = d.env, &out, &errout
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	for strings.Count(out.String(), "\n") < 2 && ctx.Err() == nil {
		<-time.After(20 * time.Millisecond) // between two looks
	}
	address, rest, _ := strings.Cut(out.String(), "\n")
	entered := d.browser.EnterUserCode(ctx, address, strings.TrimSpace(rest), you)
	if entered != nil {
		cancel() // its sign-in won't come to anything
	}
	if err := errors.Join(entered, cmd.Wait()); err != nil {
		d.t.Fatalf("tokentray %s: %v; it said: %s", strings.Join(args, " "), err, errout.String())
	}
	if d.secrets.in(out.String() + errout.String()) {
		d.t.Error("a secret stands in what a command said")
	}
}
