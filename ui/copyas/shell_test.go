//go:build unix

package copyas_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/copyas"
)

// nasty are tokens that a careless quoting would let out of their word.
var nasty = []string{
	"canary-plain.token_-+/==",
	"~root",
	"-n",
	"canary'; : >hacked; '",
	"canary\"$(: >hacked)`: >hacked`\"",
	`canary\'\"\\`,
	"canary *?[a] {a,b} !! # & | > hacked < ;",
	"canary–ünïcode ’ “”",
	"''",
	"$ACCESS_TOKEN%PATH%",
}

// A real shell runs what was written, with a curl and an http of ours that tell
// their arguments, each ended by a NUL so that none can pass for two.
func TestAShellPassesTheTokenOnUnchanged(t *testing.T) {
	address := "https://api.example.com/a'b?x=$(: >hacked)&y=[1]"
	for _, token := range nasty {
		m := copyas.Material{Token: auth.Token{AccessToken: auth.NewSecret(token)}, API: auth.API{
			URL: address, Method: "post", Headers: map[string]string{"Subscription-Id": "it's `yours`"},
		}}
		got := argumentsOf(t, copyas.Curl, m)
		want := []string{
			"--request", "POST", "--globoff", "--header", "Authorization: Bearer " + token,
			"--header", "Subscription-Id: it's `yours`", address,
		}
		equal(t, "curl", got, want)
		m.API.TokenIn = []string{"query", "body"}
		got = argumentsOf(t, copyas.CurlQuery, m)
		want = []string{
			"--request", "POST", "--globoff", "--get", "--data-urlencode", "access_token=" + token,
			"--header", "Subscription-Id: it's `yours`", address,
		}
		equal(t, "curl-query", got, want)
		got = argumentsOf(t, copyas.CurlBody, m)
		equal(t, "curl-body", got, slices.Delete(want, 3, 4))
		got = argumentsOf(t, copyas.HTTPie, m)
		equal(t, "http", got, []string{"POST", address, "Authorization:Bearer " + token, "Subscription-Id:it's `yours`"})
	}
}

func TestAShellReadsTheEnvFormUnchanged(t *testing.T) {
	for _, token := range nasty {
		line, err := copyas.Write(copyas.Env, copyas.Material{Token: auth.Token{AccessToken: auth.NewSecret(token)}})
		if err != nil {
			t.Fatal(err)
		}
		got := run(t, t.TempDir(), line.Reveal()+"\nprintf '%s' \"$ACCESS_TOKEN\"\n")
		if got != token {
			t.Errorf("ACCESS_TOKEN = %q, want %q", got, token)
		}
	}
}

func argumentsOf(t *testing.T, f copyas.Form, m copyas.Material) []string {
	t.Helper()
	dir := t.TempDir()
	teller := []byte("#!/bin/sh\nprintf '%s\\000' \"$@\"\n")
	for _, name := range []string{"curl", "http"} {
		if err := os.WriteFile(filepath.Join(dir, name), teller, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	text, err := copyas.Write(f, m)
	if err != nil {
		t.Fatal(err)
	}
	out := run(t, dir, text.Reveal())
	return strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
}

// run has sh carry out script in dir, with dir alone as its PATH, and sees that
// nothing of a token was carried out.
func run(t *testing.T, dir, script string) string {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + dir}
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("sh -c %s: %v", script, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "hacked")); err == nil {
		t.Errorf("sh -c %s ran what stood in the token", script)
	}
	return string(out)
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\x00") != strings.Join(want, "\x00") {
		t.Errorf("%s got %q, want %q", what, got, want)
	}
}
