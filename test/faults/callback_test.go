package faults_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tokentray/tokentray/auth"
)

func TestFault01AValidCallbackMakesOneExchange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.connecting()
	if text := u.page(u.allow(you)); !strings.Contains(text, "You can go back to Tokentray; it finishes there") {
		t.Errorf("the page says %s", text)
	}
	s, err := u.finish()
	if err != nil || s.State != auth.StateFresh {
		t.Fatalf("got %v, %v, want a fresh account", s.State, err)
	}
	if g := w.grant(s.ID); g.RefreshToken.IsZero() || g.Generation != 1 {
		t.Errorf("the vault holds generation %d", g.Generation)
	}
	eventually(t, "the port is closed", func() bool { return !hears(u.step.Waiting) })
	w.front.wantLedger(t, []int{1}, nil)
}

func TestFault02AWrongStateIsRefusedAndTheRightOneStillWorks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.connecting()
	if v := browse(t, http.MethodGet, u.callback("state=another&code=another"), ""); v.status != http.StatusBadRequest {
		t.Errorf("the wrong state was answered with %d, want 400", v.status)
	}
	u.waits()
	u.page(u.allow(you))
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
	w.front.wantLedger(t, []int{1}, nil)
}

func TestFault03ARefusalCountsWithItsStateOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.connect("work")
	before := w.grant(id)
	u := w.reconnecting(id)
	if v := browse(t, http.MethodGet, u.callback("error=access_denied"), ""); v.status != http.StatusBadRequest {
		t.Errorf("without a state: answered %d, want 400", v.status)
	}
	u.waits()
	u.page(u.callback(u.state() + "&error=access_denied&iss=" + url.QueryEscape(w.provider.Issuer)))
	_, err := u.finish()
	if e := problem(t, err); e.Kind != auth.KindDenied {
		t.Errorf("got %s, want denied", e.Kind)
	}
	if after := w.grant(id); after.Generation != before.Generation || !after.RefreshToken.Equal(before.RefreshToken) {
		t.Error("what is stored was changed")
	}
	w.front.wantLedger(t, []int{1}, nil) // of the first sign-in
}

func TestFault05AReplayedCallbackGetsAPageAndNoSecondExchange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.connecting()
	callback := u.allow(you)
	if v := browse(t, http.MethodGet, callback, ""); v.status != http.StatusSeeOther {
		t.Fatalf("the callback answered %d, want 303", v.status)
	}
	if text := u.page(callback); !strings.Contains(text, "already") { // its first page was not fetched, so the door stands
		t.Errorf("the page of the replay says %s", text)
	}
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
	w.front.wantLedger(t, []int{1}, nil)
}

func TestFault06AnotherHostIsNotAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.connecting()
	callback := u.allow(you)
	to, err := url.Parse(callback)
	must(t, err)
	for _, host := range []string{"evil.example", "evil.example:" + to.Port(), "localhost:" + to.Port(), "127.0.0.1"} {
		if v := browse(t, http.MethodGet, callback, host); v.status != http.StatusMisdirectedRequest {
			t.Errorf("host %s was answered with %d, want 421", host, v.status)
		}
	}
	u.waits()
	w.front.wantLedger(t, nil, nil)
}

func TestFault07AProvidersWordsAreOnePrintableLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.connecting()
	nasty := "<script>x</script>\r\n\x1b[31mred\x1b[0m \u202eback\u202c \x00" + strings.Repeat(" long", 2000)
	text := u.page(u.callback(u.state() + "&iss=" + url.QueryEscape(w.provider.Issuer) + "&error=access_denied&error_description=" + url.QueryEscape(nasty)))
	if strings.Contains(text, "<script") || strings.Contains(text, "long") {
		t.Errorf("the provider's words stand on the page: %s", text)
	}
	_, err := u.finish()
	wantOneLine(t, problem(t, err).Said.Description)

	id := w.connect("work")
	w.front.next(says(400, "application/json", `{"error":"invalid_grant","error_description":"`+
		strings.NewReplacer("\r", `\r`, "\n", `\n`, "\x1b", `\u001b`, "\x00", `\u0000`).Replace(nasty)+`"}`))
	_, err = w.refresh(id)
	wantOneLine(t, problem(t, err).Said.Description)
	notices := w.listen()
	if len(notices) != 1 || len(notices[0].Accounts) != 1 {
		t.Fatalf("told %d notices, want one", len(notices))
	}
	wantOneLine(t, notices[0].Accounts[0].Cause.Said.Description)
	for line := range strings.Lines(w.log.String()) {
		if !strings.HasPrefix(line, "time=") || strings.ContainsAny(line, "\x1b\u202e\x00\r") {
			t.Errorf("the log has the line %q", line)
		}
	}
	w.front.wantLedger(t, []int{1}, []int{1})
}

func wantOneLine(t *testing.T, said string) {
	t.Helper()
	if n := utf8.RuneCountInString(said); n > 200 || n < 20 {
		t.Errorf("%d characters are told, want some and 200 at most", n)
	}
	if strings.ContainsAny(said, "\r\n\x1b\x00\u202e\u202c") || strings.Contains(said, "[31m") {
		t.Errorf("told %q, want one printable line", said)
	}
}

func TestFault09EverythingButTheCallbackHasNoEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.connecting()
	callback := u.allow(you)
	root, query, _ := strings.Cut(callback, "/callback")
	for _, row := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 404},
		{"GET", "/favicon.ico", 404},
		{"GET", "/callback/" + query, 404},
		{"HEAD", "/callback" + query, 405},
		{"OPTIONS", "/callback" + query, 405},
		{"POST", "/callback" + query, 405},
	} {
		v := browse(t, row.method, root+row.path, "")
		if v.status != row.want || strings.Contains(v.body, u.sent.Get("state")) {
			t.Errorf("%s %s was answered with %d, want %d and no state", row.method, row.path, v.status, row.want)
		}
	}
	prefetch, err := http.NewRequestWithContext(t.Context(), http.MethodGet, callback, nil)
	must(t, err)
	prefetch.Header.Set("Sec-Purpose", "prefetch")
	got, err := http.DefaultTransport.RoundTrip(prefetch)
	must(t, err)
	must(t, got.Body.Close())
	if got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a prefetch was answered with %d, want 503", got.StatusCode)
	}
	u.waits()
	w.front.wantLedger(t, nil, nil)
	u.page(callback)
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
	w.front.wantLedger(t, []int{1}, nil)
}
