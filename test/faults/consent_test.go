package faults_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestFault08SilentConnectionsDoNotKeepACallbackOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.connecting()
	callback := u.allow(you)
	to, err := url.Parse(callback)
	must(t, err)
	silent := make([]net.Conn, 64)
	for i := range silent {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", to.Host)
		must(t, err)
		defer c.Close()
		send(c, "GET /callback HTT")
		silent[i] = c
	}
	dripping := make(chan struct{})
	defer close(dripping)
	go drip(silent[0], dripping)
	u.page(callback)
	if _, err := u.finish(); err != nil {
		t.Error(err)
	}
	w.front.wantLedger(t, []int{1}, nil)
	for _, c := range silent {
		must(t, c.SetReadDeadline(time.Now().Add(patience)))
		for r := bufio.NewReader(c); ; {
			if _, err := r.ReadByte(); err != nil {
				if late := net.Error(nil); errors.As(err, &late) && late.Timeout() {
					t.Fatal("a silent connection still stands")
				}
				break
			}
		}
	}
}

// drip sends a header byte by byte until done is closed or nobody listens.
func drip(c net.Conn, done <-chan struct{}) {
	for {
		if _, err := c.Write([]byte("x")); err != nil {
			return
		}
		select {
		case <-done:
			return
		case <-time.After(time.Second):
		}
	}
}

// atOnePort has the provider know one redirect address.
func atOnePort(address string) func(*setup) {
	return func(s *setup) {
		s.server.Clients[0].RedirectAddresses = []string{address}
		s.provider.Redirect = auth.RedirectRules{Match: auth.MatchExact, Address: address}
	}
}

func listenSomewhere(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	return l
}

func TestFault11NobodyFinishesASignIn(t *testing.T) {
	t.Parallel()
	free := listenSomewhere(t)
	must(t, free.Close())
	w := newWorld(t, atOnePort("http://"+free.Addr().String()+"/callback"))
	id := w.connect("work")
	before := w.grant(id)

	closed := w.reconnecting(id) // the person closes the browser
	w.driveBy(auth.DefaultSignInTime/10, func() bool { return len(closed.end) > 0 })
	_, err := closed.finish()
	if e := problem(t, err); e.Kind != auth.KindTimedOut {
		t.Errorf("got %s, want timed out", e.Kind)
	}
	eventually(t, "the port is closed", func() bool { return !hears(closed.step.Waiting) })

	first := w.reconnecting(id)
	late := first.allow(you)
	first.cancel()
	if _, err := first.finish(); problem(t, err).Kind != auth.KindCancelled {
		t.Errorf("got %v, want cancelled", err)
	}
	second := w.reconnecting(id)
	if v := browse(t, http.MethodGet, late, ""); v.status != http.StatusBadRequest {
		t.Errorf("the late callback was answered with %d, want 400", v.status)
	}
	second.waits()
	if after := w.grant(id); after.Generation != before.Generation || !after.RefreshToken.Equal(before.RefreshToken) {
		t.Error("what is stored was changed")
	}
	second.page(second.allow(you))
	if _, err := second.finish(); err != nil {
		t.Error(err)
	}
	w.front.wantLedger(t, []int{1, 1}, nil)
}

func TestFault12ABusyPortIsNamedBeforeABrowserOpens(t *testing.T) {
	t.Parallel()
	other := listenSomewhere(t)
	defer other.Close()
	_, port, err := net.SplitHostPort(other.Addr().String())
	must(t, err)
	w := newWorld(t, atOnePort("http://127.0.0.1:"+port+"/callback"))
	_, err = w.Connect(context.Background(), connection("work"), func(auth.SignInStep) { t.Error("a browser opens") })
	if e := problem(t, err); e.Kind != auth.KindPortTaken || !strings.Contains(e.Detail, port) {
		t.Errorf("got %s, %q, want port_taken with port %s", e.Kind, e.Detail, port)
	}
	w.front.wantLedger(t, nil, nil)
}

func TestFault13ACallbackOfAnotherIssuerEndsWithoutARequest(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(url.Values){
		"another":          func(q url.Values) { q.Set("iss", "https://evil.example") },
		"a trailing slash": func(q url.Values) { q.Set("iss", q.Get("iss")+"/") },
		"in capitals":      func(q url.Values) { q.Set("iss", strings.ToUpper(q.Get("iss"))) },
		"empty":            func(q url.Values) { q.Set("iss", "") },
		"missing":          func(q url.Values) { q.Del("iss") },
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			u := w.connecting()
			callback, err := url.Parse(u.allow(you))
			must(t, err)
			q := callback.Query()
			change(q)
			callback.RawQuery = q.Encode()
			u.page(callback.String())
			_, err = u.finish()
			if e := problem(t, err); e.Kind != auth.KindInvalidAnswer {
				t.Errorf("got %s, want an invalid answer", e.Kind)
			}
			w.front.wantLedger(t, nil, nil)
		})
	}
}

func TestFault16SomebodyElsesSignInReplacesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.connect("work")
	before := w.grant(id)
	u := w.reconnecting(id)
	u.page(u.allow("other@example.com"))
	_, err := u.finish()
	if e := problem(t, err); e.Kind != auth.KindOtherPerson || e.Detail != "other@example.com" || len(e.Candidates) != 1 || e.Candidates[0] != you {
		t.Errorf("got %s: %q instead of %v, want both people named", e.Kind, e.Detail, e.Candidates)
	}
	if after := w.grant(id); after.Generation != before.Generation || !after.RefreshToken.Equal(before.RefreshToken) {
		t.Error("the old grant was replaced")
	}
	if _, err := w.refresh(id); err != nil {
		t.Errorf("the old grant serves no more: %v", err)
	}
	w.front.wantLedger(t, []int{1, 1}, []int{1})
}
