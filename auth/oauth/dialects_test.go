package oauth_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tokentray/tokentray/assets"
	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/catalog"
)

// builtin is the provider file of that name, for an example of a customer.
func builtin(t *testing.T, id auth.ProviderID) auth.Provider {
	t.Helper()
	c, troubles := catalog.New(assets.Providers)
	if len(troubles) > 0 {
		t.Fatal(troubles)
	}
	p, known := c.Provider(id)
	if !known {
		t.Fatalf("there is no provider %s", id)
	}
	settings := map[string]string{}
	for _, s := range p.Settings {
		settings[s.Key] = s.Example
	}
	p, err := p.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each provider's own way to say no, as its pages or its source have it, read with
// the rules of its own file.
func TestEveryProvidersOwnErrorsAreUnderstood(t *testing.T) {
	const form, json, plain = "application/x-www-form-urlencoded", "application/json", "text/plain"
	deprecated := `{"error":"invalid_grant","error_description":"Invalid refresh token (this key is deprecated)","errors":[{"message":"Invalid refresh token","code":400,"type":"invalid_grant"}]}`
	for _, row := range []struct {
		provider   auth.ProviderID
		status     int
		kind, body string
		want       auth.Outcome
		code, says string
	}{
		// Adaptix answers as Mautic 3 and later, as 2.6 to 2.16, and as those before; all with 400.
		{"adaptix", 400, json, `{"errors":[{"message":"Invalid refresh token","code":400,"type":"invalid_grant"}]}`, auth.OutcomeNeedsSignIn, "invalid_grant", "Invalid refresh token"},
		{"adaptix", 400, json, deprecated, auth.OutcomeNeedsSignIn, "invalid_grant", "Invalid refresh token"},
		{"adaptix", 400, json, `{"error":"invalid_grant","error_description":"Refresh token has expired"}`, auth.OutcomeNeedsSignIn, "invalid_grant", "expired"},
		{"adaptix", 400, json, `{"errors":[{"message":"The client credentials are invalid","code":400,"type":"invalid_client"}]}`, auth.OutcomeMisconfigured, "invalid_client", "credentials"},
		{"adaptix", 400, json, `{"errors":[{"message":"The grant type is unauthorized for this client_id","code":400,"type":"unauthorized_client"}]}`, auth.OutcomeMisconfigured, "unauthorized_client", "grant type"},
		{"adaptix", 400, json, `{"errors":[{"message":"An unsupported scope was requested.","code":400,"type":"invalid_scope"}]}`, auth.OutcomeMisconfigured, "invalid_scope", "scope"},
		{"adaptix", 400, json, `{"error":"unsupported_grant_type","error_description":null}`, auth.OutcomeMisconfigured, "unsupported_grant_type", ""},
		{"adaptix", 403, json, `{"errors":[{"message":"Basic Auth disabled.","code":403,"type":"access_denied"}]}`, auth.OutcomeMisconfigured, "access_denied", "Basic"},
		{"adaptix", 403, json, `{"errors":[{"message":"API disabled.","code":403,"type":"api_disabled"}]}`, auth.OutcomeMisconfigured, "api_disabled", "API"},
		{"adaptix", 400, json, `{"errors":[{"message":"Something new","code":400,"type":"moon_phase"}]}`, auth.OutcomeUnknown, "moon_phase", "new"},
		{"adaptix", 400, json, `{"errors":[{"message":"Something new","code":400,"type":null}]}`, auth.OutcomeUnknown, "", "new"},
		{"adaptix", 400, "", "", auth.OutcomeUnknown, "", ""},

		{"fortellis", 400, json, `{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}`, auth.OutcomeNeedsSignIn, "invalid_grant", "expired"},
		{"fortellis", 401, json, `{"error":"invalid_client","error_description":"No client credentials found."}`, auth.OutcomeMisconfigured, "invalid_client", "credentials"},
		{"fortellis", 429, json, `{"error":"invalid_grant","error_description":"API call exceeded rate limit due to too many requests."}`, auth.OutcomeThrottled, "invalid_grant", "rate limit"},
		{"fortellis", 429, json, `{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit"}`, auth.OutcomeThrottled, "E0000047", "rate limit"},

		{"fortesmilestones", 400, json, `{"error":"invalid_grant"}`, auth.OutcomeNeedsSignIn, "invalid_grant", ""},
		{"fortesmilestones", 500, "text/html", "<html>Server Error</html>", auth.OutcomeTransient, "", ""},

		{"hubspot", 400, json, `{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token","correlationId":"7a5c"}`, auth.OutcomeNeedsSignIn, "BAD_REFRESH_TOKEN", "missing or invalid"},
		{"hubspot", 400, json, `{"status":"BAD_CLIENT_ID","message":"missing or unknown client id"}`, auth.OutcomeMisconfigured, "BAD_CLIENT_ID", "client id"},
		{"hubspot", 400, json, `{"status":"error","message":"something","correlationId":"7a5c"}`, auth.OutcomeUnknown, "", "something"},

		{"slack", 200, json, `{"ok":false,"error":"invalid_refresh_token"}`, auth.OutcomeNeedsSignIn, "invalid_refresh_token", ""},
		{"slack", 200, json, `{"ok":false,"error":"bad_client_secret"}`, auth.OutcomeMisconfigured, "bad_client_secret", ""},
		{"slack", 200, json, `{"ok":false,"error":"ratelimited_in_some_new_way"}`, auth.OutcomeUnknown, "ratelimited_in_some_new_way", ""},

		{"github", 200, json, `{"error":"bad_refresh_token","error_description":"The refresh token passed is incorrect or expired."}`, auth.OutcomeNeedsSignIn, "bad_refresh_token", "expired"},
		{"github", 200, form, "error=bad_refresh_token&error_description=The+refresh+token+passed+is+incorrect+or+expired.", auth.OutcomeNeedsSignIn, "bad_refresh_token", "expired"},
		{"github", 200, json, `{"error":"incorrect_client_credentials"}`, auth.OutcomeMisconfigured, "incorrect_client_credentials", ""},

		{"microsoft", 400, json, `{"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired due to inactivity.\r\nTrace ID: 1\r\nTimestamp: 2","error_codes":[700082],"suberror":"bad_token"}`, auth.OutcomeNeedsSignIn, "invalid_grant", "Trace ID: 1 Timestamp: 2 (bad_token)"},
		{"microsoft", 400, json, `{"error":"invalid_grant","error_description":"` + strings.Repeat("long ", 60) + `","error_codes":[65001],"suberror":"consent_required"}`, auth.OutcomeNeedsSignIn, "invalid_grant", "… (AADSTS65001, consent_required)"},
		{"microsoft", 400, json, `{"error":"interaction_required","error_description":"AADSTS50076: Due to a configuration change …"}`, auth.OutcomeNeedsSignIn, "interaction_required", "AADSTS50076"},
		{"microsoft", 401, json, `{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired.","error_codes":[7000222]}`, auth.OutcomeMisconfigured, "invalid_client", "AADSTS7000222"},
		{"microsoft", 400, json, `{"error":"invalid_grant","error_description":"AADSTS50196: The server terminated an operation because it encountered a client request loop."}`, auth.OutcomeThrottled, "invalid_grant", "loop"},
		{"microsoft", 503, json, `{"error":"temporarily_unavailable","error_description":"AADSTS90033: A transient error has occurred."}`, auth.OutcomeTransient, "temporarily_unavailable", "AADSTS90033"},

		// Zoho's, whose file anybody may write.
		{"oidc", 400, json, `{"error":"Access Denied","error_description":"You have made too many requests continuously. Please try again after some time.","status":"failure"}`, auth.OutcomeThrottled, "Access Denied", "try again"},
		{"oidc", 400, json, "", auth.OutcomeUnknown, "", ""},
		{"oidc", 401, plain, "", auth.OutcomeUnknown, "", ""},
	} {
		p := newProvider(t, says(row.status, row.kind, row.body))
		d := builtin(t, row.provider)
		d.Endpoints.Token, d.Endpoints.Refresh = p.URL+"/token", ""
		_, err := newWire(t).Refresh(context.Background(), d, client(), grant())
		f := failure(t, err)
		if f.Outcome != row.want || f.Said.Code != row.code || !strings.Contains(f.Said.Description, row.says) || f.Said.Status != row.status {
			t.Errorf("%s %d %s: %q, said %+v, want %q, %q and %q", row.provider, row.status, row.body, f.Outcome, f.Said, row.want, row.code, row.says)
		}
		if n := len([]rune(f.Said.Description)); n > 200 {
			t.Errorf("%s: %d characters, want 200 at most", row.provider, n)
		}
		if got := len(p.ledger()); got != 1 {
			t.Errorf("%s: %d requests, want 1", row.provider, got)
		}
	}
}
