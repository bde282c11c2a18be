package auth_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// booth is a provider of our own that is always open.
type booth struct{}

func (booth) Serve(context.Context, string) (string, auth.Client, error) {
	return "http://127.0.0.1:17900", auth.Client{ID: "booth", Identifier: "booth", RedirectAddress: "http://127.0.0.1/callback"}, nil
}

func (booth) Close() {}

var practice = auth.Provider{
	ID: "practice", Name: "Practice provider", Grants: []auth.GrantType{auth.AuthorizationCode},
	Settings:  []auth.Setting{{Key: "address", Type: auth.SettingURL}},
	Endpoints: auth.Endpoints{Authorize: "{address}/authorize", Token: "{address}/token"},
}

func newBooth(t *testing.T, vault *authtest.Vault) *desk {
	return newDesk(t, vault, 90*time.Second, func(p *auth.Parts) {
		p.Catalogue, p.Local = &library{all: []auth.Provider{practice, northwind}}, map[auth.ProviderID]auth.Local{"practice": booth{}}
	})
}

func TestAPracticeAccountThatNobodyUsesFallsAsleepAndWakesWithTheNextUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		vault := authtest.NewVault()
		d := newBooth(t, vault)
		s, err := d.Connect(ctx, auth.Connection{Provider: "practice"}, func(auth.SignInStep) {})
		if err != nil || s.Name != "Practice · you@example.com" {
			t.Fatalf("%q, %v", s.Name, err)
		}
		work := d.connect(t, "work")
		time.Sleep(50 * time.Minute)
		if _, err := d.Token(ctx, s.ID, usual); err != nil {
			t.Error(err)
		}
		time.Sleep(50 * time.Minute)
		synctest.Wait()
		if got := d.status(t, s.ID); got.State != auth.StateFresh {
			t.Errorf("%v 50 minutes after it was used", got.State)
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if got := d.status(t, s.ID); got.State != auth.StatePaused {
			t.Errorf("%v an hour after it was used", got.State)
		}
		if got := d.status(t, work); got.State == auth.StatePaused {
			t.Error("an account of a real provider fell asleep")
		}
		again := newBooth(t, vault) // also after a restart
		if _, err := again.Token(ctx, s.ID, usual); err != nil {
			t.Errorf("the next use: %v", err)
		}
		if got := again.status(t, s.ID); got.State != auth.StateFresh {
			t.Errorf("%v after the next use", got.State)
		}
		if got := again.events(t, s.ID); !slices.Contains(got, auth.EventPaused) || !slices.Contains(got, auth.EventResumed) {
			t.Errorf("noted %v", got)
		}
		if err := again.Pause(ctx, s.ID, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := again.Token(ctx, s.ID, auth.Want{Force: true}); !errors.Is(err, auth.ErrPaused) {
			t.Errorf("a pause that a person wished for: %v", err)
		}
		for _, e := range []auth.Export{
			{What: auth.ExportConnection, Accounts: []auth.AccountID{s.ID}},
			{What: auth.ExportAccounts, Accounts: []auth.AccountID{s.ID}, Passphrase: auth.NewSecret("canary-passphrase")},
		} {
			if _, err := again.Export(ctx, e); !errors.Is(err, auth.ErrUsage) {
				t.Errorf("%s: %v, want that it stays here", e.What, err)
			}
		}
	})
}
