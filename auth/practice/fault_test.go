package practice_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
)

func TestDropBeforeAndAfterProcessing(t *testing.T) {
	w := open(t, practice.Options{Grace: time.Minute})
	token := w.signedIn().get("refresh_token")
	form, _ := w.tokenForm("refresh_token", "refresh_token", token)
	drop := func(f practice.Fault) {
		t.Helper()
		w.server.Script(f)
		if got, err := w.send(http.MethodPost, w.path(1), form, nil); err == nil {
			t.Errorf("got %d, want a dropped connection", got.status)
		}
	}
	drop(practice.Fault{Drop: true})
	if got := w.server.Ledger().Outcomes["issued"]; got != 1 {
		t.Errorf("dropped before: %d answers were made, want the first sign-in's alone", got)
	}
	drop(practice.Fault{Drop: true, Processed: true})
	l := w.server.Ledger()
	if l.Outcomes["issued"] != 2 || l.Spoiled != 2 || l.RefreshTokens[practice.FingerprintOf(token)] != 2 {
		t.Errorf("dropped after: got %+v", l)
	}
	if got := w.refresh(token); got.status != http.StatusOK {
		t.Errorf("grace mends it: got %d %s", got.status, got.body)
	}
}

func TestFaultsReplaceAnswers(t *testing.T) {
	w := open(t, practice.Options{})
	token := w.signedIn().get("refresh_token")
	rows := []struct {
		name   string
		fault  practice.Fault
		status int
		body   string
		header [2]string
	}{
		{"status", practice.Fault{Status: 503, Header: map[string]string{"Retry-After": "7"}}, 503, "", [2]string{"Retry-After", "7"}},
		{"body", practice.Fault{Body: "{}", Header: map[string]string{"Content-Type": "text/plain"}}, 200, "{}", [2]string{"Content-Type", "text/plain"}},
		{"page", practice.CaptivePortal(), 200, practice.CaptivePortal().Body, [2]string{"Content-Type", "text/html; charset=utf-8"}},
		{"throttle", practice.FortellisThrottle(time.Unix(1000, 0)), 429, `{"error":"invalid_grant","error_description":"API call exceeded rate limit due to too many requests."}`, [2]string{"X-Rate-Limit-Reset", "1000"}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := w
			w.T = t
			w.server.Script(r.fault)
			got := w.refresh(token)
			w.expect(got, r.status, r.body)
			if got.header.Get(r.header[0]) != r.header[1] {
				t.Errorf("%s: got %q, want %q", r.header[0], got.header.Get(r.header[0]), r.header[1])
			}
		})
	}
	if got := w.refresh(token); got.status != http.StatusOK {
		t.Errorf("none of them carried the request out: got %d %s", got.status, got.body)
	}
}

func TestFaultsChangeRealAnswers(t *testing.T) {
	w := open(t, practice.Options{})
	token := w.signedIn().get("refresh_token")
	w.server.Script(
		practice.Fault{Header: map[string]string{"Content-Type": ""}},
		practice.Fault{Rewrite: func(b []byte) []byte { return bytes.Replace(b, []byte("3600"), []byte("3600.0"), 1) }},
		practice.Fault{CutAfter: 20},
	)
	plain := w.refresh(token)
	if _, has := plain.header["Content-Type"]; has || plain.get("refresh_token") == "" {
		t.Errorf("no content type: got %v %s", plain.header, plain.body)
	}
	odd := w.refresh(plain.get("refresh_token"))
	if !strings.Contains(odd.body, `"expires_in":3600.0,`) {
		t.Errorf("rewritten: got %s", odd.body)
	}
	form, _ := w.tokenForm("refresh_token", "refresh_token", odd.get("refresh_token"))
	cut, err := w.send(http.MethodPost, w.path(1), form, nil)
	if !errors.Is(err, io.ErrUnexpectedEOF) || cut.body != `{"access_token":"`+cut.body[17:] || len(cut.body) != 20 {
		t.Errorf("cut: got %d bytes, %v", len(cut.body), err)
	}
}

func TestHeldAnswersLeaveWhenLetGo(t *testing.T) {
	w := open(t, practice.Options{})
	form, _ := w.tokenForm("refresh_token", "refresh_token", w.signedIn().get("refresh_token"))
	release := make(chan struct{})
	w.server.Script(practice.Fault{Hold: release, Delay: time.Millisecond})
	answered := make(chan int, 1)
	go func() {
		got, err := w.send(http.MethodPost, w.path(1), form, nil)
		if err != nil {
			t.Errorf("refresh: %v", err)
		}
		answered <- got.status
	}()
	eventually(t, func() bool { return w.server.Ledger().Outcomes["issued"] == 2 })
	select {
	case got := <-answered:
		t.Fatalf("got %d before it was let go", got)
	default:
	}
	close(release)
	if got := <-answered; got != http.StatusOK {
		t.Errorf("got %d, want 200", got)
	}
}

func TestClosingLetsHeldAnswersGo(t *testing.T) {
	w := open(t, practice.Options{})
	form, _ := w.tokenForm("refresh_token", "refresh_token", w.signedIn().get("refresh_token"))
	w.server.Script(practice.Fault{Hold: make(chan struct{})})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = w.send(http.MethodPost, w.path(1), form, nil) // it may be answered or cut
	}()
	eventually(t, func() bool { return w.server.Ledger().Outcomes["issued"] == 2 })
	w.server.Close()
	<-done
}

func TestFaultsStrikeAtTheirPlace(t *testing.T) {
	w := open(t, practice.Options{})
	w.server.Script(
		practice.Fault{At: practice.AtDiscovery, Status: 500, Times: 2}, practice.Fault{At: practice.AtAPI, Status: 418},
	)
	doc := w.server.Address() + "/.well-known/openid-configuration"
	for i, want := range []int{500, 500, 200} {
		if got := w.must(http.MethodGet, doc, nil, nil).status; got != want {
			t.Errorf("discovery, %d: got %d, want %d", i, got, want)
		}
	}
	tokens := w.signedIn()
	if got := w.api(tokens.get("access_token")).status; got != 418 {
		t.Errorf("API: got %d, want 418", got)
	}
	w.server.Script(practice.Fault{Status: 503, Times: 1000})
	if got := w.refresh(tokens.get("refresh_token")).status; got != 503 {
		t.Errorf("got %d, want 503", got)
	}
	w.server.Mend()
	if got := w.refresh(tokens.get("refresh_token")).status; got != 200 {
		t.Errorf("mended: got %d, want 200", got)
	}
}

// eventually waits until done, for ten seconds at most.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatal("it didn't happen within ten seconds")
		}
	}
}
