package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// A name goes into menus, lists and logs: it can't begin a line there.
func TestANameIsOneLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		for what, name := range map[string]string{
			"a line feed": "a\nb", "a carriage return": "a\rb", "a NUL": "a\x00b", "an escape": "a\x1b[31mb", "a delete": "a\x7fb",
			"a line separator": "a\u2028b", "a paragraph separator": "a\u2029b", "too much": strings.Repeat("x", 81), "too much in Japanese": strings.Repeat("名", 81), "blanks at its end": "work desk ",
		} {
			var e *auth.Error
			if err := d.Rename(context.Background(), id, name); !errors.As(err, &e) || e.Kind != auth.KindUsage {
				t.Errorf("renamed to %s: %v, want it refused", what, err)
			}
			_, err := d.Connect(context.Background(), auth.Connection{Provider: "northwind", Name: name, ClientIdentifier: "tray"}, func(auth.SignInStep) {})
			if !errors.As(err, &e) || e.Kind != auth.KindUsage || strings.Contains(e.Detail, name) {
				t.Errorf("connected as %s: %v, want it refused without its words", what, err)
			}
		}
		if s := d.status(t, id); s.Name != "work" {
			t.Errorf("it is called %q", s.Name)
		}
	})
}

func TestANameIsMeasuredInCharacters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		name := strings.Repeat("名", 80)
		id := d.connect(t, name)
		if err := d.Rename(ctx, id, strings.Repeat("é", 80)); err != nil {
			t.Errorf("renamed to 80 characters: %v", err)
		}
		if got := d.status(t, id).Name; got != strings.Repeat("é", 80) {
			t.Errorf("it is called %q", got)
		}
	})
}

// A name that is made is as whole as the limit lets it be, and shows where it isn't.
func TestAMadeNameKeepsToTheLimit(t *testing.T) {
	for what, row := range map[string]struct {
		who   string
		wants []string
	}{
		"what fits": {strings.Repeat("あ", 68), []string{"Northwind · " + strings.Repeat("あ", 68), "Northwind · " + strings.Repeat("あ", 65) + "… 2"}},
		"too much":  {strings.Repeat("x", 69), []string{"Northwind · " + strings.Repeat("x", 67) + "…", "Northwind · " + strings.Repeat("x", 65) + "… 2"}},
		"a blank where it is cut": {
			strings.Repeat("x", 66) + " and more",
			[]string{"Northwind · " + strings.Repeat("x", 66) + "…"},
		},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), time.Hour)
				d.signedInAs(auth.Identity{Subject: "s1", Name: row.who})
				for _, want := range row.wants {
					s, err := d.Connect(context.Background(), auth.Connection{Provider: "northwind", ClientIdentifier: "tray"}, func(auth.SignInStep) {})
					if err != nil || s.Name != want {
						t.Errorf("got %q, %v; want %q", s.Name, err, want)
					}
				}
			})
		})
	}
}

// An ID is looked up before any name: a name that is another account's ID would
// give somebody the other one's token.
func TestANameIsNoOtherAccountsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		work, home := d.connect(t, "work"), d.connect(t, "home")
		for _, name := range []string{string(home), strings.ToUpper(string(home))} {
			var e *auth.Error
			if err := d.Rename(ctx, work, name); !errors.As(err, &e) || e.Kind != auth.KindUsage || !strings.Contains(e.Detail, "ID") {
				t.Errorf("renamed to %q: %v, want it refused", name, err)
			}
			_, err := d.Connect(ctx, auth.Connection{Provider: "northwind", Name: name, ClientIdentifier: "tray"}, nil)
			if !errors.As(err, &e) || e.Kind != auth.KindUsage || !strings.Contains(e.Detail, "ID") {
				t.Errorf("connected as %q: %v, want it refused", name, err)
			}
		}
		if err := d.Rename(ctx, work, string(work)); err != nil {
			t.Errorf("its own ID: %v", err)
		}
		if got, err := d.Find(ctx, string(home)); err != nil || got != home {
			t.Errorf("Find = %v, %v", got, err)
		}
	})
}

// What was called so before it was refused goes on working.
func TestAnAccountThatHasAnothersIDForANameIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		work, home := d.connect(t, "work"), d.connect(t, "home")
		kept, err := vault.Contents()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range kept.Accounts {
			if a.ID == work {
				a.Name = string(home)
				if err := vault.PutAccount(a); err != nil {
					t.Fatal(err)
				}
			}
		}
		again := newDesk(t, vault, time.Hour)
		if s := again.status(t, work); s.Name != string(home) || s.State != auth.StateFresh {
			t.Errorf("%q is %v", s.Name, s.State)
		}
		if err := again.Pause(ctx, work, time.Time{}); err != nil {
			t.Error(err)
		}
		if err := again.Rename(ctx, work, "office"); err != nil {
			t.Error(err)
		}
	})
}
