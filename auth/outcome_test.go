package auth_test

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestJudgeEveryClassOfReply(t *testing.T) {
	adaptix := auth.ErrorRules{Shape: auth.ErrorsArray, SignIn: []string{"invalid_grant"}}
	said := func(code string) auth.Said { return auth.Said{Code: code} }
	for _, row := range []struct {
		what  string
		rules auth.ErrorRules
		reply auth.Reply
		want  auth.Outcome
	}{
		{"no connection", auth.ErrorRules{}, auth.Reply{}, auth.OutcomeTransient},
		{"reset after the request was written", auth.ErrorRules{}, auth.Reply{Sent: true}, auth.OutcomeAmbiguous},
		{"another's certificate", auth.ErrorRules{}, auth.Reply{Untrusted: true}, auth.OutcomeIntercepted},
		{"429 that says invalid_grant", auth.ErrorRules{}, auth.Reply{Status: 429, Sent: true, Said: said("invalid_grant")}, auth.OutcomeThrottled},
		{"503 with Retry-After", auth.ErrorRules{}, auth.Reply{Status: 503, RetryAfter: time.Second}, auth.OutcomeThrottled},
		{"503", auth.ErrorRules{}, auth.Reply{Status: 503}, auth.OutcomeTransient},
		{"slow_down", auth.ErrorRules{}, auth.Reply{Status: 400, Said: said("slow_down")}, auth.OutcomeThrottled},
		{"too many requests in words", auth.ErrorRules{}, auth.Reply{Status: 400, Said: auth.Said{Code: "Access Denied", Description: "You have made Too Many Requests."}}, auth.OutcomeThrottled},
		{"500 that says invalid_grant", auth.ErrorRules{}, auth.Reply{Status: 500, Said: said("invalid_grant")}, auth.OutcomeTransient},
		{"408", auth.ErrorRules{}, auth.Reply{Status: 408}, auth.OutcomeTransient},
		{"425", auth.ErrorRules{}, auth.Reply{Status: 425}, auth.OutcomeTransient},
		{"302", auth.ErrorRules{}, auth.Reply{Status: 302}, auth.OutcomeIntercepted},
		{"307", auth.ErrorRules{}, auth.Reply{Status: 307, HTML: true}, auth.OutcomeIntercepted},
		{"407", auth.ErrorRules{}, auth.Reply{Status: 407}, auth.OutcomeIntercepted},
		{"511", auth.ErrorRules{}, auth.Reply{Status: 511}, auth.OutcomeIntercepted},
		{"a page instead of tokens", auth.ErrorRules{}, auth.Reply{Status: 200, HTML: true}, auth.OutcomeIntercepted},
		{"a firewall's page", auth.ErrorRules{}, auth.Reply{Status: 403, HTML: true}, auth.OutcomeIntercepted},
		{"a gateway's page", auth.ErrorRules{}, auth.Reply{Status: 502, HTML: true}, auth.OutcomeTransient},
		{"400 invalid_grant", auth.ErrorRules{}, auth.Reply{Status: 400, Said: said("invalid_grant")}, auth.OutcomeNeedsSignIn},
		{"403 invalid_grant", auth.ErrorRules{}, auth.Reply{Status: 403, Said: said("invalid_grant")}, auth.OutcomeNeedsSignIn},
		{"401 invalid_grant", auth.ErrorRules{}, auth.Reply{Status: 401, Said: said("invalid_grant")}, auth.OutcomeNeedsSignIn},
		{"200 with an error", auth.ErrorRules{}, auth.Reply{Status: 200, Said: said("invalid_grant")}, auth.OutcomeNeedsSignIn},
		{"login_required", auth.ErrorRules{}, auth.Reply{Status: 400, Said: said("login_required")}, auth.OutcomeNeedsSignIn},
		{"401 invalid_client", auth.ErrorRules{}, auth.Reply{Status: 401, Said: said("invalid_client")}, auth.OutcomeMisconfigured},
		{"400 invalid_client at Adaptix", adaptix, auth.Reply{Status: 400, Said: said("invalid_client")}, auth.OutcomeMisconfigured},
		{"403 access_denied at Adaptix", adaptix, auth.Reply{Status: 403, Said: said("access_denied")}, auth.OutcomeMisconfigured},
		{"a code of the provider's own", auth.ErrorRules{SignIn: []string{"bad_refresh_token"}}, auth.Reply{Status: 400, Said: said("bad_refresh_token")}, auth.OutcomeNeedsSignIn},
		{"server_error", auth.ErrorRules{}, auth.Reply{Status: 400, Said: said("server_error")}, auth.OutcomeTransient},
		{"200 with nothing in it", auth.ErrorRules{}, auth.Reply{Status: 200, Sent: true}, auth.OutcomeAmbiguous},
		{"404", auth.ErrorRules{}, auth.Reply{Status: 404}, auth.OutcomeTransient},
		{"400 without a word", auth.ErrorRules{}, auth.Reply{Status: 400}, auth.OutcomeUnknown},
		{"a code nobody knows", auth.ErrorRules{}, auth.Reply{Status: 400, Said: said("moon_phase")}, auth.OutcomeUnknown},
	} {
		t.Run(row.what, func(t *testing.T) {
			if got := auth.Judge(row.rules, row.reply); got != row.want {
				t.Errorf("Judge = %v, want %v", got, row.want)
			}
		})
	}
}
