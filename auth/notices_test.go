package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// person is told of snapshots one after the other.
type person struct {
	told auth.Told
	now  time.Time
}

// sees returns what is told, each as "key: names", and lets told go through
// storage in between.
func (p *person) sees(t *testing.T, accounts ...auth.Status) []string {
	t.Helper()
	return p.looks(t, auth.Snapshot{Vault: auth.VaultUnlocked, Accounts: accounts})
}

func (p *person) looks(t *testing.T, s auth.Snapshot) []string {
	t.Helper()
	kept, err := json.Marshal(p.told)
	if err != nil {
		t.Fatal(err)
	}
	notices, told := auth.Notices(p.told, s, auth.UsualNotices(), p.now)
	if unchanged, err := json.Marshal(p.told); err != nil || string(unchanged) != string(kept) {
		t.Errorf("what was told before became %s, want %s (%v)", unchanged, kept, err)
	}
	stored, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	p.told = nil
	if err := json.Unmarshal(stored, &p.told); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, n := range notices {
		var names []string
		for _, a := range n.Accounts {
			names = append(names, a.Name)
		}
		lines = append(lines, n.Key+": "+strings.Join(names, ", "))
	}
	return lines
}

// listens is told of how k's accounts stand, every step for d, and returns what was
// told and how long after the beginning.
func (p *person) listens(t *testing.T, k *auth.Keeper, d, step time.Duration) (lines []string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < d; time.Sleep(step) {
		synctest.Wait()
		s, err := k.Snapshot(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		p.now = s.At
		for _, line := range p.looks(t, s) {
			lines = append(lines, time.Since(began).String()+" "+line)
		}
	}
	return lines
}

func row(name string, state auth.State) auth.Status {
	return auth.Status{
		ID: auth.AccountID(strings.ToLower(name)), Name: name, Provider: "adaptix", State: state, ExpiresAt: noon.Add(-time.Hour),
	}
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("%s: told %q, want %q", what, got, want)
	}
}

func TestOnlyWhatAPersonCanEndIsTold(t *testing.T) {
	for _, state := range auth.States() {
		p := person{now: noon}
		got := p.sees(t, row("A", state))
		p.now = noon.Add(24 * time.Hour)
		got = append(got, p.sees(t, row("A", state))...)
		switch state {
		case auth.StateNeedsSignIn:
			expect(t, string(state), got, "adaptix/sign_in: A")
		case auth.StateMisconfigured:
			expect(t, string(state), got, "adaptix/settings: A")
		case auth.StateRetrying:
			expect(t, string(state), got, "adaptix/unreachable: A")
		case auth.StateInDoubt: // nothing is tried again
			expect(t, string(state), got, "adaptix/in_doubt: A")
		default:
			expect(t, string(state), got)
		}
	}
}

func TestItIsToldOnceUntilItIsOver(t *testing.T) {
	p := person{now: noon}
	expect(t, "it begins", p.sees(t, row("A", auth.StateNeedsSignIn)), "adaptix/sign_in: A")
	p.now = p.now.Add(48 * time.Hour)
	expect(t, "it stands", p.sees(t, row("A", auth.StateNeedsSignIn)))
	expect(t, "a quiet look whether it still stands", p.sees(t, row("A", auth.StateRefreshing)))
	expect(t, "it still does", p.sees(t, row("A", auth.StateNeedsSignIn)))
	expect(t, "it is another matter now", p.sees(t, row("A", auth.StateMisconfigured)), "adaptix/sign_in: ", "adaptix/settings: A")
	expect(t, "offline, which mends nothing", p.sees(t, row("A", auth.StateRetrying)))
	expect(t, "and online", p.sees(t, row("A", auth.StateMisconfigured)))
	expect(t, "it is over", p.sees(t, row("A", auth.StateFresh)), "adaptix/settings: ")
	p.now = p.now.Add(2 * time.Hour)
	expect(t, "it is back", p.sees(t, row("A", auth.StateMisconfigured)), "adaptix/settings: A")
	expect(t, "the account is gone", p.sees(t), "adaptix/settings: ")
	if len(p.told) != 0 {
		t.Errorf("%v is remembered of an account that is gone", p.told)
	}
}

func TestNobodyIsToldWhatTheyAreDoing(t *testing.T) {
	p := person{now: noon}
	a := row("A", auth.StateNeedsSignIn)
	a.SigningIn = true
	expect(t, "while signing in", p.sees(t, a))
	a.SigningIn = false
	expect(t, "after giving up", p.sees(t, a), "adaptix/sign_in: A")
}

func TestBeingOfflineIsToldLateAndOnlyWhenItHurts(t *testing.T) {
	p := person{now: noon}
	valid := row("A", auth.StateRetrying)
	valid.ExpiresAt = noon.Add(time.Hour)
	expect(t, "at once", p.sees(t, valid))
	p.now = noon.Add(30 * time.Minute)
	expect(t, "the token still serves", p.sees(t, valid))
	p.now = noon.Add(time.Hour)
	expect(t, "trying", p.sees(t, row("A", auth.StateRefreshing)))
	expect(t, "the token has run out", p.sees(t, row("A", auth.StateRetrying)), "adaptix/unreachable: A")

	p = person{now: noon}
	expect(t, "offline at the start", p.sees(t, row("A", auth.StateRetrying)))
	p.now = noon.Add(10*time.Minute - time.Second)
	expect(t, "for nearly ten minutes", p.sees(t, row("A", auth.StateRetrying)))
	p.now = noon.Add(10 * time.Minute)
	expect(t, "for ten minutes", p.sees(t, row("A", auth.StateRetrying)), "adaptix/unreachable: A")
}

