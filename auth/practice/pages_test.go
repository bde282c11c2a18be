package practice_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

// visit opens a page, or posts a form to it, with a browser's cookies.
func (w world) visit(browser *http.Client, address string, form url.Values) said {
	w.Helper()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var response *http.Response
	var err error
	if form == nil {
		response, err = browser.Get(address)
	} else {
		response, err = browser.PostForm(address, form)
	}
	if err != nil {
		w.Fatalf("visit: %v", err)
	}
	defer func() { _ = response.Body.Close() }() // read to its end below
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatalf("read the page: %v", err)
	}
	return said{response.StatusCode, response.Header, string(text)}
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

func (w world) csrf(page said) string {
	w.Helper()
	m := csrfField.FindStringSubmatch(page.body)
	if m == nil {
		w.Fatalf("the page has no csrf field")
	}
	return m[1]
}

func TestPagesForbidWhatTheyDontNeed(t *testing.T) {
	w := open(t, practice.Options{})
	browser := newBrowser(t)
	page := w.visit(browser, w.ask(), nil)
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
		"Cache-Control":           "no-store", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
	} {
		if got := page.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	cookie := page.header.Get("Set-Cookie")
	if !strings.Contains(cookie, "; HttpOnly; SameSite=Lax") || strings.Contains(cookie, "Domain") {
		t.Errorf("got cookie attributes %q", cookie[strings.Index(cookie, ";"):])
	}
	w.visit(browser, w.ask(), url.Values{"csrf": {w.csrf(page)}, "login": {user}, "do": {"sign-in"}})
	consent := w.visit(browser, w.ask(), nil)
	if got := consent.header.Get("Content-Security-Policy"); !strings.Contains(got, "form-action 'self' http://127.0.0.1:17845;") {
		t.Errorf("the consent page has to lead back: got %q", got)
	}
	for _, p := range []said{page, consent} {
		if strings.Contains(p.body, "<script") || strings.Contains(p.body, "style=") {
			t.Error("a page has a script or a style of its own")
		}
	}
	for _, id := range []string{"login", "password", "sign-in"} {
		if !strings.Contains(page.body, `id="`+id+`"`) {
			t.Errorf("the sign-in page has no #%s", id)
		}
	}
	for _, id := range []string{"allow", "deny", "switch"} {
		if !strings.Contains(consent.body, `id="`+id+`"`) {
			t.Errorf("the consent page has no #%s", id)
		}
	}
	for path, kind := range map[string]string{"/practice/style.css": "text/css; charset=utf-8", "/practice/icon.svg": "image/svg+xml", "/": "text/html; charset=utf-8"} {
		if got := w.must(http.MethodGet, w.base+path, nil, nil); got.status != 200 || got.header.Get("Content-Type") != kind {
			t.Errorf("%s: got %d %s", path, got.status, got.header.Get("Content-Type"))
		}
	}
}

func TestConsentTellsWhoAsksForWhat(t *testing.T) {
	w := open(t, practice.Options{Clients: []practice.Client{{ID: confidential.ID, Name: "Desk <b>& Sons", Secret: confidential.Secret, RedirectAddresses: []string{callback}}}})
	browser := newBrowser(t)
	page := w.visit(browser, w.ask("login_hint", "hint@northwind.example"), nil)
	if !strings.Contains(page.body, `value="hint@northwind.example"`) {
		t.Error("who is expected is not filled in")
	}
	w.visit(browser, w.ask(), url.Values{"csrf": {w.csrf(page)}, "login": {"  <i>Eve\x00\u202e "}, "do": {"sign-in"}})
	consent := w.visit(browser, w.ask(), nil).body
	for _, want := range []string{"Desk &lt;b&gt;&amp; Sons", "&lt;i&gt;Eve</strong>", "Know that it’s you", "See your e-mail address", "Stay signed in"} {
		if !strings.Contains(consent, want) {
			t.Errorf("the consent page does not say %q", want)
		}
	}
}

