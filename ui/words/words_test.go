package words_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

var now = time.Date(2026, 11, 22, 13, 14, 0, 0, time.UTC)

func TestRemaining(t *testing.T) {
	for _, row := range []struct {
		d    time.Duration
		want string
	}{
		{-time.Second, "00:00"},
		{0, "00:00"},
		{41*time.Second + 900*time.Millisecond, "00:41"},
		{9*time.Minute + 5*time.Second, "09:05"},
		{48*time.Minute + 12*time.Second, "48:12"},
		{time.Hour - 1, "59:59"},
		{time.Hour, "1 h 00 min"},
		{3*time.Hour + 5*time.Minute + 59*time.Second, "3 h 05 min"},
		{24*time.Hour - 1, "23 h 59 min"},
		{24 * time.Hour, "1 day"},
		{48*time.Hour - 1, "1 day"},
		{6*24*time.Hour + 23*time.Hour, "6 days"},
		{400 * 24 * time.Hour, "400 days"},
	} {
		if got := words.Remaining(row.d); got != row.want {
			t.Errorf("Remaining(%v) = %q, want %q", row.d, got, row.want)
		}
	}
}

func TestAtSpeaksOfTheDayAPersonIsIn(t *testing.T) {
	amsterdam := time.FixedZone("CET", 3600)
	late := time.Date(2026, 12, 31, 23, 50, 0, 0, amsterdam)
	for _, row := range []struct {
		t, now time.Time
		want   string
	}{
		{now.Add(43 * time.Minute), now, "at 13:57"},
		{now.Add(20 * time.Hour), now, "tomorrow at 09:14"},
		{now.AddDate(0, 0, 7), now, "on 29 Nov at 13:14"},
		{now.AddDate(1, 0, 0), now, "on 22 Nov 2027 at 13:14"},
		{late.Add(15 * time.Minute).UTC(), late, "tomorrow at 00:05"},
		{late.Add(time.Minute).UTC(), late, "at 23:51"},
	} {
		if got := words.At(row.t, row.now); got != row.want {
			t.Errorf("At(%v, %v) = %q, want %q", row.t, row.now, got, row.want)
		}
	}
}

// Every value of every closed set, and one that nobody knows, has its sentence
// and its next step, for both audiences, with and without names and details.
func TestEverythingThatCanHappenIsExplained(t *testing.T) {
	for _, who := range []words.Audience{words.Window, words.CommandLine} {
		for _, bare := range []bool{false, true} {
			for _, k := range append(auth.Kinds(), "of_tomorrow") {
				for _, v := range append(auth.VaultStates(), "", "of_tomorrow") {
					check(t, "kind "+string(k)+"/"+string(v), words.Explain(failure(k, v, bare), who))
				}
			}
			for _, s := range append(auth.States(), "of_tomorrow") {
				for _, status := range statuses(s, bare) {
					check(t, "state "+string(s), words.State(status, now, who))
				}
			}
		}
		for _, v := range append(auth.VaultStates(), "of_tomorrow") {
			check(t, "vault "+string(v), words.Vault(v, who))
		}
		for _, o := range append(auth.Outcomes(), "of_tomorrow") {
			check(t, "outcome "+string(o), words.Outcome(o, "Adaptix", who))
			check(t, "outcome "+string(o), words.Outcome(o, "", who))
		}
	}
	for _, w := range append(auth.VaultWarnings(), "of_tomorrow") {
		check(t, "warning "+string(w), words.VaultWarning(w, words.Window))
		check(t, "warning "+string(w), words.VaultWarning(w, words.CommandLine))
	}
	for _, r := range append(remedies(), "of_tomorrow") {
		check(t, "remedy "+string(r), words.Remedy(r))
		check(t, "mended by "+string(r), words.Mended(auth.Mended{}, r))
		check(t, "mended by "+string(r), words.Mended(auth.Mended{Accounts: []auth.AccountID{"k7q2"}, Lost: 2, SetAside: "vault.db.aside"}, r))
	}
	for _, by := range sealings() {
		check(t, "sealed by "+string(by), words.Explanation{Sentence: words.SealedBy(by), Next: words.Care(auth.Care{SealedBy: by, Recovery: true})})
	}
	for _, r := range []auth.Revocation{auth.Revoked, auth.RevocationNotOffered, auth.RevocationFailed, auth.NothingToRevoke, "of_tomorrow"} {
		check(t, "revocation "+string(r), words.Forgotten(auth.Forgotten{Name: "Northwind", Revocation: r}, "Adaptix"))
	}
}

// What has to be told apart in a list is.
func TestEveryChoiceHasItsOwnLabel(t *testing.T) {
	seen := map[string]bool{"": true}
	once := func(label string) {
		if seen[label] {
			t.Errorf("%q stands for two things, or for nothing", label)
		}
		seen[label] = true
	}
	for _, by := range sealings() {
		once(words.SealedBy(by))
	}
}

