package window_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/tokentray/tokentray/auth"
)

func TestAnEmptyWindowInvites(t *testing.T) {
	s := open(t, auth.Snapshot{At: now, Vault: auth.VaultNone})
	s.sees("Stay signed in to the services you work with")
	s.tap("Add your first account")
	s.sees("Where do you want to sign in?")
	s.press(fyne.KeyEscape)
	s.sees("Stay signed in")
}

func TestAnAccountIsShownWithItsCountdown(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")))
	for _, text := range []string{
		"CONNECTED · 1", "Service desk", "you@example.com", "48:12", "Your token is fresh",
		"It refreshes by itself at 13:56", "1 account · all safe in the vault", "refreshes 13:56", "http://127.0.0.1:17845/callback",
	} {
		s.sees(text)
	}
	s.now = s.now.Add(time.Second)
	s.pokes[len(s.pokes)-1].f()
	s.sees("48:11")
}

func TestGroupsStandInTheirOrder(t *testing.T) {
	paused := account("p", "A paused one")
	paused.State = auth.StatePaused
	s := open(t, snapshot(paused, account("c", "B connected"), needy()))
	s.sees("NEEDS YOU · 1 N Northwind Sign in again to keep it working")
	s.sees("CONNECTED · 1 B B connected")
	s.sees("PAUSED · 1 A A paused one")
	s.sees("Adaptix wants you to sign in again") // the first of the list is chosen by itself
}

func TestSearchSifts(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk"), account("b", "Reporting job")))
	s.fill("desk")
	s.sees("1 of 2 accounts")
	s.press(fyne.KeyEscape)
	s.sees("2 accounts")
}

func TestCopyAndRefreshAskTheDesk(t *testing.T) {
	asked := make(chan auth.AccountID, 1)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.refresh = func(id auth.AccountID) error {
			asked <- id
			return &auth.Error{Kind: auth.KindUnreachable, Provider: "Adaptix"}
		}
	})
	s.tap("Copy token")
	s.sees("Copied")
	s.noted("the token was copied", func() bool { return len(s.copies) == 1 && s.copies[0] == "a" })
	s.tap("Refresh now")
	if got := <-asked; got != "a" {
		t.Errorf("refreshes %q, want a", got)
	}
	s.sees("Adaptix can’t be reached right now")
}

func TestKeysInTheList(t *testing.T) {
	s := open(t, snapshot(account("a", "Alpha"), account("b", "Beta"), needy()))
	s.sees("wants you to sign in again")
	s.press(fyne.KeyDown)
	s.press(fyne.KeyDown)
	s.press(fyne.KeyReturn)
	s.noted("the second one was copied", func() bool { return len(s.copies) == 1 && s.copies[0] == "b" })
	s.press(fyne.KeyUp)
	s.press(fyne.KeyReturn)
	s.noted("the first one was copied", func() bool { return len(s.copies) == 2 && s.copies[1] == "a" })
}

func TestPausingAndResumingFromTheMenu(t *testing.T) {
	asked := make(chan time.Time, 1)
	paused := account("a", "Service desk")
	paused.State = auth.StatePaused
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.pause = func(_ auth.AccountID, until time.Time) error {
			s.desk.now(snapshot(paused))
			asked <- until
			return nil
		}
	})
	s.fromMenu("More", "Pause until tomorrow")
	if got := <-asked; got.Hour() != 0 || !got.After(now) || got.Sub(now) > 24*time.Hour {
		t.Errorf("paused until %v", got)
	}
	s.sees("This account is paused")
	s.fromMenu("More", "Resume")
	if got := <-asked; !got.IsZero() {
		t.Errorf("resumed with %v", got)
	}
}

