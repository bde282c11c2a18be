package auth_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // a machine without zones must not skip a test of them

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// hears is what p is told of accounts under policy.
func (p *person) hears(t *testing.T, policy auth.NoticePolicy, s auth.Snapshot) []string {
	t.Helper()
	s.Vault = auth.VaultUnlocked
	notices, told := auth.Notices(p.told, s, policy, p.now)
	p.told = told
	var lines []string
	for _, n := range notices {
		line := n.Key + ":"
		for _, a := range n.Accounts {
			line += " " + a.Name
		}
		lines = append(lines, line)
	}
	return lines
}

func rows(all ...auth.Status) auth.Snapshot { return auth.Snapshot{Accounts: all} }

func TestAWishSaysWhatIsToldAtAll(t *testing.T) {
	expired := rows(row("A", auth.StateNeedsSignIn), row("B", auth.StateMisconfigured), row("C", auth.StateRetrying))
	for wish, want := range map[auth.NoticeWish][]string{
		auth.NoticesAll:    {"adaptix/unreachable: C"},
		auth.NoticesSignIn: nil,
		auth.NoticesNone:   nil,
	} {
		p := person{now: noon}
		policy := auth.Preferences{Notices: wish}.NoticePolicy()
		var first []string
		if wish != auth.NoticesNone {
			first = []string{"adaptix/sign_in: A", "adaptix/settings: B"}
		}
		expect(t, string(wish)+" at once", p.hears(t, policy, expired), first...)
		p.now = p.now.Add(time.Hour)
		expect(t, string(wish)+" later", p.hears(t, policy, expired), want...)
	}
}

// Settings that the provider doesn't accept bother nobody at once while the token serves.
func TestASettingsProblemIsToldWhenItHurtsOrLasts(t *testing.T) {
	for what, r := range map[string]struct {
		left   time.Duration // of the token; 0: nobody knows
		toldIn time.Duration
	}{
		"the token runs out in a moment":   {3 * time.Minute, 3 * time.Minute},
		"the token is good for long":       {time.Hour, 10 * time.Minute},
		"the token has run out":            {-time.Second, 0},
		"nobody knows when the token ends": {0, 10 * time.Minute},
	} {
		p, a := person{now: noon}, auth.Status{ID: "a", Name: "A", Provider: "adaptix", State: auth.StateMisconfigured}
		if r.left != 0 {
			a.ExpiresAt = noon.Add(r.left)
		}
		for minute := range 60 {
			p.now = noon.Add(time.Duration(minute) * time.Minute)
			var want []string
			if p.now.Equal(noon.Add(r.toldIn)) {
				want = []string{"adaptix/settings: A"}
			}
			expect(t, what+" after "+p.now.Sub(noon).String(), p.hears(t, auth.UsualNotices(), rows(a)), want...)
		}
	}
}

func TestQuietHoursAreByTheClockOnTheWall(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	night := auth.UsualNotices()
	night.QuietFrom, night.QuietUntil, night.Zone = 22*time.Hour, 7*time.Hour, berlin
	lunch := auth.UsualNotices()
	lunch.QuietFrom, lunch.QuietUntil, lunch.Zone = 12*time.Hour, 13*time.Hour, berlin
	for _, r := range []struct {
		policy auth.NoticePolicy
		utc    time.Duration // since midnight
		told   bool
	}{
		{night, 20*time.Hour + 59*time.Minute, true},
		{night, 21 * time.Hour, false},
		{night, 23*time.Hour + 30*time.Minute, false},
		{night, 5*time.Hour + 59*time.Minute, false},
		{night, 6 * time.Hour, true},
		{lunch, 10*time.Hour + 59*time.Minute, true},
		{lunch, 11 * time.Hour, false},
		{lunch, 12 * time.Hour, true},
	} {
		p := person{now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).Add(r.utc)}
		got := p.hears(t, r.policy, rows(row("A", auth.StateNeedsSignIn)))
		if (len(got) > 0) != r.told {
			t.Errorf("at %s UTC: told %q, want told %v", p.now.Format("15:04"), got, r.told)
		}
		// What stands when they end is told then, once.
		for range 2 * 24 {
			p.now = p.now.Add(30 * time.Minute)
			got = append(got, p.hears(t, r.policy, rows(row("A", auth.StateNeedsSignIn)))...)
		}
		expect(t, "in a day", got, "adaptix/sign_in: A")
	}
}

