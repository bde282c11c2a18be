package desktop_test

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/desktop"
)

func TestTomorrowIsTheNextMorningInOnesOwnTimeZone(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ now, want time.Time }{
		{time.Date(2026, 11, 22, 16, 0, 0, 0, zone), time.Date(2026, 11, 23, 9, 0, 0, 0, zone)},
		{time.Date(2026, 12, 31, 23, 59, 0, 0, zone), time.Date(2027, 1, 1, 9, 0, 0, 0, zone)},
		{time.Date(2026, 3, 28, 10, 0, 0, 0, zone), time.Date(2026, 3, 29, 9, 0, 0, 0, zone)}, // the clocks change at night
	} {
		if got := desktop.Tomorrow(row.now); !got.Equal(row.want) {
			t.Errorf("at %s: got %s, want %s", row.now, got, row.want)
		}
	}
}

func TestANoticeSaysWhatIsKnownOfTheToken(t *testing.T) {
	a := auth.Status{ID: "a", Name: "Northwind", ProviderName: "Adaptix", ExpiresAt: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	unknown := a
	unknown.ExpiresAt = time.Time{}
	for _, row := range []struct {
		concern     auth.Concern
		about       auth.Status
		title, body string
	}{
		{auth.ConcernUnreachable, a, "Northwind can’t be refreshed", "Its token has run out, and Adaptix can’t be reached. Tokentray goes on trying by itself."},
		{auth.ConcernUnreachable, unknown, "Northwind can’t be refreshed", "Adaptix can’t be reached. Tokentray goes on trying by itself."},
		{
			auth.ConcernInDoubt, a, "Northwind: refresh interrupted",
			"A refresh was interrupted several times, and nobody can tell any more whether it went through. Try it once more, or sign in again.",
		},
	} {
		got := desktop.NoticeOf(auth.Notice{Key: "k", Concern: row.concern, Accounts: []auth.Status{row.about}})
		if got.Title != row.title || got.Body != row.body {
			t.Errorf("%s: %q, %q", row.concern, got.Title, got.Body)
		}
		if got.Account != "a" || got.Actions[0] != desktop.ActionOpen {
			t.Errorf("%s: a click does %s with %q, want that the window opens at the account", row.concern, got.Actions[0], got.Account)
		}
	}
}