func TestFormsOfOtherPagesAreRefused(t *testing.T) {
	w := open(t, practice.Options{})
	browser, other := newBrowser(t), newBrowser(t)
	mine, theirs := w.csrf(w.visit(browser, w.ask(), nil)), w.csrf(w.visit(other, w.ask(), nil))
	for name, csrf := range map[string]string{"none": "", "another session's": theirs, "invented": "canary-csrf"} {
		got := w.visit(browser, w.ask(), url.Values{"csrf": {csrf}, "login": {"eve"}, "do": {"sign-in"}})
		if got.status != http.StatusForbidden || !strings.Contains(got.body, "Start again") {
			t.Errorf("%s: got %d", name, got.status)
		}
	}
	signedIn := w.visit(browser, w.ask(), url.Values{"csrf": {mine}, "login": {user}, "do": {"sign-in"}})
	if signedIn.status != http.StatusSeeOther {
		t.Fatalf("its own: got %d", signedIn.status)
	}
	consent := w.csrf(w.visit(browser, w.ask(), nil))
	if consent == mine {
		t.Error("the session stayed the same over the sign-in")
	}
	got := w.visit(browser, w.ask(), url.Values{"csrf": {mine}, "do": {"allow"}})
	if got.status != http.StatusForbidden {
		t.Errorf("allow with the old one: got %d", got.status)
	}
	if got := w.visit(browser, w.ask(), url.Values{"csrf": {consent}, "do": {"dance"}}).status; got != http.StatusBadRequest {
		t.Errorf("no such button: got %d", got)
	}
}

func TestAllowingNeedsASignIn(t *testing.T) {
	w := open(t, practice.Options{})
	browser := newBrowser(t)
	csrf := w.csrf(w.visit(browser, w.ask(), nil))
	got := w.visit(browser, w.ask(), url.Values{"csrf": {csrf}, "do": {"allow"}})
	if got.status != http.StatusSeeOther || strings.Contains(got.header.Get("Location"), "code=") {
		t.Errorf("got %d, want the sign-in page again", got.status)
	}
	nobody := w.visit(browser, w.ask(), url.Values{"csrf": {csrf}, "login": {" \t"}, "do": {"sign-in"}})
	if nobody.status != http.StatusBadRequest || !strings.Contains(nobody.body, `role="alert"`) {
		t.Errorf("no name: got %d", nobody.status)
	}
}

func TestASignedInBrowserSkipsTheSignIn(t *testing.T) {
	w := open(t, practice.Options{})
	browser := newBrowser(t)
	practicetest.Answer(t, browser, w.ask(), user, "allow")
	consent := w.visit(browser, w.ask(), nil)
	if !strings.Contains(consent.body, user) || !strings.Contains(consent.body, "Use a different account") {
		t.Fatal("the second visit is not the consent page")
	}
	again := w.visit(browser, w.ask("prompt", "login"), nil)
	if !strings.Contains(again.body, `id="login"`) {
		t.Error("prompt=login doesn't ask who it is")
	}
	practicetest.Answer(t, browser, w.ask("prompt", "login"), "else@example.com", "allow")
	if got := w.visit(browser, w.ask(), nil).body; !strings.Contains(got, "else@example.com") {
		t.Error("prompt=login didn't change who it is")
	}
	w.visit(browser, w.ask(), url.Values{"csrf": {w.csrf(w.visit(browser, w.ask(), nil))}, "do": {"switch"}})
	if got := w.visit(browser, w.ask(), nil).body; !strings.Contains(got, `id="login"`) {
		t.Error("a different account can't sign in")
	}
}

func TestDenyingGoesBackWithoutACode(t *testing.T) {
	for _, d := range practice.Dialects() {
		w := open(t, practice.Options{Dialect: d})
		back := practicetest.Answer(t, &http.Client{}, w.ask(), user, "deny")
		if w.parameter(back, "error") != "access_denied" || strings.Contains(back, "code=") || w.parameter(back, "state") != "a state" {
			t.Errorf("%s: the browser was sent back wrongly", d)
		}
	}
}

func TestOnlyThisComputerIsAnswered(t *testing.T) {
	w := open(t, practice.Options{})
	for host, want := range map[string]int{"evil.example": 421, "127.0.0.1.evil.example:80": 421, "10.0.0.1": 421, "localhost:1": 200, "[::1]:1": 200, "127.0.0.1": 200} {
		if got := w.must(http.MethodGet, w.base+"/", nil, map[string]string{"Host": host}).status; got != want {
			t.Errorf("%s: got %d, want %d", host, got, want)
		}
	}
	for _, address := range []string{"0.0.0.0:0", ":0", "localhost:0", "[::1]:0", "example.com:80", "https://127.0.0.1:0"} {
		server, err := practice.New(practice.Options{Clients: []practice.Client{public}})
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Listen(address); err == nil {
			t.Errorf("it listens on %q", address)
		}
		server.Close()
	}
}
