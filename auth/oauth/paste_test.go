package oauth_test

import (
	"strings"
	"testing"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/oauth"
)

// paste hands the attempt of u an address.
func (u *underway) paste(w *oauth.Wire, address string) error {
	u.t.Helper()
	return checkedError(u.t, w.Paste(u.step.Attempt, auth.NewSecret(address)))
}

// wantMispasted wants address refused in words, and u to go on waiting.
func (u *underway) wantMispasted(w *oauth.Wire, what, address, words string) {
	u.t.Helper()
	f := failure(u.t, u.paste(w, address))
	if f.Kind != auth.KindUsage || !strings.Contains(f.Detail, words) {
		u.t.Errorf("%s: %q, %q, want %q and %q in its words", what, f.Kind, f.Detail, auth.KindUsage, words)
	}
	u.waits()
}

func TestAPastedAddressFinishesTheSignIn(t *testing.T) {
	for what, change := range map[string]func(string) string{
		"as it stands":        func(a string) string { return a },
		"with blanks":         func(a string) string { return "  " + a + "\r\n" },
		"without its http://": func(a string) string { return strings.TrimPrefix(a, "http://") },
		"with a fragment":     func(a string) string { return a + "#_=_" },
		"shouted":             func(a string) string { return strings.Replace(a, "http://", "HTTP://", 1) },
	} {
		t.Run(what, func(t *testing.T) {
			p := newProvider(t, says(200, "application/json", usualTokens))
			w := newWire(t)
			u := begin(t, w, asking(p.definition()))
			if err := u.paste(w, change(u.callback(u.state()+"&code="+code))); err != nil {
				t.Fatal(err)
			}
			answer, err := u.finish()
			if err != nil || answer.AccessToken.Reveal() != accessToken {
				t.Fatalf("answer = %+v, %v, want the token", answer, err)
			}
			posts := p.ledger()
			if len(posts) != 1 || posts[0].form.Get("code") != code || posts[0].form.Get("redirect_uri") != u.sent.Get("redirect_uri") {
				t.Errorf("%d token requests, want one with the code and the redirect address", len(posts))
			}
			if hears(u.step.Waiting) {
				t.Error("the port is still open")
			}
			if f := failure(t, u.paste(w, u.callback(u.state()+"&code="+code))); f.Kind != auth.KindUsage || len(p.ledger()) != 1 {
				t.Errorf("a second paste: %q after %d requests, want it refused after 1", f.Kind, len(p.ledger()))
			}
		})
	}
}

func TestAWrongPasteLeavesTheAttemptWaiting(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	d := p.definition()
	d.Redirect = auth.RedirectRules{Match: auth.MatchExact, Address: "http://127.0.0.1:" + freePort(t) + "/callback"}
	w := newWire(t)
	u, other := begin(t, w, asking(d)), begin(t, w, asking(d))
	right := u.callback(u.state() + "&code=" + code)
	for what, row := range map[string]struct{ address, words string }{
		"nothing":           {"", "begins with " + u.step.Waiting},
		"words":             {"I am signed in now", "not one address"},
		"two lines":         {right + "\n" + right, "not one address"},
		"another host":      {strings.Replace(right, "127.0.0.1", "evil.example", 1), "begins with"},
		"localhost instead": {strings.Replace(right, "127.0.0.1", "localhost", 1), "begins with"},
		"another port":      {strings.Replace(right, ":", ":1", 2), "begins with"},
		"https":             {strings.Replace(right, "http:", "https:", 1), "begins with"},
		"a user name":       {strings.Replace(right, "//", "//you@", 1), "begins with"},
		"another path":      {strings.Replace(right, "/callback", "/callback/x", 1), "begins with"},
		"the sign-in page":  {u.step.Address, "begins with"},
		"no answer yet":     {u.step.Waiting + "?" + u.state(), "holds no answer"},
		"code and error":    {right + "&error=access_denied", "holds no answer"},
		"no state":          {u.callback("code=" + code), "another sign-in"},
		"a refusal, stray":  {u.callback("error=access_denied&state=canary-x"), "another sign-in"},
		"the other's":       {other.callback(other.state() + "&code=" + code), "another sign-in"},
		"two codes":         {right + "&code=canary-2", "damaged"},
		"endless":           {right + strings.Repeat("x", 64<<10), "not one address"},
	} {
		u.wantMispasted(w, what, row.address, row.words)
	}
	if f := failure(t, w.Paste("nobody", auth.NewSecret(right))); f.Kind != auth.KindUsage || !strings.Contains(f.Detail, "start it again") {
		t.Errorf("an attempt that isn't there: %q, %q", f.Kind, f.Detail)
	}
	if f := failure(t, w.Paste("", auth.NewSecret(right))); f.Kind != auth.KindUsage {
		t.Errorf("an attempt without a name: %q", f.Kind)
	}
	if got := len(p.ledger()); got != 0 {
		t.Fatalf("%d token requests, want none", got)
	}
	// Both still can be finished, the one by its browser and the other by pasting.
	if err := other.paste(w, other.callback(other.state()+"&code=canary-other")); err != nil {
		t.Error(err)
	}
	page(t, right)
	for _, one := range []*underway{u, other} {
		if _, err := one.finish(); err != nil {
			t.Error(err)
		}
	}
	if got := len(p.ledger()); got != 2 {
		t.Errorf("%d token requests, want 2", got)
	}
}

func TestAPastedAddressIsJudgedLikeACallback(t *testing.T) {
	for what, row := range map[string]struct {
		query string
		want  auth.Kind
	}{
		"denied":         {"&error=access_denied", auth.KindDenied},
		"another issuer": {"&code=" + code + "&iss=https%3A%2F%2Fevil.example", auth.KindInvalidAnswer},
	} {
		t.Run(what, func(t *testing.T) {
			p := newProvider(t, says(200, "application/json", usualTokens))
			d := p.definition()
			d.Issuer = "https://id.example.com"
			w := newWire(t)
			u := begin(t, w, asking(d))
			if err := u.paste(w, u.callback(u.state()+row.query)); err != nil {
				t.Fatal(err)
			}
			_, err := u.finish()
			if f := failure(t, err); f.Kind != row.want || len(p.ledger()) != 0 {
				t.Errorf("kind = %q after %d requests, want %q after none", f.Kind, len(p.ledger()), row.want)
			}
		})
	}
}

func TestAPasteAfterTheEndFindsNobody(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	w := newWire(t)
	u := begin(t, w, asking(p.definition()))
	address := u.callback(u.state() + "&code=" + code)
	u.cancel()
	if _, err := u.finish(); err == nil {
		t.Error("a cancelled sign-in brought tokens")
	}
	if f := failure(t, u.paste(w, address)); f.Kind != auth.KindUsage {
		t.Errorf("kind = %q, want %q", f.Kind, auth.KindUsage)
	}
}

func TestAnAttemptsNameTellsNothingOfItsSecrets(t *testing.T) {
	p := newProvider(t, says(200, "application/json", usualTokens))
	w := newWire(t)
	seen := map[string]bool{}
	for range 20 {
		u := begin(t, w, asking(p.definition()))
		name := u.step.Attempt
		if len(name) < 20 || seen[name] || strings.Contains(u.step.Address, name) {
			t.Errorf("attempt = %q, want a new name that stands in no address", name)
		}
		seen[name] = true
		u.cancel()
	}
}
