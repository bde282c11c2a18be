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
			"a line separator": "a\u2028b", "a paragraph separator": "a\u2029b", "too much": strings.Repeat("x", 81), "blanks at its end": "work desk ",
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
