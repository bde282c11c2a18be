package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/test/canary"
)

func TestFault31NoOddAnswerCostsTheRefreshToken(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		what   string
		answer answer
		want   auth.Kind
		state  auth.State
	}{
		{"400 without JSON", says(400, "text/plain", "no"), auth.KindUnreachable, auth.StateRetrying},
		{"400 without anything", says(400, "", ""), auth.KindUnreachable, auth.StateRetrying},
		{"403 of a firewall", says(403, "text/html", "<html>no</html>"), auth.KindIntercepted, auth.StateRetrying},
		{"404", says(404, "text/html", "<html>no</html>"), auth.KindUnreachable, auth.StateRetrying},
		{"407", says(407, "", ""), auth.KindIntercepted, auth.StateRetrying},
		{"425", says(425, "", ""), auth.KindUnreachable, auth.StateRetrying},
		{"429", says(429, "", ""), auth.KindThrottled, auth.StateRetrying},
		{"429 with invalid_grant", says(429, "application/json", `{"error":"invalid_grant"}`), auth.KindThrottled, auth.StateRetrying},
		{"500", says(500, "", ""), auth.KindUnreachable, auth.StateRetrying},
		{"503", says(503, "text/html", "<html>no</html>"), auth.KindUnreachable, auth.StateRetrying},
		{"511", says(511, "text/html", portal), auth.KindIntercepted, auth.StateRetrying},
		{"401 with invalid_client", says(401, "application/json", `{"error":"invalid_client"}`), auth.KindMisconfigured, auth.StateMisconfigured},
		{"403 with invalid_grant", says(403, "application/json", `{"error":"invalid_grant"}`), auth.KindSignInNeeded, auth.StateNeedsSignIn},
	} {
		t.Run(row.what, func(t *testing.T) {
			w := newWorld(t)
			id := w.connect("work")
			before := w.grant(id)
			w.front.next(row.answer)
			_, err := w.refresh(id)
			if e := problem(t, err); e.Kind != row.want {
				t.Errorf("got %s, want %s", e.Kind, row.want)
			}
			if s := w.status(id); s.State != row.state {
				t.Errorf("the account is %s, want %s", s.State, row.state)
			}
			if after := w.grant(id); !after.RefreshToken.Equal(before.RefreshToken) || !after.AccessToken.Equal(before.AccessToken) || after.Attempt.Open() {
				t.Error("the grant did not stay")
			}
			if token, err := w.Token(t.Context(), id, auth.Usual); err != nil || !token.AccessToken.Equal(before.AccessToken) {
				t.Errorf("the token that is still valid is not given out: %v", err)
			}
			w.front.wantLedger(t, []int{1}, []int{1})
		})
	}
}

func TestFault32RetryAfterIsKeptWithinAnHour(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) func(time.Time) string {
		return func(now time.Time) string { return now.Add(d).Format(http.TimeFormat) }
	}
	as := func(text string) func(time.Time) string { return func(time.Time) string { return text } }
	for what, row := range map[string]struct {
		value func(now time.Time) string
		least time.Duration
	}{
		"seconds":     {as("5"), 5 * time.Second},
		"minutes":     {as("1200"), 20 * time.Minute},
		"a date":      {in(2 * time.Minute), 2 * time.Minute},
		"a past date": {in(-time.Hour), time.Second},
		"negative":    {as("-1"), time.Second},
		"far away":    {as("999999999"), time.Hour},
		"garbage":     {as("soon"), time.Second},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			id := w.connect("work")
			w.front.next(says(429, "", "", "Retry-After", row.value(w.clock.Wall())))
			_, err := w.refresh(id)
			if e := problem(t, err); e.Kind != auth.KindThrottled {
				t.Errorf("got %s, want throttled", e.Kind)
			}
			for waited := time.Duration(0); len(w.front.asked()) < 3 && waited < 2*time.Hour; waited += 5 * time.Second {
				w.pass(5*time.Second, 5*time.Second)
			}
			asked := w.front.asked() // the code, the refusal, and the next try
			if len(asked) != 3 {
				t.Fatalf("%d requests, want one more", len(asked))
			}
			if gap := asked[2].Sub(asked[1]); gap < row.least || gap > row.least+2*time.Minute {
				t.Errorf("asked again after %v, want %v and not much more", gap, row.least)
			}
			if s := w.status(id); s.State != auth.StateFresh {
				t.Errorf("the account is %s, want fresh", s.State)
			}
			w.front.wantLedger(t, []int{1}, []int{2})
		})
	}
}

// The log is searched by every world when it ends.
func TestFault36AnErrorThatEchoesTheFormTellsNoSecret(t *testing.T) {
	t.Parallel()
	for what, shape := range map[string]string{
		"RFC 6749":        `{"error":%q,"error_description":%q}`,
		"an errors array": `{"errors":[{"type":%q,"message":%q}]}`,
		"no JSON":         "%s: %s",
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, func(s *setup) { s.provider.Client.Authentication = auth.AuthenticateBody })
			id := w.connect("work")
			w.front.next(func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				form, err := url.ParseQuery(string(body))
				if err != nil {
					t.Error(err)
				}
				echo := string(body) + " " + form.Get("client_secret") + " " + form.Get("refresh_token")
				says(400, "application/json", fmt.Sprintf(shape, form.Get("refresh_token"), echo), "Warning", echo)(rw, r, nil)
			})
			_, err := w.refresh(id)
			e := problem(t, err)
			snapshot, err := w.Snapshot(t.Context())
			must(t, err)
			refreshToken := w.grant(id).RefreshToken.Reveal()
			for where, text := range map[string]string{
				"the error": fmt.Sprintf("%v %+v", e, *e), "the snapshot": fmt.Sprintf("%+v %+v", snapshot, snapshot.Accounts[0].Cause), "the log": w.log.String(),
			} {
				if canary.Holds([]byte(text)) || strings.Contains(text, refreshToken[:12]) || strings.Contains(text, refreshToken[len(refreshToken)-12:]) {
					t.Errorf("a secret stands in %s", where)
				}
			}
			w.front.wantLedger(t, []int{1}, []int{1})
		})
	}
}
