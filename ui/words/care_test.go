package words_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func TestEveryWarningSaysWhatAndWhatToDo(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range auth.VaultWarnings() {
		e := words.VaultWarning(w, words.Window)
		if e.Sentence == "" || e.Next == "" || seen[e.Sentence] || strings.Contains(e.Next, "Update Tokentray") {
			t.Errorf("%s is told as %+v", w, e)
		}
		seen[e.Sentence] = true
	}
}

func TestAVaultThatMayNotBeWrittenIsNotCalledDamaged(t *testing.T) {
	for _, who := range []words.Audience{words.Window, words.CommandLine} {
		got := words.Vault(auth.VaultReadOnly, who)
		if strings.Contains(got.Sentence+got.Next, "damaged") || strings.Contains(got.Next, "doctor") || !strings.Contains(got.Next, "read-only") {
			t.Errorf("it is told as %+v", got)
		}
	}
}

func TestRemediesSayWhatTheyDo(t *testing.T) {
	for _, row := range []struct {
		got  words.Choice
		want string
	}{
		{words.RestoreChoice(auth.Backup{At: now.Add(-time.Hour), Accounts: 1}, now), "Restore the backup of 12:14 (1 account)"},
		{words.SalvageChoice(0, 0), "Keep what can still be read"},
		{words.SalvageChoice(6, 7), "Keep what can still be read (6 of 7 accounts)"},
		{words.StartOverChoice(), "Start over without any account"},
	} {
		if row.got.Label != row.want || !strings.Contains(row.got.About, "moved aside and kept") || row.got.Yes == "" {
			t.Errorf("got %+v, want %q", row.got, row.want)
		}
	}
}

func TestImported(t *testing.T) {
	for _, row := range []struct{ got, want string }{
		{words.Imported(auth.Imported{}), "Nothing new came."},
		{words.Imported(auth.Imported{Accounts: []auth.Status{{Name: "A"}}}), "One account came: “A”."},
	} {
		if row.got != row.want {
			t.Errorf("got %q, want %q", row.got, row.want)
		}
	}
}
