package words_test

import (
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/ui/words"
)

func TestPausesSayHowLongTheyLast(t *testing.T) {
	zone := time.FixedZone("", 3600)
	late := time.Date(2026, 12, 31, 23, 30, 0, 0, zone)
	for i, row := range []struct {
		one, all string
		end      time.Time
	}{
		{"Pause for an hour", "Pause all for an hour", time.Date(2027, 1, 1, 0, 30, 0, 0, zone)},
		{"Pause until tomorrow", "Pause all until tomorrow", time.Date(2027, 1, 1, 0, 0, 0, 0, zone)},
		{"Pause until I resume it", "Pause all until I resume them", time.Time{}},
	} {
		p := words.Pauses()[i]
		if p.OfOne() != row.one || p.OfAll() != row.all || !p.End(late).Equal(row.end) {
			t.Errorf("got %q, %q and %v, want %q, %q and %v", p.OfOne(), p.OfAll(), p.End(late), row.one, row.all, row.end)
		}
	}
}

// Explain knows of no token, so it says of none whether it is still good.
func TestAPauseIsTold(t *testing.T) {
	s := auth.Status{Name: "Northwind", State: auth.StatePaused}
	for want, end := range map[string]time.Time{
		"“Northwind” is paused.":                                {},
		"“Northwind” is paused; its token is good until 14:14.": now.Add(time.Hour),
		"“Northwind” is paused; its token has run out.":         now,
	} {
		s.ExpiresAt = end
		if got := words.State(s, now, words.CommandLine).Sentence; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	got := words.Explain(&auth.Error{Kind: auth.KindPaused, Account: "Northwind"}, words.CommandLine)
	if want := "“Northwind” is paused, so it gets no new token."; got.Sentence != want {
		t.Errorf("got %q, want %q", got.Sentence, want)
	}
	if want := "Run tokentray resume Northwind, and it gets one."; got.Next != want {
		t.Errorf("got %q, want %q", got.Next, want)
	}
}
