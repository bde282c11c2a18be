package oauth_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestAnswersThatBringNothing(t *testing.T) {
	adaptix := `{"errors":[{"message":"Invalid refresh token","code":400,"type":"invalid_grant"}]}`
	for _, row := range []struct {
		what, kind, body string
		status           int
		want             auth.Outcome
		code             string
	}{
		{"invalid_grant", "application/json", `{"error":"invalid_grant","error_description":"gone"}`, 400, auth.OutcomeNeedsSignIn, "invalid_grant"},
		{"invalid_grant with 401", "application/json", `{"error":"invalid_grant"}`, 401, auth.OutcomeNeedsSignIn, "invalid_grant"},
		{"an errors array", "application/json", adaptix, 400, auth.OutcomeNeedsSignIn, "invalid_grant"},
		{"both shapes", "application/json", `{"error":"invalid_grant","error_description":"deprecated",` + adaptix[1:], 400, auth.OutcomeNeedsSignIn, "invalid_grant"},
		{"a null message", "application/json", `{"error":"unsupported_grant_type","error_description":null}`, 400, auth.OutcomeMisconfigured, "unsupported_grant_type"},
		{"an error object", "application/json", `{"error":{"type":"invalid_client","message":"no","code":190}}`, 400, auth.OutcomeMisconfigured, "invalid_client"},
		{"an errorType", "application/json", `{"errors":[{"errorType":"invalid_client","message":"no"}],"success":false}`, 401, auth.OutcomeMisconfigured, "invalid_client"},
		{"a form", "application/x-www-form-urlencoded", "error=invalid_grant&error_description=no", 400, auth.OutcomeNeedsSignIn, "invalid_grant"},
		{"200 with an error", "application/json", `{"error":"invalid_grant"}`, 200, auth.OutcomeNeedsSignIn, "invalid_grant"},
		{"400 in words", "text/plain", "no", 400, auth.OutcomeUnknown, ""},
		{"400 empty", "", "", 400, auth.OutcomeUnknown, ""},
		{"a firewall's page", "text/html", "<html>no</html>", 403, auth.OutcomeIntercepted, ""},
		{"a network's login page", "text/html", "<!doctype html><form>error=invalid_grant</form>", 200, auth.OutcomeIntercepted, ""},
		{"a page without a label", "", "<html></html>", 200, auth.OutcomeIntercepted, ""},
		{"404", "text/html", "<html></html>", 404, auth.OutcomeTransient, ""},
		{"407", "", "", 407, auth.OutcomeIntercepted, ""},
		{"408", "", "", 408, auth.OutcomeTransient, ""},
		{"425", "", "", 425, auth.OutcomeTransient, ""},
		{"429 that says invalid_grant", "application/json", `{"error":"invalid_grant"}`, 429, auth.OutcomeThrottled, "invalid_grant"},
		{"500 that says invalid_grant", "application/json", `{"error":"invalid_grant"}`, 500, auth.OutcomeTransient, "invalid_grant"},
		{"500 with tokens", "application/json", usualTokens, 500, auth.OutcomeTransient, ""},
		{"503", "text/html", "<html></html>", 503, auth.OutcomeTransient, ""},
		{"511", "text/html", "<html></html>", 511, auth.OutcomeIntercepted, ""},
		{"200 empty", "application/json", "", 200, auth.OutcomeAmbiguous, ""},
		{"200 with nothing in it", "application/json", "{}", 200, auth.OutcomeAmbiguous, ""},
		{"200 cut in the token", "application/json", `{"access_token":"canary-a","refresh_token":"canary-r`, 200, auth.OutcomeAmbiguous, ""},
	} {
		t.Run(row.what, func(t *testing.T) {
			p := newProvider(t, says(row.status, row.kind, row.body))
			_, err := refresh(t, p)
			f := failure(t, err)
			if f.Outcome != row.want || f.Said.Code != row.code || f.Said.Status != row.status {
				t.Errorf("outcome = %q, said %+v, want %q, %q, %d", f.Outcome, f.Said, row.want, row.code, row.status)
			}
			if got := len(p.ledger()); got != 1 {
				t.Errorf("%d requests, want 1", got)
			}
		})
	}
	p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x", error="invalid_client"`)
		w.WriteHeader(401)
	})
	_, err := refresh(t, p)
	if f := failure(t, err); f.Outcome != auth.OutcomeMisconfigured {
		t.Errorf("a challenge: %q, want misconfigured", f.Outcome)
	}
}

func TestARejectedWayOfAuthenticationIsNotTriedInAnother(t *testing.T) {
	p := newProvider(t, says(401, "application/json", `{"error":"invalid_client"}`))
	d := p.definition()
	d.Client.Authentication = auth.AuthenticateBasic
	_, err := newWire(t).Refresh(context.Background(), d, client(), grant())
	if f := failure(t, err); f.Outcome != auth.OutcomeMisconfigured || len(p.ledger()) != 1 {
		t.Errorf("outcome = %q after %d requests, want misconfigured after 1", f.Outcome, len(p.ledger()))
	}
}

func TestRetryAfterIsReadAndBounded(t *testing.T) {
	now := time.Now().UTC()
	for _, row := range []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "5", 5 * time.Second},
		{"Retry-After", "0", time.Second},
		{"Retry-After", "-1", time.Second},
		{"Retry-After", "999999999", time.Hour},
		{"Retry-After", "1e300", time.Hour},
		{"Retry-After", "soon", 0},
		{"Retry-After", "NaN", 0},
		{"Retry-After", now.Add(2 * time.Minute).Format(http.TimeFormat), 2 * time.Minute},
		{"Retry-After", now.Add(-time.Hour).Format(http.TimeFormat), time.Second},
		{"X-Rate-Limit-Reset", fmt.Sprint(now.Add(40 * time.Second).Unix()), 40 * time.Second},
		{"X-Rate-Limit-Reset", "x", 0},
	} {
		p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(row.name, row.value)
			w.Header().Set("Date", now.Format(http.TimeFormat))
			w.WriteHeader(429)
		})
		_, err := refresh(t, p)
		if f := failure(t, err); f.RetryAfter != row.want || f.Outcome != auth.OutcomeThrottled {
			t.Errorf("%s: %s gives %v, %q, want %v, throttled", row.name, row.value, f.RetryAfter, f.Outcome, row.want)
		}
	}
}

func TestAProvidersWordsNeverRepeatWhatWasSent(t *testing.T) {
	for _, mode := range []auth.ClientAuthentication{auth.AuthenticateBasic, auth.AuthenticateBody} {
		for _, shape := range []string{
			`{"error":%q,"error_description":%q}`,
			`{"errors":[{"message":%[2]q,"type":%[1]q}]}`,
			`{"error":{"message":%[2]q,"type":%[1]q}}`,
		} {
			p := newProvider(t, nil)
			p.mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				w.WriteHeader(400)
				write(w, fmt.Sprintf(shape, refreshToken, string(body)+" "+r.Header.Get("Authorization")+" "+refreshToken[:20]+" "+secret))
			})
			d := p.definition()
			d.Endpoints.Token, d.Client.Authentication = p.URL+"/echo", mode
			_, err := newWire(t).Refresh(context.Background(), d, client(), grant())
			f := failure(t, err)
			words := f.Error()
			for _, bad := range []string{"canary", refreshToken[:12], base64.StdEncoding.EncodeToString([]byte("northwind-desk:"))[:16]} {
				if strings.Contains(words, bad) {
					t.Errorf("%s in %q", bad, words)
				}
			}
			if !strings.Contains(words, "[redacted]") {
				t.Errorf("%q shows no hole", words)
			}
		}
	}
}
