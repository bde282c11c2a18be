package auth

import (
	"slices"
	"strings"
)

// Error codes by what they ask for, whoever sends them. RFC 6749 §5.2, OpenID
// Connect Core §3.1.2.6, RFC 8628 §3.5, and what providers add.
var (
	codesForSignIn   = []string{"invalid_grant", "interaction_required", "consent_required", "login_required"}
	codesForSettings = []string{
		"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_request", "redirect_uri_mismatch", "access_denied", "api_disabled", "invalid_target",
		"incorrect_client_credentials",                               // GitHub
		"invalid_client_id", "bad_client_secret", "bad_redirect_uri", // Slack
		"BAD_CLIENT_ID", "BAD_CLIENT_SECRET", "BAD_REDIRECT_URI", // HubSpot
	}
	codesForLater     = []string{"slow_down"}
	codesForAnotherGo = []string{"temporarily_unavailable", "server_error"}
)

// Judge decides what became of a request that brought no tokens, by status and
// code together. The order of the questions is the rule: where nothing was
// answered, whether anything was sent decides; a throttle is a throttle
// whatever its body says; a page is never the provider's word on a grant.
func Judge(rules ErrorRules, r Reply) Outcome {
	switch {
	case r.Untrusted:
		return OutcomeIntercepted
	case r.Status == 0 && r.Sent:
		return OutcomeAmbiguous
	case r.Status == 0:
		return OutcomeTransient
	case r.Status == 429, slices.Contains(codesForLater, r.Said.Code), r.Status == 503 && r.RetryAfter > 0,
		tooOften(r.Said.Description):
		return OutcomeThrottled
	case r.Status >= 300 && r.Status < 400, r.Status == 407, r.Status == 511:
		return OutcomeIntercepted
	case r.Status >= 500, r.Status == 408, r.Status == 425:
		return OutcomeTransient
	case r.HTML && r.Status < 300, r.HTML && r.Status == 403:
		return OutcomeIntercepted
	}
	return judgeCode(rules, r)
}

// judgeCode is Judge for a 2xx or 4xx that a provider may have written itself.
func judgeCode(rules ErrorRules, r Reply) Outcome {
	code := r.Said.Code
	switch {
	case slices.Contains(rules.SignIn, code), slices.Contains(codesForSignIn, code):
		return OutcomeNeedsSignIn
	case slices.Contains(codesForSettings, code):
		return OutcomeMisconfigured
	case slices.Contains(codesForAnotherGo, code):
		return OutcomeTransient
	case code != "":
		return OutcomeUnknown
	case r.Status < 300:
		return OutcomeAmbiguous // a success that can't be read
	case r.Status == 404, r.Status == 405, r.Status == 410:
		return OutcomeTransient // a deployment under way; the Keeper gives it an hour
	}
	return OutcomeUnknown
}

// tooOften reports whether a provider's words are about the number of requests, in
// whatever code they come: Zoho says "Access Denied", Microsoft's 50196 (a loop of
// requests) "invalid_grant".
func tooOften(description string) bool {
	return strings.Contains(strings.ToLower(description), "too many requests") || strings.Contains(description, "AADSTS50196")
}