func remedies() []auth.Remedy {
	return []auth.Remedy{auth.RemedyRestore, auth.RemedySalvage, auth.RemedyStartOver}
}

func sealings() []auth.SealedBy {
	return []auth.SealedBy{auth.SealedByKeyring, auth.SealedByPassphrase, "of_tomorrow"}
}

// A Kind that is added has to be explained, not only caught by the last return.
func TestEveryKindHasItsOwnSentence(t *testing.T) {
	seen := map[string]auth.Kind{}
	for _, k := range auth.Kinds() {
		sentence := words.Explain(&auth.Error{Kind: k}, words.CommandLine).Sentence
		if other, ok := seen[sentence]; ok {
			t.Errorf("%s and %s are both explained with %q", k, other, sentence)
		}
		seen[sentence] = k
	}
}

func TestEveryStateHasItsOwnLabel(t *testing.T) {
	seen := map[string]auth.State{}
	for _, s := range auth.States() {
		l := words.Label(auth.Status{State: s})
		if other, ok := seen[l]; ok || l == "" || l == words.Label(auth.Status{State: "of_tomorrow"}) {
			t.Errorf("Label(%s) = %q, which %q has too, or says nothing", s, l, other)
		}
		seen[l] = s
	}
}

func failure(k auth.Kind, v auth.VaultState, bare bool) *auth.Error {
	if bare {
		return &auth.Error{Kind: k, Vault: v}
	}
	return &auth.Error{
		Kind: k, Vault: v, Detail: "refresh northwind", Account: "Adaptix · Northwind", Provider: "Adaptix",
		Candidates: []string{"Adaptix · Northwind", "Adaptix · reporting job"},
		Said:       auth.Said{Status: 400, Code: "of_the_provider", Description: "Its own words."},
	}
}

func statuses(s auth.State, bare bool) []auth.Status {
	plain := auth.Status{State: s}
	if bare {
		return []auth.Status{plain}
	}
	plain.Name, plain.ProviderName = "Adaptix · Northwind", "Adaptix"
	good, over, signingIn := plain, plain, plain
	good.ExpiresAt, good.RefreshAt = now.Add(time.Hour), now.Add(55*time.Minute)
	over.ExpiresAt, over.RefreshAt = now.Add(-time.Hour), now.Add(-65*time.Minute)
	over.Cause = failure(auth.KindUnreachable, "", false)
	signingIn.SigningIn = true
	return []auth.Status{plain, good, over, signingIn}
}

// What is banned: blame, alarm, jargon, and two words for one thing.
var banned = regexp.MustCompile(`(?i)\b(failed|failure|error|invalid|illegal|fatal|abort\w*|oops|sorry|please|unable|cannot|could not|unexpected|forgot|renew\w*|log ?in|log ?on|log ?out|credential\w*|todo|nil|null)\b|!|_|  |\.\.|%!`)

func check(t *testing.T, what string, e words.Explanation) {
	t.Helper()
	for _, s := range []string{e.Sentence, e.Next} {
		switch {
		case len(s) < 12 || !strings.HasSuffix(s, "."):
			t.Errorf("%s: %q is not a sentence with a full stop", what, s)
		case banned.MatchString(s):
			t.Errorf("%s: %q has %q in it", what, s, banned.FindString(s))
		case !unicode.IsUpper([]rune(strings.TrimLeft(s, "“"))[0]):
			t.Errorf("%s: %q doesn't begin like a sentence", what, s)
		case len(s) > 260:
			t.Errorf("%s: %q is too long", what, s)
		}
	}
}

func TestSentencesAsAPersonReadsThem(t *testing.T) {
	signIn := &auth.Error{
		Kind: auth.KindSignInNeeded, Account: "Adaptix · Northwind", Provider: "Adaptix",
		Said: auth.Said{Status: 400, Code: "invalid_grant", Description: "The refresh token has expired."},
	}
	e := words.Explain(signIn, words.CommandLine)
	want := "Adaptix wants you to sign in again. Adaptix said: 400 invalid_grant — “The refresh token has expired.”"
	if got := e.Line(); got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
	want = `Run tokentray reconnect "Adaptix · Northwind" and sign in once; refreshing goes on by itself then.`
	if e.Next != want {
		t.Errorf("Next = %q, want %q", e.Next, want)
	}
	other := words.Explain(&auth.Error{Kind: auth.KindOtherPerson, Account: "Northwind", Detail: "me@example.com", Candidates: []string{"you@example.com"}}, words.Window)
	if want := "“me@example.com” signed in, but “Northwind” belongs to “you@example.com”, so nothing was changed."; other.Sentence != want {
		t.Errorf("Sentence = %q, want %q", other.Sentence, want)
	}
	fresh := words.State(auth.Status{State: auth.StateFresh, ExpiresAt: now.Add(48 * time.Minute), RefreshAt: now.Add(43 * time.Minute)}, now, words.Window)
	if want := "The token is fresh; it is good until 14:02."; fresh.Sentence != want {
		t.Errorf("Sentence = %q, want %q", fresh.Sentence, want)
	}
	if want := "It refreshes by itself at 13:57; you don’t need to do anything."; fresh.Next != want {
		t.Errorf("Next = %q, want %q", fresh.Next, want)
	}
}