func TestNothingIsToBeCopiedWhereAPauseOutlivedTheToken(t *testing.T) {
	paused := account("a", "Service desk")
	paused.State = auth.StatePaused
	s := open(t, snapshot(paused))
	for _, label := range []string{"Copy token", "Copy as…"} {
		if s.called(label) == nil {
			t.Errorf("%s is not offered although the token is good", label)
		}
	}
	paused.ExpiresAt = now.Add(-time.Minute)
	s.w.Show(snapshot(paused))
	for _, label := range []string{"Copy token", "Copy as…"} {
		if s.called(label) != nil {
			t.Errorf("%s is offered although the token has run out", label)
		}
	}
	if s.called("Resume") == nil {
		t.Error("Resume is not offered")
	}
	s.w.Show(snapshot(account("a", "Service desk")))
	if s.called("Copy token") == nil || s.called("Copy as…") == nil {
		t.Error("copying is not offered again")
	}
}

func TestPausingAndResumingAllFromTheMenu(t *testing.T) {
	type wish struct {
		id    auth.AccountID
		until time.Time
	}
	asked := make(chan wish, 1)
	both := func(a, b auth.State) auth.Snapshot {
		first, second := account("a", "Service desk"), account("b", "Staging")
		first.State, second.State = a, b
		return snapshot(first, second)
	}
	s := open(t, both(auth.StateFresh, auth.StateFresh), func(s *stage) {
		s.desk.pause = func(id auth.AccountID, until time.Time) error {
			asked <- wish{id, until}
			return nil
		}
	})
	for label, want := range map[string]time.Time{
		"Pause all for an hour": now.Add(time.Hour), "Pause all until tomorrow": time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		"Pause all until I resume them": {},
	} {
		s.fromMenu("More", "Pause all…")
		s.pickItem(label)
		if got := <-asked; got.id != "" || !got.until.Equal(want) {
			t.Errorf("%s: asked for %+v, want all until %v", label, got, want)
		}
	}
	s.w.Show(both(auth.StatePaused, auth.StateFresh))
	s.fromMenu("More", "Pause all…")
	s.pickItem("Resume all")
	if got := <-asked; got != (wish{}) {
		t.Errorf("with one of two paused %+v is resumed", got)
	}
	s.w.Show(both(auth.StatePaused, auth.StatePaused))
	s.fromMenu("More", "Resume all")
	if got := <-asked; got != (wish{}) {
		t.Errorf("with both paused %+v is resumed", got)
	}
}

func TestPausingAllByTheKeyboard(t *testing.T) {
	asked := make(chan time.Time, 1)
	s := open(t, snapshot(account("a", "Service desk"), account("b", "Staging")), func(s *stage) {
		s.desk.pause = func(_ auth.AccountID, until time.Time) error {
			asked <- until
			return nil
		}
	})
	s.tap("More")
	for range 9 { // the line above the last one
		s.press(fyne.KeyDown)
	}
	s.press(fyne.KeyReturn)
	s.press(fyne.KeyDown)
	s.press(fyne.KeyReturn)
	if got := <-asked; !got.Equal(now.Add(time.Hour)) {
		t.Errorf("paused until %v, want an hour from now", got)
	}
}

func TestForgettingAsksFirst(t *testing.T) {
	forgotten := make(chan auth.AccountID, 1)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.forgotten = auth.Forgotten{Name: "Service desk", Revocation: auth.RevocationFailed}
		s.desk.forget = func(id auth.AccountID) error {
			s.desk.now(snapshot())
			forgotten <- id
			return nil
		}
	})
	s.fromMenu("More", "Forget this account…")
	s.sees("Forget “Service desk”?")
	s.tap("Keep it")
	if s.says("Forget “Service desk”?") {
		t.Error("the question stays after Keep it")
	}
	s.fromMenu("More", "Forget this account…")
	s.tap("Forget it")
	if got := <-forgotten; got != "a" {
		t.Errorf("forgot %q, want a", got)
	}
	s.sees("“Service desk” is forgotten here, but Adaptix didn’t confirm")
	s.tap("Got it")
	if s.says("is forgotten here") {
		t.Error("the notice stays after it was read")
	}
	s.sees("Add your first account")
}

