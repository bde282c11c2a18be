package desktop

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestWhatWasNotShownWasNotTold(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	earlier := now.Add(-2 * time.Hour)
	account := func(id auth.AccountID) auth.Status {
		return auth.Status{ID: id, Provider: "adaptix", State: auth.StateNeedsSignIn}
	}
	for _, row := range []struct {
		what   string
		before auth.Mark
		want   time.Time
	}{
		{"for the first time", auth.Mark{}, time.Time{}},
		{"again", auth.Mark{Key: "adaptix/sign_in", Concern: auth.ConcernSignIn, Since: earlier, At: earlier, Over: earlier.Add(time.Minute)}, earlier},
		{"of something else before", auth.Mark{Key: "adaptix/ending", Concern: auth.ConcernEnding, Standing: true, Since: earlier, At: earlier}, time.Time{}},
	} {
		before := auth.Told{"a": row.before}
		snapshot := auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: []auth.Status{account("a")}}
		notices, told := auth.Notices(before, snapshot, auth.UsualNotices(), now)
		if len(notices) == 0 || told["a"].At != now {
			t.Fatalf("%s: got %+v and %+v, want a notice", row.what, notices, told)
		}
		untell(told, before, notices[len(notices)-1]) // before it the withdrawal of another
		if got := told["a"].At; got != row.want {
			t.Errorf("%s: told at %v, want %v", row.what, got, row.want)
		}
		if again, _ := auth.Notices(told, snapshot, auth.UsualNotices(), now); len(again) != 1 {
			t.Errorf("%s: it is not told any more", row.what)
		}
	}

	// One was told, another joins it, and that can't be shown: the first stays told.
	_, told := auth.Notices(nil, auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: []auth.Status{account("a")}}, auth.UsualNotices(), earlier)
	both := auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: []auth.Status{account("a"), account("b")}}
	notices, next := auth.Notices(told, both, auth.UsualNotices(), now)
	untell(next, told, notices[0])
	if next["a"].At != earlier || !next["b"].At.IsZero() {
		t.Errorf("got %+v, want a told and b not", next)
	}
}
