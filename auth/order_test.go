package auth_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth/authtest"
)

func TestASnapshotIsByNameWhateverChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		names := func(want ...string) {
			t.Helper()
			s, err := d.Snapshot(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range s.Accounts {
				got = append(got, a.Name)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		names()
		b := d.connect(t, "b")
		names("b")
		a := d.connect(t, "A")
		d.connect(t, "c")
		names("A", "b", "c")
		if err := d.Rename(context.Background(), b, "Zoë"); err != nil {
			t.Fatal(err)
		}
		names("A", "c", "Zoë")
		if _, err := d.Forget(context.Background(), a); err != nil {
			t.Fatal(err)
		}
		names("c", "Zoë")
		d.connect(t, "B")
		names("B", "c", "Zoë")
	})
}
