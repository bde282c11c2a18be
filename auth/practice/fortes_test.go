package practice_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/auth/practice/practicetest"
)

func TestFortesAnswersAsDocumented(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.FortesMilestones})
	form := regexp.MustCompile(`^\{"access_token":"[0-9a-f]{32}","token_type":"bearer","expires_in":3600,"refresh_token":"[0-9a-f]{32}"\}$`)
	first := w.signedIn("state", "-")
	if !form.MatchString(first.body) {
		t.Fatalf("got %s", first.body)
	}
	w.clock.advance(365 * 24 * time.Hour) // no life of a refresh token is documented
	second := w.refresh(first.get("refresh_token"))
	if second.status != 200 || !form.MatchString(second.body) {
		t.Fatalf("got %d %s", second.status, second.body)
	}
	third := w.refresh(second.get("refresh_token"))
	if got := w.api(second.get("access_token")); got.status != 401 {
		t.Errorf("the old access token dies: got %d", got.status)
	}
	if got := w.api(third.get("access_token")); got.status != 200 {
		t.Errorf("the new one lives: got %d", got.status)
	}
	w.expect(w.refresh(second.get("refresh_token")), 400, `{"error":"invalid_grant"}`)
	if got := w.refresh(third.get("refresh_token")); got.status != 200 {
		t.Errorf("the newest still works: got %d %s", got.status, got.body)
	}
}

func TestFortesRefusesWrongTokenRequests(t *testing.T) {
	w := open(t, practice.Options{Dialect: practice.FortesMilestones})
	used := w.code()
	w.exchange(used)
	rows := []struct {
		name, grant string
		change      []string
		status      int
		body        string
	}{
		{"no grant type", "", nil, 400, `{"error":"invalid_request"}`},
		{"client_credentials", "client_credentials", nil, 400, `{"error":"unsupported_grant_type"}`},
		{"unknown client", "refresh_token", []string{"client_id", "nobody"}, 401, `{"error":"invalid_client"}`},
		{"wrong secret", "refresh_token", []string{"client_secret", "canary-wrong"}, 401, `{"error":"invalid_client"}`},
		{"used code", "authorization_code", []string{"code", used}, 400, `{"error":"invalid_grant"}`},
		{"other redirect address", "authorization_code", []string{"code", w.code(), "redirect_uri", callback + "?n=1"}, 400, `{"error":"invalid_grant"}`},
		{"unknown refresh token", "refresh_token", []string{"refresh_token", "canary"}, 400, `{"error":"invalid_grant"}`},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := w
			w.T = t
			w.expect(w.ask4Tokens(r.grant, r.change...), r.status, r.body)
		})
	}
}

func TestFortesEchoes(t *testing.T) {
	for echo, want := range map[practice.Echo][2]bool{ // state, one-time value
		practice.EchoBoth: {true, true}, practice.EchoState: {true, false},
		practice.EchoValue: {false, true}, practice.EchoNeither: {false, false},
	} {
		w := open(t, practice.Options{Dialect: practice.FortesMilestones, Echo: echo})
		redirect := callback + "?once=canary-once"
		back, err := url.Parse(practicetest.Answer(t, &http.Client{}, w.ask("redirect_uri", redirect), user, "allow"))
		if err != nil {
			t.Fatal("the browser was sent to no address")
		}
		q := back.Query()
		if got := [2]bool{q.Get("state") == "a state", q.Get("once") == "canary-once"}; got != want {
			t.Errorf("echo %d: got state, value %v, want %v", echo, got, want)
		}
		if got := w.exchange(q.Get("code"), "redirect_uri", redirect); got.status != 200 {
			t.Errorf("echo %d: got %d %s", echo, got.status, got.body)
		}
	}
}
