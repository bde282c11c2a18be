// Package vaulttest is the contract of auth.Vault as tests. It runs against the
// vault on disk, sealed in every way, and against its double in memory.
package vaulttest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
)

// Subject makes vaults that don't exist yet.
type Subject struct {
	// New returns a vault that has not been opened.
	New func(t *testing.T) auth.Vault
	// Passphrase makes and opens them; zero where the key is elsewhere.
	Passphrase auth.Secret
	// LoseKey takes the key of a vault that New made out of the keyring.
	LoseKey func(t *testing.T, v auth.Vault)
}

// Run holds s to the contract.
func Run(t *testing.T, s Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"nothing works before Open":                    closedRefuses,
		"there is none, then one is made":              createsOnce,
		"what is added comes back, also after reopen":  keepsEverything,
		"opening an open vault changes nothing":        opensTwice,
		"a grant is replaced only by its generation":   comparesGeneration,
		"a grant is written again without a new one":   marksAttempt,
		"accounts and clients are replaced":            replaces,
		"what is not kept is not brought back":         refusesUnknown,
		"an account is added once":                     addsOnce,
		"removing takes what nobody else uses":         removes,
		"what comes back is a copy":                    copies,
		"many at once lose nothing and win only once":  races,
		"nothing works after Close but Open":           closes,
		"tokens may be large, odd, and not even UTF-8": oddTokens,
		"locked, it forgets its key until Open":        locks,
		"sealed anew, it opens as it was asked to":     sealsAnew,
		"a seal that can't be is refused":              refusesSeals,
		"a recovery passphrase stands in for the key":  recovers,
		"what people were told is kept":                keepsTold,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

// Open returns an open, empty vault that is closed when t ends.
func (s Subject) Open(t *testing.T) auth.Vault {
	t.Helper()
	v := s.New(t)
	t.Cleanup(func() { must(t, v.Close()) })
	must(t, v.Open(auth.Secret{}))
	must(t, v.Create(s.Passphrase))
	return v
}

// reopen closes v and opens it again.
func (s Subject) reopen(t *testing.T, v auth.Vault) {
	t.Helper()
	must(t, v.Close())
	must(t, v.Open(s.Passphrase))
}

func closedRefuses(t *testing.T, s Subject) {
	v := s.New(t)
	wantClosed(t, v)
	wantKind(t, v.Create(s.Passphrase), auth.KindVault) // nobody has looked yet whether there is one
}

func wantClosed(t *testing.T, v auth.Vault) {
	t.Helper()
	if v.State() == auth.VaultUnlocked {
		t.Fatal("it says that it is unlocked")
	}
	_, err := v.Contents()
	wantKind(t, err, auth.KindVault)
	_, err = v.Grant("a1")
	wantKind(t, err, auth.KindVault)
	a, c, g := Sample(1)
	for _, err := range []error{
		v.Add(a, c, g), v.PutAccount(a), v.PutClient(c), v.PutGrant(a.ID, 1, g), v.Remove(a.ID),
		v.Seal(auth.SealedByPassphrase, anew), v.PutRecovery(anew), v.PutTold(auth.Told{}),
	} {
		wantKind(t, err, auth.KindVault)
	}
}

func createsOnce(t *testing.T, s Subject) {
	v := s.New(t)
	defer func() { must(t, v.Close()) }()
	must(t, v.Open(s.Passphrase))
	wantState(t, v, auth.VaultNone)
	must(t, v.Create(s.Passphrase))
	wantState(t, v, auth.VaultUnlocked)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	wantKind(t, v.Create(s.Passphrase), auth.KindVault)
	wantContents(t, v, auth.Contents{Clients: []auth.Client{c}, Accounts: []auth.Account{a}, Grants: grants(a, g)})
}

func keepsEverything(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	b, d, h := Sample(2)
	must(t, v.Add(a, c, g))
	must(t, v.Add(b, d, h))
	want := auth.Contents{
		Clients: []auth.Client{c, d}, Accounts: []auth.Account{a, b},
		Grants: map[auth.AccountID]auth.Grant{a.ID: g, b.ID: h},
	}
	wantContents(t, v, want)
	s.reopen(t, v)
	wantContents(t, v, want)
	wantGrant(t, v, b.ID, h)
}

func opensTwice(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	must(t, v.Open(auth.NewSecret("canary-anything")))
	must(t, v.Open(auth.Secret{}))
	wantState(t, v, auth.VaultUnlocked)
	wantGrant(t, v, a.ID, g)
}

func comparesGeneration(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	next := g
	next.Generation++
	next.RefreshToken = auth.NewSecret("canary-refresh-next")
	for _, was := range []auth.Generation{0, g.Generation - 1, g.Generation + 1} {
		wantIs(t, v.PutGrant(a.ID, was, next), auth.ErrGenerationMoved)
	}
	wantGrant(t, v, a.ID, g)
	must(t, v.PutGrant(a.ID, g.Generation, next))
	wantGrant(t, v, a.ID, next)
	wantIs(t, v.PutGrant(a.ID, g.Generation, g), auth.ErrGenerationMoved)
	s.reopen(t, v)
	wantGrant(t, v, a.ID, next)
}

func marksAttempt(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	g.Attempt = auth.Attempt{Began: time.Date(2026, 11, 22, 9, 30, 0, 1, time.UTC), Presentations: 2}
	must(t, v.PutGrant(a.ID, g.Generation, g))
	s.reopen(t, v)
	wantGrant(t, v, a.ID, g)
}

func replaces(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	a.Name, a.Scopes = "Renamed", nil
	c.Secret = auth.NewSecret("canary-rotated-by-the-administrator")
	must(t, v.PutAccount(a))
	must(t, v.PutClient(c))
	want := auth.Contents{Clients: []auth.Client{c}, Accounts: []auth.Account{a}, Grants: grants(a, g)}
	wantContents(t, v, want)
	s.reopen(t, v)
	wantContents(t, v, want)
}

func refusesUnknown(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	_, err := v.Grant(a.ID)
	wantIs(t, err, auth.ErrNoGrant)
	wantIs(t, v.PutGrant(a.ID, 0, g), auth.ErrNoGrant)
	wantKind(t, v.PutAccount(a), auth.KindUnknownAccount)
	wantKind(t, v.PutClient(c), auth.KindUsage)
	must(t, v.Remove(a.ID))
	wantContents(t, v, auth.Contents{})
	must(t, v.Add(a, c, g))
	must(t, v.Remove(a.ID))
	wantIs(t, v.PutGrant(a.ID, g.Generation, g), auth.ErrNoGrant) // a refresh that was under way
	wantContents(t, v, auth.Contents{})
}

func addsOnce(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	again, other, newer := a, c, g
	again.Name, other.Name = "Other", "Other"
	newer.Generation++
	wantKind(t, v.Add(again, other, newer), auth.KindUsage)
	astray := again
	astray.ID, astray.Client = "a9", "c9"
	wantKind(t, v.Add(astray, other, newer), auth.KindUsage)
	wantContents(t, v, auth.Contents{Clients: []auth.Client{c}, Accounts: []auth.Account{a}, Grants: grants(a, g)})
}

func removes(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	b, _, h := Sample(2)
	b.Client = c.ID
	must(t, v.Add(a, c, g))
	c.Name = "Changed with the second account"
	must(t, v.Add(b, c, h))
	must(t, v.Remove(a.ID))
	wantContents(t, v, auth.Contents{Clients: []auth.Client{c}, Accounts: []auth.Account{b}, Grants: grants(b, h)})
	_, err := v.Grant(a.ID)
	wantIs(t, err, auth.ErrNoGrant)
	must(t, v.Remove(b.ID))
	must(t, v.Remove(b.ID))
	wantContents(t, v, auth.Contents{})
	s.reopen(t, v)
	wantContents(t, v, auth.Contents{})
}

func copies(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	a.Settings["address"] = "changed after Add"
	got, err := v.Contents()
	must(t, err)
	got.Accounts[0].Settings["address"] = "changed"
	got.Accounts[0].Provider.Scopes.Default[0] = "changed"
	got.Grants[a.ID].Scopes[0] = "changed"
	a, _, g = Sample(1)
	wantContents(t, v, auth.Contents{Clients: []auth.Client{c}, Accounts: []auth.Account{a}, Grants: grants(a, g)})
}

func races(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	must(t, v.Add(a, c, g))
	const writers, rounds = 4, 5
	var group sync.WaitGroup
	var mu sync.Mutex
	won := map[auth.Generation]int{}
	for range writers {
		group.Go(func() {
			for range rounds {
				now, err := v.Grant(a.ID)
				if err != nil {
					t.Errorf("reading: %v", err)
					return
				}
				next := now
				next.Generation++
				switch err := v.PutGrant(a.ID, now.Generation, next); {
				case err == nil:
					mu.Lock()
					won[next.Generation]++
					mu.Unlock()
				case !errors.Is(err, auth.ErrGenerationMoved):
					t.Errorf("writing: %v", err)
				}
			}
		})
	}
	group.Wait()
	last, err := v.Grant(a.ID)
	must(t, err)
	if got, want := last.Generation-g.Generation, auth.Generation(len(won)); got != want || got < rounds {
		t.Errorf("got %d generations, want %d and at least %d", got, want, rounds)
	}
	for generation, times := range won {
		if times != 1 {
			t.Errorf("generation %d was written %d times", generation, times)
		}
	}
}

func closes(t *testing.T, s Subject) {
	v := s.Open(t)
	must(t, v.Close())
	must(t, v.Close())
	wantClosed(t, v)
	must(t, v.Open(s.Passphrase))
	wantContents(t, v, auth.Contents{})
}

func oddTokens(t *testing.T, s Subject) {
	v := s.Open(t)
	a, c, g := Sample(1)
	large := make([]byte, 64<<10) // what R23 asks for
	for i := range large {
		large[i] = byte(i * 7)
	}
	g.AccessToken = auth.NewSecret("canary-" + string(large))
	g.RefreshToken = auth.NewSecret("canary-\xff\x00<&>\u2028")
	g.ExpiresAt, g.Scopes = time.Time{}, nil
	must(t, v.Add(a, c, g))
	s.reopen(t, v)
	wantGrant(t, v, a.ID, g)
}

func grants(a auth.Account, g auth.Grant) map[auth.AccountID]auth.Grant {
	return map[auth.AccountID]auth.Grant{a.ID: g}
}