// On the nights when the clocks change, too, quiet hours end by the clock on the wall.
func TestQuietHoursEndByTheClockWhenSummerTimeBeginsAndEnds(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		what        string
		from, until time.Duration
		begins      time.Time     // noon of the day before
		lasts       time.Duration // from noon to the end of the quiet hours
	}{
		{"an ordinary night", 22 * time.Hour, 7 * time.Hour, time.Date(2026, 11, 21, 12, 0, 0, 0, berlin), 19 * time.Hour},
		{"an hour shorter", 22 * time.Hour, 7 * time.Hour, time.Date(2026, 3, 28, 12, 0, 0, 0, berlin), 18 * time.Hour},
		{"an hour longer", 22 * time.Hour, 7 * time.Hour, time.Date(2026, 10, 24, 12, 0, 0, 0, berlin), 20 * time.Hour},
		{"until a time that doesn't come", 22 * time.Hour, 150 * time.Minute, time.Date(2026, 3, 28, 12, 0, 0, 0, berlin), 14 * time.Hour},
	} {
		policy := auth.UsualNotices()
		policy.QuietFrom, policy.QuietUntil, policy.Zone = r.from, r.until, berlin
		p := person{now: r.begins.UTC()}
		var told []time.Duration
		for p.now.Sub(r.begins) < 24*time.Hour {
			state := auth.StateFresh
			if p.now.Sub(r.begins) >= 11*time.Hour { // in the middle of the night
				state = auth.StateNeedsSignIn
			}
			if len(p.hears(t, policy, rows(row("A", state)))) > 0 {
				told = append(told, p.now.Sub(r.begins))
			}
			p.now = p.now.Add(time.Minute)
		}
		if want := []time.Duration{r.lasts}; !reflect.DeepEqual(told, want) {
			t.Errorf("%s: told %v after noon, want %v", r.what, told, want)
		}
	}
}

func TestOfflineNobodyIsTold(t *testing.T) {
	p := person{now: noon}
	s := rows(row("A", auth.StateRetrying))
	s.Offline = true
	for range 120 {
		expect(t, "offline", p.hears(t, auth.UsualNotices(), s))
		p.now = p.now.Add(time.Minute)
	}
	s.Offline = false
	expect(t, "back, and it is about to be tried again", p.hears(t, auth.UsualNotices(), s))
	p.now = p.now.Add(11 * time.Minute)
	expect(t, "but nobody answers", p.hears(t, auth.UsualNotices(), s), "adaptix/unreachable: A")

	p = person{now: noon}
	s = rows(row("A", auth.StateNeedsSignIn))
	s.Offline = true
	expect(t, "it may only look so", p.hears(t, auth.UsualNotices(), s))
	p.now = p.now.Add(11 * time.Minute)
	expect(t, "the system may be wrong about the network", p.hears(t, auth.UsualNotices(), s), "adaptix/sign_in: A")
}

