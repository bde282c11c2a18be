package oauth_test

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestOnlyTheExactHostIsAnswered(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	u := begin(t, newWire(t), asking(p.definition()))
	to, _ := url.Parse(u.sent.Get("redirect_uri"))
	for _, host := range []string{"evil.example", "evil.example:" + to.Port(), "localhost:" + to.Port(), "127.0.0.1", "127.0.0.1:1", "[::1]:" + to.Port()} {
		if v := request(t, http.MethodGet, u.callback(u.state()+"&code="+code), host); v.status != http.StatusMisdirectedRequest {
			t.Errorf("host %s: answered %d, want 421", host, v.status)
		}
	}
	u.waits()
	if got := len(p.ledger()); got != 0 {
		t.Errorf("%d token requests, want none", got)
	}
}

func TestEverythingButTheCallbackIsRefusedWithoutEffect(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	u := begin(t, newWire(t), asking(p.definition()))
	root := strings.TrimSuffix(u.step.Waiting, "/callback")
	query := "?" + u.state() + "&code=" + code
	for _, row := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 404},
		{"GET", "/favicon.ico", 404},
		{"GET", "/callback/" + query, 404},
		{"GET", "/Callback" + query, 404},
		{"GET", "/%63allback" + query, 404},
		{"HEAD", "/callback" + query, 405},
		{"POST", "/callback" + query, 405},
		{"OPTIONS", "/callback" + query, 405},
		{"PUT", "/", 404},
	} {
		v := request(t, row.method, root+row.path, "")
		if v.status != row.want || strings.Contains(v.body, "Northwind") || strings.Contains(v.body, u.sent.Get("state")) {
			t.Errorf("%s %s answered %d, want %d and nothing told", row.method, row.path, v.status, row.want)
		}
	}
	prefetch, _ := http.NewRequest(http.MethodGet, u.callback(u.state()+"&code="+code), nil)
	prefetch.Header.Set("Sec-Purpose", "prefetch;prerender")
	if v := send(t, prefetch); v.status != http.StatusServiceUnavailable {
		t.Errorf("a prefetch answered %d, want 503", v.status)
	}
	u.waits()
}

func TestSilentConnectionsDoNotKeepACallbackOut(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	u := begin(t, newWire(t), asking(p.definition()))
	to, _ := url.Parse(u.step.Waiting)
	silent := make([]net.Conn, 64)
	for i := range silent {
		c, err := net.Dial("tcp", to.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		write(c, "GET /callback HTT") // and never any more
		silent[i] = c
	}
	began := time.Now()
	page(t, u.callback(u.state()+"&code="+code))
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the callback was served after %v, want 2 s at most", took)
	}
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
	for _, c := range silent {
		if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for r := bufio.NewReader(c); ; {
			if _, err := r.ReadByte(); err != nil {
				if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
					t.Fatal("a silent connection still stands after 10 s")
				}
				break
			}
		}
	}
}

func TestALateCallbackOfAnEarlierAttemptIsIgnored(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Redirect = auth.RedirectRules{Match: auth.MatchExact, Address: "http://127.0.0.1:" + freePort(t) + "/callback"}
	w := newWire(t)
	first := begin(t, w, asking(d))
	first.cancel()
	_, err := first.finish()
	if f := failure(t, err); f.Kind != auth.KindCancelled {
		t.Errorf("kind = %q, want cancelled", f.Kind)
	}
	if hears(first.step.Waiting) {
		t.Error("the port is still open after cancel")
	}
	second := begin(t, w, asking(d))
	if v := browse(t, first.callback(first.state()+"&code="+code)); v.status != http.StatusBadRequest {
		t.Errorf("the late callback answered %d, want 400", v.status)
	}
	second.waits()
	page(t, second.callback(second.state()+"&code="+code))
	if _, err := second.finish(); err != nil {
		t.Error(err)
	}
}

func TestAttemptsShareAPortAndNeverEachOthersCallbacks(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Redirect = auth.RedirectRules{Match: auth.MatchExact, Address: "http://127.0.0.1:" + freePort(t) + "/callback"}
	w := newWire(t)
	var all []*underway
	for _, name := range []string{"one", "two", "three"} {
		ask := asking(d)
		ask.Account = name
		all = append(all, begin(t, w, ask))
	}
	all[2].cancel()
	if _, err := all[2].finish(); err == nil {
		t.Error("a cancelled sign-in brought tokens")
	}
	if text := page(t, all[2].callback(all[2].state()+"&code="+code)); !strings.Contains(text, "already over") {
		t.Errorf("the cancelled one's page says %s", text)
	}
	if text := page(t, all[1].callback(all[1].state()+"&code=canary-two")); !strings.Contains(text, "for two") {
		t.Errorf("the page says %s", text)
	}
	if _, err := all[1].finish(); err != nil {
		t.Error(err)
	}
	all[0].waits()
	if got := p.ledger()[0].form.Get("code"); got != "canary-two" {
		t.Errorf("code = %q", got)
	}
	page(t, all[0].callback(all[0].state()+"&code=canary-one"))
	if _, err := all[0].finish(); err != nil {
		t.Error(err)
	}
	challenges := map[string]bool{}
	for _, u := range all {
		challenges[u.sent.Get("code_challenge")] = true
	}
	if len(challenges) != 3 {
		t.Errorf("%d challenges, want 3", len(challenges))
	}
}
