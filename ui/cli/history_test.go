package cli_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// eventful is an office whose account has a token that can be read, and a history.
func eventful() desk {
	d := office()
	d.details.Tokens = []auth.Inspection{{Of: "access_token", Header: "{\n  \"alg\": \"RS256\"\n}", Claims: "{\n  \"sub\": \"42\\u001b\",\n  \"aud\": \"\x1b[31mx\"\n}"}}
	d.details.History = []auth.Event{
		{At: now.Add(-2 * time.Hour), What: auth.EventConnected},
		{At: now.Add(-time.Hour), What: auth.EventRefreshFailed, Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}, More: 11},
		{At: now.Add(-time.Minute), What: auth.EventRefreshed},
	}
	return d
}

func TestShowTellsClaimsAndHistory(t *testing.T) {
	got := run(t, world(eventful(), "show", "k7q2"))
	contains(t, "show", got.out, `

Claims of the access token, which nobody has verified here
  {
    "sub": "42\u001b",
    "aud": "`+"\ufffd"+`[31mx"
  }

What happened
  22 Nov 13:12  Refreshed.
  22 Nov 12:13  A refresh didn’t work: the provider could not be reached, or had trouble of its own (12 times since it was last noted). Adaptix said: 503
  22 Nov 11:13  Connected.
`)
}

func TestShowAsJSONHasClaimsAndHistory(t *testing.T) {
	d := eventful()
	d.details.Tokens[0].Claims = `{"sub":"42"}`
	got := run(t, world(d, "show", "k7q2", "--json"))
	if !json.Valid([]byte(got.out)) {
		t.Fatalf("got %q, want JSON", got.out)
	}
	contains(t, "show", got.out, `"tokens":[{"of":"access_token","header":{"alg":"RS256"},"claims":{"sub":"42"}}]`,
		`"history":[{"at":"2026-11-22T11:13:59Z","what":"connected","more":0,"message":"Connected.","outcome":"","kind":"","provider_said":null},`+
			`{"at":"2026-11-22T12:13:59Z","what":"refresh_failed","more":11`, `"outcome":"transient","kind":"","provider_said":{"status":503,"code":"","description":""}}`)
}
