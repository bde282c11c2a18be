package auth_test

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/tokentray/tokentray/auth"
)

// mover is a computer, the file that takes accounts of it elsewhere, and other computers.
func mover(t *testing.T) (d *desk, file func(...auth.AccountID) []byte, there func() *desk) {
	t.Helper()
	porter, files := &trunk{}, &library{all: []auth.Provider{northwind}}
	d = travelDesk(t, files, porter)
	file = func(ids ...auth.AccountID) []byte {
		t.Helper()
		sealed, err := d.Export(context.Background(), auth.Export{What: auth.ExportAccounts, Accounts: ids, Passphrase: phrase})
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	return d, file, func() *desk { return travelDesk(t, files, porter) }
}

var phrase = auth.NewSecret("canary-passphrase")

// brings has file imported, and compares what came and what was there by name.
func (d *desk) brings(t *testing.T, file []byte, came, known []string) {
	t.Helper()
	in, err := d.Import(context.Background(), file, phrase)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range in.Accounts {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	slices.Sort(in.Known)
	if !slices.Equal(names, came) || !slices.Equal(in.Known, known) {
		t.Errorf("%q came and %q were here, want %q and %q", names, in.Known, came, known)
	}
}

func TestTwoAccountsOfOnePersonBothMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, file, computer := mover(t)
		prod, test := d.connect(t, "prod"), d.connect(t, "test")
		there := computer()
		there.brings(t, file(), []string{"prod", "test"}, nil)
		there.brings(t, file(), nil, []string{"prod", "test"})
		for _, id := range []auth.AccountID{prod, test} {
			want, err := d.vault.Grant(id)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := there.vault.Grant(id); err != nil || !got.RefreshToken.Equal(want.RefreshToken) {
				t.Errorf("the grant of %s is another one, %v", id, err)
			}
		}
		d.brings(t, file(prod), nil, []string{"prod"})
		d.brings(t, file(test), nil, []string{"test"})
	})
}

// Somebody who connected the same account on both computers has it once; another
// one of theirs comes all the same.
func TestAnAccountStandsForOneOfThoseInAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, file, computer := mover(t)
		prod, test := d.connect(t, "prod"), d.connect(t, "test")
		for _, name := range []string{"Prod", "Test"} {
			there := computer()
			there.connect(t, name)
			came := map[string]string{"Prod": "test", "Test": "prod"}[name]
			there.brings(t, file(), []string{came}, []string{name})
		}
		for _, id := range []auth.AccountID{prod, test} {
			there := computer()
			there.connect(t, "mine")
			there.brings(t, file(id), nil, []string{"mine"})
		}
	})
}

func TestAnotherAccountOfThePersonIsNotTheOneInTheFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, file, computer := mover(t)
		there := computer()
		there.connect(t, "all of it")
		for name, c := range map[string]auth.Connection{
			"fewer scopes":   {Scopes: []string{"read"}},
			"another client": {ClientIdentifier: "another"},
		} {
			c.Provider, c.Name = "northwind", name
			c.ClientIdentifier = cmp.Or(c.ClientIdentifier, "tray")
			s, err := d.Connect(ctx, c, func(auth.SignInStep) {})
			if err != nil {
				t.Fatal(err)
			}
			there.brings(t, file(s.ID), []string{name}, nil)
			scopes := []string{"read", "write"}
			if err := there.Edit(ctx, s.ID, auth.Change{Scopes: &scopes}); err != nil {
				t.Fatal(err)
			}
			there.brings(t, file(s.ID), nil, []string{name})
		}
	})
}
