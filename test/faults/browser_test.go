package faults_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
	"github.com/tokentray/tokentray/test/canary"
)

// underway is a sign-in that waits for its callback.
type underway struct {
	t      *testing.T
	w      *world
	step   auth.SignInStep
	sent   url.Values // the query of the authorization address
	cancel context.CancelFunc
	end    chan error
	status auth.Status
}

// begin starts a sign-in and returns when a browser would open.
func (w *world) begin(sign func(context.Context, func(auth.SignInStep)) (auth.Status, error)) *underway {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.t.Cleanup(cancel)
	u := &underway{t: w.t, w: w, cancel: cancel, end: make(chan error, 1)}
	told := make(chan auth.SignInStep, 1)
	go func() {
		var err error
		u.status, err = sign(ctx, func(s auth.SignInStep) { told <- s })
		u.end <- err
	}()
	select {
	case u.step = <-told:
	case err := <-u.end:
		w.t.Fatalf("the sign-in ended before a browser could open: %v", err)
	}
	address, err := url.Parse(u.step.Address)
	must(w.t, err)
	u.sent = address.Query()
	return u
}

// connecting is a new account's sign-in.
func (w *world) connecting() *underway {
	w.t.Helper()
	return w.begin(func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
		return w.Connect(ctx, connection("work"), tell)
	})
}

// reconnecting is a sign-in again.
func (w *world) reconnecting(id auth.AccountID) *underway {
	w.t.Helper()
	return w.begin(func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
		return w.Reconnect(ctx, id, auth.Reconnection{}, tell)
	})
}

// allow is a person who signs in and allows it; the callback is returned, not visited.
func (u *underway) allow(user string) (callback string) {
	u.t.Helper()
	return practicetest.Answer(u.t, &http.Client{}, u.step.Address, user, "allow")
}

// callback is one that nobody's provider sent.
func (u *underway) callback(query string) string { return u.sent.Get("redirect_uri") + "?" + query }

// state is the parameter that was sent.
func (u *underway) state() string { return "state=" + url.QueryEscape(u.sent.Get("state")) }

// finish waits for the end of the sign-in.
func (u *underway) finish() (auth.Status, error) {
	u.t.Helper()
	select {
	case err := <-u.end:
		return u.status, err
	case <-time.After(patience):
		u.t.Fatal("the sign-in doesn't end")
		return auth.Status{}, nil
	}
}

// waits fails where the sign-in has ended.
func (u *underway) waits() {
	u.t.Helper()
	select {
	case err := <-u.end:
		u.t.Fatalf("the sign-in ended with %v, want it to go on waiting", err)
	default:
	}
}

// page visits the callback as a browser does and returns the page that a person sees.
func (u *underway) page(callback string) string {
	u.t.Helper()
	first := browse(u.t, http.MethodGet, callback, "")
	if first.status != http.StatusSeeOther || strings.Contains(first.location, "?") {
		u.t.Fatalf("the callback answered %d, want 303 to an address without the code", first.status)
	}
	seen := browse(u.t, http.MethodGet, first.location, "")
	if seen.status != ok {
		u.t.Fatalf("the page answered %d, want 200", seen.status)
	}
	return seen.body
}

// visit is what a browser got.
type visit struct {
	status         int
	body, location string
}

// browse asks once; host "" is the address's own.
func browse(t *testing.T, method, address, host string) visit {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	must(t, err)
	r.Host = host
	c := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}
	got, err := c.Do(r)
	must(t, err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	must(t, err)
	v := visit{status: got.StatusCode, body: string(body)}
	if to, err := got.Location(); err == nil {
		v.location = to.String()
	}
	if canary.Holds([]byte(v.body + v.location)) {
		t.Error("a secret stands in a page")
	}
	return v
}

// hears reports whether anybody listens at the host of address.
func hears(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	c, err := (&net.Dialer{}).Dial("tcp", u.Host)
	if err != nil {
		return false
	}
	_ = c.Close() // it was only to see
	return true
}
