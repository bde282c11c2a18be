// Package practicetest starts practice servers in tests and walks their pages as
// a person with a browser does.
package practicetest

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth/practice"
)

// Start makes a server that listens on a free port until the test ends.
func Start(t testing.TB, o practice.Options) *practice.Server {
	t.Helper()
	server, err := practice.New(o)
	if err != nil {
		t.Fatalf("start a practice server: %v", err)
	}
	t.Cleanup(server.Close)
	if err := server.Listen(""); err != nil {
		t.Fatalf("start a practice server: %v", err)
	}
	return server
}

// Consent opens authorizeURL, signs in as user, allows what is asked, and
// follows to the redirect address, where something has to answer. It returns the
// address that the browser ended on. A client with a cookie jar stays signed in.
func Consent(t testing.TB, client *http.Client, authorizeURL, user string) (callbackURL string) {
	t.Helper()
	callbackURL = Answer(t, client, authorizeURL, user, "allow")
	response, err := client.Get(callbackURL)
	if err != nil {
		t.Fatalf("follow to the redirect address: %v", withoutAddress(err))
	}
	if err := response.Body.Close(); err != nil {
		t.Errorf("read the callback page: %v", err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("the redirect address answered %s", response.Status)
	}
	return callbackURL
}

// Answer is Consent that presses button, "allow" or "deny", and stops before it
// follows to the redirect address.
func Answer(t testing.TB, client *http.Client, authorizeURL, user, button string) (callbackURL string) {
	t.Helper()
	b := browser{t: t, client: stopping(t, client)}
	here := b.open(authorizeURL)
	for range 2 { // the sign-in page where nobody is signed in yet, then the consent page
		if here.left != "" {
			break
		}
		f := parseForm(t, here.body)
		press := button
		if f.has("login") {
			f.fields["login"], f.fields["password"], press = user, "any", "sign-in"
		}
		here = b.submit(here.address, f.pressed(t, press))
	}
	if here.left == "" {
		t.Fatalf("the browser stayed at the provider: %s", title(here.body))
	}
	return here.left
}

// EnterCode opens the page where a device's code is entered (RFC 8628 §3.3), enters
// it, signs in as user and presses button, "allow" or "deny". With code "" the
// address brings it along. A client with a cookie jar stays signed in.
func EnterCode(t testing.TB, client *http.Client, address, code, user, button string) {
	t.Helper()
	b := browser{t: t, client: stopping(t, client)}
	here := b.open(address)
	if code != "" {
		if !parseForm(t, here.body).has("user_code") {
			t.Fatalf("there is no field for the code: %s", title(here.body))
		}
		here = b.open(address + "?" + url.Values{"user_code": {code}}.Encode())
	}
	if f := parseForm(t, here.body); f.has("login") {
		f.fields["login"], f.fields["password"] = user, "any"
		here = b.submit(here.address, f.pressed(t, "sign-in"))
	}
	here = b.submit(here.address, parseForm(t, here.body).pressed(t, button))
	if here.left != "" || !strings.Contains(here.body, `id="done"`) {
		t.Fatalf("the browser ended elsewhere: %s", title(here.body))
	}
}

// stopping is client with a cookie jar, stopping where a server sends it on.
func stopping(t testing.TB, client *http.Client) *http.Client {
	c := http.Client{Jar: client.Jar, Transport: client.Transport, Timeout: client.Timeout}
	if c.Jar == nil {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatalf("make a cookie jar: %v", err)
		}
		c.Jar = jar
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// withoutAddress keeps codes and state out of a test's log.
func withoutAddress(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// title is what a page is called.
func title(body string) string {
	_, rest, _ := strings.Cut(body, "<title>")
	name, _, _ := strings.Cut(rest, "</title>")
	return name
}
