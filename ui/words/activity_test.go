package words_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func TestEveryEventHasASentence(t *testing.T) {
	seen := map[string]auth.EventKind{}
	for _, kind := range auth.EventKinds() {
		got := words.Activity(auth.Event{What: kind}, "Adaptix")
		if other, twice := seen[got]; twice || strings.Contains(got, "doesn’t know") || !strings.HasSuffix(got, ".") {
			t.Errorf("%s is told as %q, like %q", kind, got, other)
		}
		seen[got] = kind
	}
}

func TestEveryOutcomeIsTold(t *testing.T) {
	for _, o := range auth.Outcomes() {
		got := words.Activity(auth.Event{What: auth.EventRefreshFailed, Outcome: o, Said: auth.Said{Code: "invalid_grant"}}, "Adaptix")
		if !strings.HasPrefix(got, "A refresh didn’t work: ") || !strings.HasSuffix(got, "Adaptix said: invalid_grant") {
			t.Errorf("%s is told as %q", o, got)
		}
	}
}

func TestHowOftenIsTold(t *testing.T) {
	got := words.Activity(auth.Event{What: auth.EventRefreshed, More: 9, Said: auth.Said{Status: 200}}, "Adaptix")
	if want := "Refreshed (10 times since it was last noted). Adaptix said: 200"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatProvidersSayStaysOnItsLine(t *testing.T) {
	got := words.Activity(auth.Event{What: auth.EventRefreshed, Detail: "after\nsleep\x1b[31m"}, "A\x07")
	if strings.ContainsAny(got, "\n\x1b\x07") {
		t.Errorf("control characters got through: %q", got)
	}
}

func TestFromNow(t *testing.T) {
	for _, row := range []struct {
		d    time.Duration
		want string
	}{
		{0, "now"},
		{48*time.Minute + 12*time.Second, "in 48 min"},
		{-12 * time.Minute, "12 min ago"},
		{-41 * time.Second, "41 s ago"},
		{3*time.Hour + 5*time.Minute, "in 3 h 05 min"},
		{-25 * time.Hour, "1 day ago"},
		{7 * 24 * time.Hour, "in 7 days"},
		{-3 * 366 * 24 * time.Hour, "3 years ago"},
	} {
		if got := words.FromNow(now.Add(row.d), now); got != row.want {
			t.Errorf("FromNow(%v) = %q, want %q", row.d, got, row.want)
		}
	}
}

func TestTimesOfATokenAreTold(t *testing.T) {
	for _, name := range []string{"exp", "nbf", "iat", "auth_time"} {
		if !words.ClaimTime(name) || words.Claim(name) == "" {
			t.Errorf("%s is not told as a time", name)
		}
	}
	if words.ClaimTime("sub") {
		t.Error("sub is told as a time")
	}
}

func TestSupportGetsNoSecretAndNobodysName(t *testing.T) {
	s := auth.Status{
		Name: "Service desk", Provider: "adaptix", ProviderName: "Adaptix", State: auth.StateNeedsSignIn, Since: now,
		Identity: auth.Identity{Email: "you@example.com", Subject: "canary-subject"}, Grant: auth.AuthorizationCode,
		Cause: &auth.Error{Kind: auth.KindSignInNeeded, Said: auth.Said{Status: 400, Code: "invalid_grant", Description: "Expired."}},
	}
	d := auth.Details{Status: s, ClientID: "canary-client", History: []auth.Event{{At: now, What: auth.EventRefreshFailed, Outcome: auth.OutcomeNeedsSignIn, More: 2}}}
	got := words.Support(s, d, "v1.2.3", now)
	for _, want := range []string{
		"Tokentray: v1.2.3", "account: Service desk", "provider: Adaptix (adaptix)", "state: needs_sign_in",
		"provider said: 400 invalid_grant — “Expired.”", "2026-11-22T13:14:00Z: refresh_failed needs_sign_in ×3",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("support doesn't get %q:\n%s", want, got)
		}
	}
	for _, not := range []string{"canary", "you@example.com"} {
		if strings.Contains(got, not) {
			t.Errorf("support gets %q:\n%s", not, got)
		}
	}
}