func TestAccountsOfOneProviderAreGathered(t *testing.T) {
	p := person{now: noon}
	other := row("Z", auth.StateNeedsSignIn)
	other.Provider = "fortellis"
	expect(t, "two and one", p.sees(t, row("A", auth.StateNeedsSignIn), row("B", auth.StateNeedsSignIn), row("C", auth.StateFresh), other),
		"adaptix/sign_in: A, B", "fortellis/sign_in: Z")
	p.now = noon.Add(time.Hour)
	expect(t, "a third joins", p.sees(t, row("A", auth.StateNeedsSignIn), row("B", auth.StateFresh), row("C", auth.StateNeedsSignIn), other),
		"adaptix/sign_in: A, C")
	expect(t, "one is done", p.sees(t, row("A", auth.StateFresh), row("B", auth.StateFresh), row("C", auth.StateNeedsSignIn), other))
	expect(t, "all are done", p.sees(t, row("A", auth.StateFresh), row("B", auth.StateFresh), row("C", auth.StateFresh), other), "adaptix/sign_in: ")
}

// Sign-ins that a provider ends one after the other are told of together: the first
// at once, the others every quarter of an hour.
func TestSignInsThatEndOneAfterTheOtherAreGathered(t *testing.T) {
	p := person{now: noon}
	var got []string
	named := map[string]bool{}
	for minute := range 3 * 60 {
		var all []auth.Status
		for i := range 20 {
			state := auth.StateFresh
			if minute >= 5*i {
				state = auth.StateNeedsSignIn
			}
			all = append(all, row(fmt.Sprintf("A%02d", i), state))
		}
		p.now = noon.Add(time.Duration(minute) * time.Minute)
		for _, line := range p.sees(t, all...) {
			got = append(got, line)
			for _, name := range strings.Split(strings.TrimPrefix(line, "adaptix/sign_in: "), ", ") {
				named[name] = true
			}
		}
	}
	if len(got) > 8 || got[0] != "adaptix/sign_in: A00" || len(named) != 20 {
		t.Errorf("told %q, want the first at once and all 20 in eight notices at most", got)
	}
}

func TestFiftyAccountsThatComeAndGoAreToldOfOnceAnHour(t *testing.T) {
	p := person{now: noon}
	told := 0
	for minute := range 6 * 60 {
		state := []auth.State{auth.StateNeedsSignIn, auth.StateFresh}[minute%2]
		var all []auth.Status
		for i := range 50 {
			all = append(all, row(fmt.Sprintf("A%02d", i), state))
		}
		p.now = noon.Add(time.Duration(minute) * time.Minute)
		for _, line := range p.sees(t, all...) {
			if !strings.HasSuffix(line, ": ") {
				told++
			}
		}
	}
	if told < 5 || told > 6 {
		t.Errorf("told %d times in six hours, want once an hour", told)
	}
}

func TestALockedVaultForgetsNothing(t *testing.T) {
	p := person{now: noon}
	expect(t, "before", p.sees(t, row("A", auth.StateNeedsSignIn)), "adaptix/sign_in: A")
	for _, state := range auth.VaultStates() {
		if state != auth.VaultUnlocked {
			expect(t, string(state), p.looks(t, auth.Snapshot{Vault: state}))
		}
	}
	expect(t, "after", p.sees(t, row("A", auth.StateNeedsSignIn)))
}

// What was told while the calendar was ahead does not keep anybody from being told
// again, once it is over and back, and is not told again as long as it stands.
func TestACalendarThatWasAheadSilencesNothing(t *testing.T) {
	p := person{now: noon.Add(365 * 24 * time.Hour)}
	expect(t, "a year ahead", p.sees(t, row("A", auth.StateNeedsSignIn), row("B", auth.StateNeedsSignIn)), "adaptix/sign_in: A, B")
	expect(t, "one is over", p.sees(t, row("A", auth.StateNeedsSignIn), row("B", auth.StateFresh)))
	p.now = noon
	expect(t, "set right, and it stands", p.sees(t, row("A", auth.StateNeedsSignIn), row("B", auth.StateFresh)))
	p.now = noon.Add(2 * time.Hour)
	expect(t, "still", p.sees(t, row("A", auth.StateNeedsSignIn), row("B", auth.StateFresh)))
	expect(t, "over", p.sees(t, row("A", auth.StateFresh), row("B", auth.StateFresh)), "adaptix/sign_in: ")
	p.now = noon.Add(4 * time.Hour)
	expect(t, "both are back", p.sees(t, row("A", auth.StateNeedsSignIn), row("B", auth.StateNeedsSignIn)), "adaptix/sign_in: A, B")
}