func TestTheTickerStopsWhileHidden(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")))
	if got := s.waiting(); got != 1 {
		t.Fatalf("%d pokes are under way in an open window, want 1", got)
	}
	s.w.Hidden()
	s.w.Show(snapshot(account("a", "Service desk"))) // a change doesn't wake it
	if got := s.waiting(); got != 0 {
		t.Errorf("%d pokes are under way while hidden, want none", got)
	}
	s.w.Shown()
	if got := s.waiting(); got != 1 {
		t.Errorf("%d pokes are under way after it came back, want 1", got)
	}
}

// later lets time pass until the window looks again.
func (s *stage) later() {
	s.Helper()
	last := s.pokes[len(s.pokes)-1]
	s.now = s.now.Add(last.after)
	last.f()
	(<-s.todo)()
}

func TestNothingTicksWhileMinimised(t *testing.T) {
	soon := account("a", "Service desk")
	soon.ExpiresAt = now.Add(50 * time.Second)
	s := open(t, snapshot(soon))
	s.later()
	s.sees("00:49 left")
	s.hidden = true
	s.later()
	s.later()
	if !s.says("00:49 left") {
		t.Errorf("it ticked where nobody sees it: %q", s.texts())
	}
	s.hidden = false
	s.later()
	s.sees("00:46 left")
	if got := s.waiting(); got == 0 {
		t.Error("it doesn't look again after it came back")
	}
}

func TestNothingTicksBySecondsWhereNothingChanges(t *testing.T) {
	long := account("a", "Service desk")
	long.ExpiresAt = now.Add(5 * time.Hour)
	s := open(t, snapshot(long))
	if got := s.pokes[len(s.pokes)-1].after; got < 10*time.Second {
		t.Errorf("looks again after %v although minutes are shown", got)
	}
}

func TestManyAccountsMakeFewRows(t *testing.T) {
	var all []auth.Status
	for i := range 10_000 {
		all = append(all, account(auth.AccountID(fmt.Sprint(i)), fmt.Sprintf("Account %05d", i)))
	}
	s := open(t, snapshot(all...))
	s.sees("10000 accounts")
	if n := len(objects(s.w.Content())); n > 1500 {
		t.Errorf("%d objects are drawn for 10,000 accounts", n)
	}
	began := time.Now()
	s.w.Show(snapshot(all...))
	if took := time.Since(began); took > time.Second {
		t.Errorf("showing the same 10,000 again took %v", took)
	}
	s.w.Select("9999")
	s.sees("Account 09999 you@example.com")
}

func TestOnePaneWhereThereIsNoRoom(t *testing.T) {
	s := open(t, snapshot(account("a", "Service desk")), func(*stage) {})
	s.w.Fyne().Resize(fyne.NewSize(420, 620))
	s.sees("CONNECTED · 1")
	if s.says("Your token is fresh") {
		t.Error("list and account are both there at 420")
	}
	s.w.Select("a")
	s.sees("Your token is fresh")
	if s.says("CONNECTED · 1") {
		t.Error("the list is still there")
	}
	s.tap("‹ Accounts")
	s.sees("CONNECTED · 1")
}

func TestTheAgentGoesAndComesBack(t *testing.T) {
	gone := make(chan struct{})
	close(gone)
	s := open(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.watch = func(context.Context) (<-chan struct{}, error) { return gone, nil }
		s.restart = func(context.Context) (auth.Desk, error) {
			return &fakeDesk{snapshot: snapshot(account("b", "After the restart"))}, nil
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.w.Watch(ctx) }()
	s.sees("Tokentray’s background part has stopped")
	s.tap("Start it again")
	s.sees("After the restart")
	if s.says("has stopped") {
		t.Error("the banner stays after the restart")
	}
	cancel()
	<-done
}

func TestWatchEndsWithItsContextWhateverTheDeskDoes(t *testing.T) {
	s := begin(t, snapshot(account("a", "Service desk")), func(s *stage) {
		s.desk.watch = func(context.Context) (<-chan struct{}, error) { return make(chan struct{}), nil }
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.w.Watch(ctx) }()
	s.sees("Service desk")
	cancel()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("Watch goes on after its context ended")
	}
}