func TestTheEndOfASignInIsToldBeforeItComes(t *testing.T) {
	const fortnight = 14 * 24 * time.Hour
	for _, r := range []struct {
		what        string
		state       auth.State
		issued, end time.Duration // before and after now
		keeps       bool          // there is something to refresh with
		at          time.Duration // when it is looked at again
		first, then []string
	}{
		{"an hour without refresh, in the middle", auth.StateExpiring, 30 * time.Minute, 30 * time.Minute, false, 0, nil, nil},
		{"an hour without refresh, near its end", auth.StateExpiring, 54 * time.Minute, 6 * time.Minute, false, 0, []string{"adaptix/ending: A"}, nil},
		{"a day without refresh, an hour before", auth.StateExpiring, 23 * time.Hour, time.Hour, false, 0, []string{"adaptix/ending: A"}, nil},
		{"a minute without refresh, at its beginning", auth.StateExpiring, 0, time.Minute, false, 0, nil, nil},
		{"a fortnight, kept alive", auth.StateFresh, time.Hour, fortnight - time.Hour, true, time.Hour, nil, nil},
		{"a day, kept alive", auth.StateFresh, time.Hour, 23 * time.Hour, true, time.Hour, nil, nil},
		{"a fortnight, paused for twelve days", auth.StatePaused, fortnight - 47*time.Hour, 47 * time.Hour, true, 0, []string{"adaptix/ending: A"}, nil},
		{"a fortnight, paused for a week", auth.StatePaused, fortnight / 2, fortnight / 2, true, 0, nil, nil},
		{"a fortnight, just awake and being tried", auth.StateRetrying, fortnight - 47*time.Hour, 47 * time.Hour, true, 11 * time.Minute, nil, []string{"adaptix/ending: A"}},
		{"it is over", auth.StatePaused, fortnight, -time.Second, true, time.Hour, nil, nil},
	} {
		p := person{now: noon}
		a := row("A", r.state)
		a.IssuedAt, a.SignInBy = noon.Add(-r.issued), noon.Add(r.end)
		if a.ExpiresAt = noon.Add(time.Minute); !r.keeps {
			a.ExpiresAt = a.SignInBy
		}
		expect(t, r.what, p.hears(t, auth.UsualNotices(), rows(a)), r.first...)
		p.now = p.now.Add(r.at)
		expect(t, r.what+", later", p.hears(t, auth.UsualNotices(), rows(a)), r.then...)
	}
	p := person{now: noon}
	a, b := row("A", auth.StatePaused), row("B", auth.StatePaused)
	for _, s := range []*auth.Status{&a, &b} {
		s.IssuedAt, s.SignInBy = noon.Add(-12*24*time.Hour), noon.Add(47*time.Hour)
	}
	expect(t, "two of one provider", p.hears(t, auth.UsualNotices(), rows(a, b)), "adaptix/ending: A B")
	expect(t, "both resumed", p.hears(t, auth.UsualNotices(), rows(row("A", auth.StateFresh), row("B", auth.StateFresh))), "adaptix/ending:")
}

func TestASnoozedAccountIsToldOfAgainWhenThatIsOver(t *testing.T) {
	p := person{now: noon}
	s := rows(row("A", auth.StateNeedsSignIn), row("B", auth.StateNeedsSignIn))
	expect(t, "both", p.hears(t, auth.UsualNotices(), s), "adaptix/sign_in: A B")
	for _, id := range []auth.AccountID{"a", "b"} {
		m := p.told[id]
		m.Snoozed = noon.Add(24 * time.Hour)
		p.told[id] = m
	}
	expect(t, "it is withdrawn", p.hears(t, auth.UsualNotices(), s), "adaptix/sign_in:")
	p.now = noon.Add(23 * time.Hour)
	expect(t, "not yet", p.hears(t, auth.UsualNotices(), s))
	p.now = noon.Add(24 * time.Hour)
	expect(t, "now", p.hears(t, auth.UsualNotices(), s), "adaptix/sign_in: A B")
	expect(t, "once", p.hears(t, auth.UsualNotices(), s))
}

func TestWhatWasToldSurvivesARestartAndASnoozeIsNotForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		until := time.Now().UTC().Round(0).Add(24 * time.Hour)
		seen := d.Told()
		if err := d.Snooze(ctx, id, until); err != nil {
			t.Fatal(err)
		}
		d.PutTold(seen) // whoever tells began before
		if got := d.Told()[id].Snoozed; !got.Equal(until) {
			t.Errorf("snoozed until %v, want %v", got, until)
		}
		mark := auth.Mark{Key: "k", Concern: auth.ConcernSignIn, Standing: true, At: until, Snoozed: until}
		d.PutTold(auth.Told{id: mark})
		time.Sleep(time.Minute)
		synctest.Wait()
		want := auth.Told{id: mark}
		if got := newDesk(t, vault, time.Hour).Told(); !reflect.DeepEqual(got, want) {
			t.Errorf("after a restart %+v, want %+v", got, want)
		}
		seen = d.Told()
		if err := d.Snooze(ctx, id, time.Time{}); err != nil || !d.Told()[id].Snoozed.IsZero() {
			t.Errorf("a snooze that is ended: %v", err)
		}
		d.PutTold(seen) // whoever tells began before
		if got := d.Told()[id].Snoozed; !got.IsZero() {
			t.Errorf("snoozed until %v again", got)
		}
		if err := d.Snooze(ctx, "nobody", until); !errors.Is(err, auth.ErrUnknownAccount) {
			t.Errorf("got %v", err)
		}
		vault.Break(errors.New("no room"))
		if err := d.Snooze(ctx, id, until); !errors.Is(err, auth.ErrVault) {
			t.Errorf("got %v, want that it is not saved", err)
		}
		vault.Break(nil)
	})
}
