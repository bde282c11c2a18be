package window

import (
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

var says = time.Date(2026, 11, 22, 13, 13, 48, 0, time.UTC)

// plain reports what is wrong with a text that a person reads.
func plain(t *testing.T, what, text string) {
	t.Helper()
	for _, bad := range []string{"failed", "error", "invalid", "  ", "..", "%!", "<nil>", "KeyError", "exception"} {
		if strings.Contains(strings.ToLower(text), bad) {
			t.Errorf("%s says %q: %q", what, bad, text)
		}
	}
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
		t.Errorf("%s is no whole sentence: %q", what, text)
	}
}

func TestEveryStateHasItsWords(t *testing.T) {
	for _, s := range auth.States() {
		for name, end := range map[string]time.Time{"still good": says.Add(time.Hour), "run out": says.Add(-time.Minute), "unknown": {}} {
			a := auth.Status{ID: "a", Name: "Service desk", ProviderName: "Adaptix", State: s, ExpiresAt: end, IssuedAt: says.Add(-time.Hour)}
			what := string(s) + ", " + name
			if headline(a, says) == "" || beneath(a, says) == "" {
				t.Errorf("%s: no headline, or nothing beneath its name", what)
			}
			plain(t, what, explanation(a, says))
			if toneOf(a, says) == "" {
				t.Errorf("%s has no colour", what)
			}
			if person := needsPerson(a, says); person != (badge(a, says) != "") && s != auth.StatePaused {
				t.Errorf("%s needs a person: %v; its row says %q", what, person, badge(a, says))
			}
		}
	}
}

func TestEveryStateOfTheVaultHasAWayOn(t *testing.T) {
	seen := map[string]auth.VaultState{}
	for _, s := range auth.VaultStates() {
		if !closed(s) {
			continue
		}
		title := vaultTitle(s)
		if other, twice := seen[title]; twice || title == vaultTitle("") {
			t.Errorf("%s is called %q, as %s is", s, title, other)
		}
		seen[title] = s
		themed(t)
		v := newVaultView(keys{}, nil, func() time.Time { return says }, vaultDeeds{})
		v.show(s, auth.SealedByKeyring)
		plain(t, string(s), v.sheet.text.text)
		if !v.unlock.Visible() && !v.retry.Visible() {
			t.Errorf("%s leaves nothing to do", s)
		}
	}
}

func TestEveryKindOfErrorIsToldWithWhatToDo(t *testing.T) {
	for _, k := range auth.Kinds() {
		for _, said := range []auth.Said{{}, {Status: 503}, {Status: 404}, {Status: 400, Code: "odd_code"}} {
			e := &auth.Error{Kind: k, Provider: "Adaptix", Account: "Service desk", Said: said}
			for what, text := range map[string]string{
				"anywhere": told(e), "in a form": toldInForm(e), "of a known client": toldOfKnown(e), "of an issuer": toldOfIssuer(e),
				"of a paste": toldOfPaste(e), "in the settings": toldInSettings(e),
			} {
				plain(t, string(k)+" "+what, text)
				if strings.Count(text, ". ") == 0 {
					t.Errorf("%s %s doesn’t say what to do: %q", k, what, text)
				}
			}
		}
	}
}