// While Tokentray settles a doubt nobody has to do anything; then only a person can.
func TestADoubtSaysWhoseTurnItIs(t *testing.T) {
	a := auth.Status{Name: "Northwind", State: auth.StateInDoubt, ExpiresAt: now.Add(5 * time.Minute), RefreshAt: now}
	if got := words.State(a, now, words.Window); got.Next != "You don’t need to do anything yet." || words.Label(a) != "Checking" {
		t.Errorf("while it is settled: %q, %q", words.Label(a), got.Next)
	}
	a.RefreshAt = time.Time{}
	for _, row := range []struct {
		who  words.Audience
		left time.Duration
		next string
	}{
		{words.Window, 5 * time.Minute, "The token you have is good for another 05:00. Choose “Refresh now” to try it once more; if that brings nothing, sign in again."},
		{words.Window, 0, "Choose “Refresh now” to try it once more; if that brings nothing, sign in again."},
		{words.CommandLine, 0, "Run tokentray refresh Northwind to try it once more; if that fails, run tokentray reconnect Northwind and sign in once."},
	} {
		a.ExpiresAt = now.Add(row.left)
		got := words.State(a, now, row.who)
		if want := "A refresh was interrupted several times, and nobody can tell any more whether it went through."; got.Sentence != want {
			t.Errorf("Sentence = %q, want %q", got.Sentence, want)
		}
		if got.Next != row.next {
			t.Errorf("Next = %q, want %q", got.Next, row.next)
		}
	}
	if got := words.Label(a); got != "Interrupted" {
		t.Errorf("Label = %q", got)
	}
}

func TestTroubleKeepsTheGoodNewsFirst(t *testing.T) {
	token := auth.Token{ExpiresAt: now.Add(12 * time.Minute), Trouble: &auth.Error{Kind: auth.KindUnreachable, Provider: "Adaptix"}}
	e := words.Trouble(token, now, words.CommandLine)
	check(t, "trouble", e)
	if want := "This token is good for another 12:00, "; !strings.HasPrefix(e.Sentence, want) {
		t.Errorf("Sentence = %q, want it to begin with %q", e.Sentence, want)
	}
	if got := words.Trouble(auth.Token{}, now, words.Window); got != (words.Explanation{}) {
		t.Errorf("Trouble without trouble = %v, want nothing", got)
	}
}

func TestWhatAProviderSaysCanDoNoHarm(t *testing.T) {
	said := auth.Said{Status: 400, Code: "bad\x1b[31m", Description: "line\nbreak \u202egnp " + strings.Repeat("x", 500)}
	got := words.Quote("Evil\r\x1b]0;", said)
	if strings.ContainsAny(got, "\x1b\n\r\u202e") {
		t.Errorf("Quote = %q, which has control characters", got)
	}
	if n := len([]rune(got)); n > 260 {
		t.Errorf("Quote has %d characters, want it cut", n)
	}
	if got := words.Quote("Adaptix", auth.Said{}); got != "" {
		t.Errorf("Quote of nothing = %q, want nothing", got)
	}
	if got, want := words.Quote("", auth.Said{Description: "Go away."}), "The provider said: “Go away.”"; got != want {
		t.Errorf("Quote = %q, want %q", got, want)
	}
}

func TestArgumentCanBePasted(t *testing.T) {
	for in, want := range map[string]string{
		"k7q2":                `k7q2`,
		"you@example.com":     `you@example.com`,
		"Adaptix · Northwind": `"Adaptix · Northwind"`,
		"it's":                `"it's"`,
		"-x":                  `"-x"`,
		"$(reboot)":           `'$(reboot)'`,
		"a'b`c":               "'a'\\''b`c'",
		"":                    `""`,
	} {
		if got := words.Argument(in); got != want {
			t.Errorf("Argument(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestLeft(t *testing.T) {
	for want, at := range map[string]time.Time{"–": {}, "ended": now, "48:00": now.Add(48 * time.Minute)} {
		if got := words.Left(auth.Status{ExpiresAt: at}, now); got != want {
			t.Errorf("Left = %q, want %q", got, want)
		}
	}
}

func TestAFlagIsWhereSomethingIsGivenAndNothingForAWindow(t *testing.T) {
	e := &auth.Error{Kind: auth.KindUsage, Detail: "the client ID is missing", Candidates: []string{"--client-id"}}
	for who, want := range map[words.Audience]string{
		words.CommandLine: "Give it with --client-id. Change the command and run it again.",
		words.Window:      "Change what you entered and try again.",
	} {
		if got := words.Explain(e, who).Next; got != want {
			t.Errorf("Next = %q, want %q", got, want)
		}
	}
}
