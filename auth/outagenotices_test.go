package auth_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// One provider's outage is one notice, whenever the tokens of its accounts end; a
// second one is told anew.
func TestAnOutageIsToldOnceHoweverTheTokensEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, world{rotation: strict})
		for i := range 20 {
			_, err := m.Connect(context.Background(), auth.Connection{
				Provider: "northwind", Name: fmt.Sprintf("work %d", i), ClientIdentifier: "tray",
			}, func(auth.SignInStep) {})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(150 * time.Second)
		}
		var p person
		for _, outage := range []string{"the first", "the second"} {
			m.server.does(answers503)
			var got []string
			for _, line := range p.listens(t, m.Keeper, 6*time.Hour, time.Minute) {
				got = append(got, line[strings.Index(line, " ")+1:])
			}
			if len(got) != 1 || !strings.HasPrefix(got[0], "northwind/unreachable: work") {
				t.Errorf("%s outage: told %q, want one notice", outage, got)
			}
			if got := m.states()[auth.StateRetrying]; got != 20 {
				t.Errorf("%d accounts are retrying", got)
			}
			m.server.does(works)
			if got := p.listens(t, m.Keeper, time.Hour, time.Minute); len(got) != 1 || !strings.HasSuffix(got[0], " northwind/unreachable: ") {
				t.Errorf("%s outage is over: told %q, want that it is withdrawn", outage, got)
			}
		}
	})
}

// Somebody who put one account off is reminded of it, though the outage was told.
func TestAnOutageThatWasPutOffIsToldAgain(t *testing.T) {
	p := person{now: noon}
	a, b := row("A", auth.StateRetrying), row("B", auth.StateRetrying)
	b.ExpiresAt = noon.Add(time.Hour)
	expect(t, "it begins", p.sees(t, a, b))
	p.now = noon.Add(20 * time.Minute)
	expect(t, "A's token has run out", p.sees(t, a, b), "adaptix/unreachable: A")
	p.now = noon.Add(2 * time.Hour)
	expect(t, "B's, too", p.sees(t, a, b))
	m := p.told["a"]
	m.Snoozed = noon.Add(20 * time.Hour)
	p.told["a"] = m
	expect(t, "put off", p.sees(t, a, b))
	p.now = noon.Add(20 * time.Hour)
	expect(t, "reminded", p.sees(t, a, b), "adaptix/unreachable: A, B")
	p.now = noon.Add(30 * time.Hour)
	expect(t, "once", p.sees(t, a, b))
}

// A refresh that was interrupted is nobody's affair while Tokentray finds out; when it
// has given up and the token has run out, a person is told, once.
func TestADoubtIsToldWhenOnlyAPersonCanSettleIt(t *testing.T) {
	p := person{now: noon}
	a := row("A", auth.StateInDoubt)
	a.ExpiresAt, a.RefreshAt = noon.Add(time.Hour), noon
	expect(t, "it is being settled", p.sees(t, a))
	a.RefreshAt = time.Time{}
	expect(t, "given up, and the token is good", p.sees(t, a))
	p.now = noon.Add(time.Hour)
	a.SigningIn = true
	expect(t, "it has run out, and somebody is at it", p.sees(t, a))
	a.SigningIn = false
	expect(t, "nobody is", p.sees(t, a), "adaptix/in_doubt: A")
	p.now = noon.Add(5 * time.Hour)
	expect(t, "it stands", p.sees(t, a))
	a.RefreshAt = p.now
	expect(t, "it is tried once more", p.sees(t, a))
	a.RefreshAt = time.Time{}
	expect(t, "in vain", p.sees(t, a))
	expect(t, "it is settled", p.sees(t, row("A", auth.StateFresh)), "adaptix/in_doubt: ")

	p = person{now: noon}
	a = row("A", auth.StateInDoubt)
	a.RefreshAt = noon // of many that a backup brought back
	for range 24 {
		expect(t, "it waits its turn", p.sees(t, a))
		p.now = p.now.Add(time.Hour)
	}
	a.Tried = p.now
	expect(t, "it can't be settled", p.sees(t, a))
	p.now = p.now.Add(10 * time.Minute)
	expect(t, "for ten minutes", p.sees(t, a), "adaptix/unreachable: A")

	p = person{now: noon}
	a = row("A", auth.StateInDoubt)
	a.ExpiresAt = time.Time{}
	expect(t, "given up, and nobody knows whether the token is good", p.sees(t, a))
	p.now = noon.Add(10 * time.Minute)
	expect(t, "for ten minutes", p.sees(t, a), "adaptix/in_doubt: A")
}

// Three lost answers: the account is told when its token has run out, and those who
// show it are poked then.
func TestThreeLostAnswersAreToldWhenTheTokenHasRunOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return auth.Answer{}, failure(auth.OutcomeAmbiguous, "") })
		var p person
		expect(t, "while the token is good", p.listens(t, d.Keeper, 59*time.Minute, time.Minute))
		if s := d.status(t, id); !s.GivenUp() {
			t.Fatalf("%s, tried again %v; want that it is given up", s.State, s.RefreshAt)
		}
		changes, err := d.Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for len(changes) > 0 {
			<-changes
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(changes) == 0 {
			t.Error("nobody was poked when the token ran out")
		}
		expect(t, "a week later", p.listens(t, d.Keeper, 7*24*time.Hour, time.Minute), "0s northwind/in_doubt: work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		if err := d.Refresh(context.Background(), id); err != nil {
			t.Fatal(err)
		}
		expect(t, "a person's try", p.listens(t, d.Keeper, time.Hour, time.Minute), "0s northwind/in_doubt: ")
	})
}

// A doubt that can't be settled, because nobody answers any more, is an outage.
func TestADoubtInAnOutageIsToldAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		lost := false
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			if !lost {
				lost = true
				return auth.Answer{}, failure(auth.OutcomeAmbiguous, "")
			}
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient}
		})
		time.Sleep(55 * time.Minute)
		var p person
		got := p.listens(t, d.Keeper, 6*time.Hour, time.Minute)
		if s := d.status(t, id); s.State != auth.StateInDoubt || s.GivenUp() {
			t.Fatalf("%s, given up: %v", s.State, s.GivenUp())
		}
		expect(t, "six hours", got, "10m0s northwind/unreachable: work")
	})
}

// A token whose end nobody states may be good; that it can't be refreshed is told when
// it has lasted.
func TestAnOutageIsToldWhereNobodyStatesTheTokensEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), 0)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}}
		})
		var p person
		for d.status(t, id).State != auth.StateRetrying {
			expect(t, "before", p.listens(t, d.Keeper, time.Minute, time.Minute))
		}
		expect(t, "nine minutes", p.listens(t, d.Keeper, 9*time.Minute, time.Minute))
		if got := p.listens(t, d.Keeper, 7*24*time.Hour, time.Minute); len(got) != 1 || !strings.HasSuffix(got[0], "0s northwind/unreachable: work") {
			t.Errorf("a week: told %q, want one notice", got)
		}
	})
}
