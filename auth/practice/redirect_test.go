package practice_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

func TestRedirectRules(t *testing.T) {
	rows := []struct {
		dialect          practice.Dialect
		registered, sent string
		fits             bool
	}{
		{practice.Standard, "http://127.0.0.1/callback", "http://127.0.0.1:5000/callback", true},
		{practice.Standard, "http://127.0.0.1:80/callback", "http://127.0.0.1:5000/callback", true},
		{practice.Standard, "http://[::1]/callback", "http://[::1]:5000/callback", true},
		{practice.Standard, "http://127.0.0.1/callback", "http://127.0.0.1:5000/callback/", false},
		{practice.Standard, "http://127.0.0.1/callback", "http://127.0.0.1:5000/callback?x=1", false},
		{practice.Standard, "http://127.0.0.1/callback", "http://127.0.0.2:5000/callback", false},
		{practice.Standard, "http://127.0.0.1/callback", "https://127.0.0.1/callback", false},
		{practice.Standard, "http://127.0.0.1/callback", "http://evil@127.0.0.1:1/callback", false},
		{practice.Standard, "http://localhost/callback", "http://localhost:5000/callback", false},
		{practice.Standard, "https://app.example/cb", "https://app.example/cb", true},
		{practice.Standard, "https://app.example/cb", "https://app.example:444/cb", false},
		{practice.Standard, "https://app.example/cb", "", false},
		{practice.Fortellis, "http://localhost:5000/", "http://localhost:5000/", true},
		{practice.Fortellis, "http://localhost:5000/", "http://localhost:5000", false},
		{practice.Fortellis, "http://localhost:5000/", "http://localhost:5001/", false},
		{practice.Fortellis, "http://localhost:5000/", "http://LOCALHOST:5000/", false},
		{practice.FortesMilestones, callback, callback + "?once=1", true},
		{practice.FortesMilestones, callback, callback + "/deeper", true},
		{practice.FortesMilestones, callback, "http://127.0.0.1:17846/callback", false},
		{practice.Adaptix, callback, callback + "/deeper?x=1", true},
		{practice.Adaptix, callback, "HTTP://127.0.0.1:17845/CALLBACK", true},
		{practice.Adaptix, callback, "http://127.0.0.1:17846/callback", false},
		{practice.Adaptix, callback, callback + "/../other", false},
		{practice.Adaptix, callback, callback + "/./other", false},
		{practice.Adaptix, "http://127.0.0.1:1784", callback, false},
		{practice.Adaptix, callback, "", false},
	}
	for _, r := range rows {
		t.Run(r.dialect.String()+" "+r.sent, func(t *testing.T) {
			client := confidential
			client.RedirectAddresses = []string{r.registered}
			w := open(t, practice.Options{Dialect: r.dialect, Clients: []practice.Client{client}})
			if got := w.takes(r.sent); got != r.fits {
				t.Errorf("%s for %s: got %v, want %v", r.sent, r.registered, got, r.fits)
			}
		})
	}
}

// takes reports whether a person who allows is sent to redirect.
func (w world) takes(redirect string) bool {
	w.Helper()
	ask, browser := w.ask("redirect_uri", redirect), newBrowser(w.T)
	page := w.visit(browser, ask, nil)
	if page.status != http.StatusOK {
		return false
	}
	w.visit(browser, ask, map[string][]string{"csrf": {w.csrf(page)}, "login": {user}, "do": {"sign-in"}})
	consent := w.visit(browser, ask, nil)
	return w.visit(browser, ask, map[string][]string{"csrf": {w.csrf(consent)}, "do": {"allow"}}).status == http.StatusFound
}

func TestConsentFollowsToTheRedirectAddress(t *testing.T) {
	visited := make(chan string, 1)
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visited <- r.URL.Query().Get("code")
	}))
	defer app.Close()
	client := public
	client.RedirectAddresses = []string{"http://127.0.0.1/"}
	w := open(t, practice.Options{Clients: []practice.Client{client}})
	back := practicetest.Consent(t, newBrowser(t), w.ask("client_id", client.ID, "redirect_uri", app.URL+"/"), user)
	if got := <-visited; got == "" || got != w.parameter(back, "code") {
		t.Error("the app was not visited with the code")
	}
}
