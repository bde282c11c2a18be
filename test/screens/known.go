package main

import (
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/window"
)

// asked are the scopes that were asked for; at Google one was not granted.
func asked(a auth.Status) []string {
	if a.ID == "google" {
		return append([]string{"calendar.readonly"}, a.Scopes...)
	}
	return a.Scopes
}

// inspected is what the token of an account says.
func inspected(a auth.Status) []auth.Inspection {
	if a.ID != "desk" && a.ID != "google" {
		return nil
	}
	return []auth.Inspection{
		{Of: "access_token", Header: `{"alg":"RS256","kid":"2026-11","typ":"at+jwt"}`, Claims: `{
  "iss": "https://login.fortellis.example", "sub": "00u1k8s0w", "aud": ["api://northwind"],
  "iat": 1795352520, "exp": 1795356120, "scp": ["openid", "offline_access"], "cid": "4_1k8s0w", "tid": "northwind"
}`},
		{Of: "id_token", Header: `{"alg":"RS256"}`, Claims: `{"iss": "https://login.fortellis.example", "sub": "00u1k8s0w", "email": "desk@northwind.example", "auth_time": 1795338892}`},
	}
}

// history is a morning of an account.
func history(a auth.Status) []auth.Event {
	at := func(hour, minute, second int) time.Time {
		return time.Date(2026, 11, 22, hour, minute, second, 0, time.UTC)
	}
	all := []auth.Event{
		{At: now.AddDate(0, 0, -3), What: auth.EventConnected},
		{At: now.AddDate(0, 0, -2), What: auth.EventPaused},
		{At: now.AddDate(0, 0, -1), What: auth.EventResumed},
		{At: at(9, 14, 52), What: auth.EventSignedIn, Detail: "as " + a.Identity.Who()},
		{At: at(11, 30, 2), What: auth.EventRefreshFailed, Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}},
		{At: at(12, 7, 9), What: auth.EventRefreshed, Detail: "after waking from sleep"},
		{At: at(12, 40, 31), What: auth.EventCopied, Detail: "as a curl command"},
		{At: at(13, 2, 11), What: auth.EventRefreshed},
	}
	if a.Identity.Who() == "" {
		return all[:2]
	}
	return all
}

// forms are the ways to copy a token.
func forms(auth.Details) []window.Form {
	return []window.Form{
		{ID: "bearer", Label: "Bearer token"},
		{ID: "header", Label: "Authorization header"},
		{ID: "curl", Label: "curl command"},
		{ID: "httpie", Label: "HTTPie command"},
		{ID: "powershell", Label: "PowerShell command"},
		{ID: "env", Label: "Line for an .env file"},
		{ID: "json", Label: "JSON"},
		{ID: "postman", Label: "Postman environment"},
		{ID: "request:vehicles", Label: "Fortellis: list vehicles (curl)"},
	}
}
