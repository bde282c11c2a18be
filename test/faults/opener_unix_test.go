//go:build unix

package faults_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/desktop"
)

func TestFault15AnAddressIsRefusedOrReachesTheOpenerIntact(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"file:///etc/passwd", "javascript:alert(1)", "-a Calculator", "http://login.example.com/", "https://you@example.com/",
		`https://example.com/"&calc&"`, "https://example.com/a b", "https://",
	} {
		w := newWorld(t, authorizingAt(address))
		_, err := w.Connect(context.Background(), connection("work"), func(s auth.SignInStep) { t.Errorf("%q becomes %q", address, s.Address) })
		if e := problem(t, err); e.Kind != auth.KindUsage {
			t.Errorf("%q: got %s, want usage", address, e.Kind)
		}
		w.front.wantLedger(t, nil, nil)
	}
	dir := t.TempDir()
	opener, opened := filepath.Join(dir, "opener"), filepath.Join(dir, "opened")
	must(t, os.WriteFile(opener, []byte("#!/bin/sh\nprintf '%s\\n' $# \"$@\" >"+opened+".part && mv "+opened+".part "+opened+"\n"), 0o700)) //nolint:gosec // it has to be run
	for _, address := range []string{
		"https://login.example.com/$(touch%20x);calc?a=$(x)&b=%22&calc&%22", "https://login.example.com/%20%20'*'?c=~",
	} {
		u := newWorld(t, authorizingAt(address)).connecting()
		must(t, desktop.OpenBrowser(u.step.Address, opener, os.Getenv))
		text, err := os.ReadFile(opened)
		must(t, err)
		if got, want := string(text), "1\n"+u.step.Address+"\n"; got != want {
			t.Errorf("the opener got %q, want %q", got, want)
		}
		path, _, _ := strings.Cut(address, "?")
		if !strings.HasPrefix(u.step.Address, path+"?") {
			t.Errorf("%s became %s", address, u.step.Address)
		}
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != 2 {
		t.Errorf("%d files, want the opener and what it wrote", len(entries))
	}
}

func authorizingAt(address string) func(*setup) {
	return func(s *setup) {
		s.provider.Endpoints = auth.Endpoints{Authorize: address, Token: "https://login.example.com/token"}
		s.provider.Scopes = auth.ScopeRules{}
	}
}
