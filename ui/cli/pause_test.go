package cli_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

func TestPausingOneOrAll(t *testing.T) {
	for _, row := range []struct {
		args  []string
		who   auth.AccountID
		until time.Time
		say   string
	}{
		{
			[]string{"pause", "k7q2", "--for", "1h"},
			"k7q2", now.Add(time.Hour),
			"“Adaptix · Northwind” is left alone now; a token that is still valid is given out all the same.\nIt goes on by itself at 14:13, or with tokentray resume \"Adaptix · Northwind\".\n",
		},
		{
			[]string{"pause", "--until", "tomorrow"},
			"", time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
			"All accounts are left alone now; a token that is still valid is given out all the same.\nIt goes on by itself tomorrow at 00:00, or with tokentray resume.\n",
		},
		{
			[]string{"pause"},
			"",
			time.Time{},
			"All accounts are left alone now; a token that is still valid is given out all the same.\nRun tokentray resume to go on.\n",
		},
		{ // a resume without a name would end the pause of every account
			[]string{"pause", "k7q2"},
			"k7q2",
			time.Time{},
			"“Adaptix · Northwind” is left alone now; a token that is still valid is given out all the same.\nRun tokentray resume \"Adaptix · Northwind\" to go on.\n",
		},
	} {
		d := office()
		d.pause = func(id auth.AccountID, until time.Time) error {
			if id != row.who || !until.Equal(row.until) {
				t.Errorf("%v pauses %q until %v, want %q until %v", row.args, id, until, row.who, row.until)
			}
			return nil
		}
		is(t, row.args[0], run(t, world(d, row.args...)), ran{0, "", row.say})
	}
}

func TestAPausedAccountSaysHowItsTokenStands(t *testing.T) {
	const next = "It is refreshed again after tokentray resume \"Adaptix · Northwind\".\n"
	for _, row := range []struct {
		args []string
		end  time.Time
		want string
	}{
		{[]string{"token", "k7q2"}, now, "“Adaptix · Northwind” is paused; its token has run out.\n"},
		{[]string{"token", "k7q2", "--force"}, now.Add(time.Hour), "“Adaptix · Northwind” is paused; its token is good until 14:13.\n"},
		{[]string{"refresh", "k7q2"}, now.Add(time.Hour), "“Adaptix · Northwind” is paused; its token is good until 14:13.\n"},
		{[]string{"refresh", "k7q2"}, time.Time{}, "“Adaptix · Northwind” is paused.\n"},
	} {
		d := office()
		d.details.State, d.details.ExpiresAt = auth.StatePaused, row.end
		d.token = func(context.Context, auth.AccountID, auth.Want) (auth.Token, error) {
			return auth.Token{}, auth.ErrPaused
		}
		d.refresh = func(auth.AccountID) error { return auth.ErrPaused }
		is(t, strings.Join(row.args, " "), run(t, world(d, row.args...)), ran{1, "", row.want + next})
	}
}

func TestResumingAndRenaming(t *testing.T) {
	d := office()
	d.resume = func(id auth.AccountID) error {
		if id != "k7q2" {
			t.Errorf("resumes %q", id)
		}
		return nil
	}
	other := northwind()
	other.ID, other.Name = "x1", "Taken"
	d.accounts = append(d.accounts, other)
	d.rename = func(_ auth.AccountID, name string) error {
		if name == "taken" {
			return &auth.Error{Kind: auth.KindNameTaken, Account: name}
		}
		return nil
	}
	is(t, "resume", run(t, world(d, "resume", "k7q2")), ran{0, "", "“Adaptix · Northwind” is kept fresh again.\n"})
	is(t, "rename", run(t, world(d, "rename", "k7q2", "Service desk")), ran{0, "", "The account is called “Service desk” now.\n"})
	is(t, "a taken name", run(t, world(d, "rename", "k7q2", "taken")), ran{2, "", "Another account is called “Taken” already.\nGive this one another name.\n"})
	for _, args := range [][]string{{"pause", "--for", "1h", "--until", "tomorrow"}, {"pause", "--for", "-1h"}, {"pause", "--until", "doomsday"}} {
		if got := run(t, world(d, args...)); got.code != 2 {
			t.Errorf("%v: %+v", args, got)
		}
	}
}
