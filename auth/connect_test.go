package auth_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

func TestARejectedClientIsMendedByEditWithoutASignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id, other := d.connect(t, "work"), d.connect(t, "home")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			return auth.Answer{}, failure(auth.OutcomeMisconfigured, "invalid_client")
		})
		for _, id := range []auth.AccountID{id, other} {
			if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrMisconfigured) {
				t.Errorf("Token: %v", err)
			}
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		secret := auth.NewSecret("canary-secret-2")
		if err := d.Edit(context.Background(), id, auth.Change{ClientSecret: &secret}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for _, id := range []auth.AccountID{id, other} { // they share the client
			if s := d.status(t, id); s.State != auth.StateFresh {
				t.Errorf("%s: %v", s.Name, s.State)
			}
		}
	})
}

func TestForgettingDuringARefreshRevokesTheLateAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		revoked := make(chan string, 4)
		d.wire.onRevoke(func(g auth.Grant) error { revoked <- g.RefreshToken.Reveal(); return nil })
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			time.Sleep(5 * time.Second)
			return d.give.answer(), nil
		})
		var waiting sync.WaitGroup
		waiting.Go(func() { _, _ = d.Token(context.Background(), id, auth.Want{Force: true}) }) // its error is Forget's doing
		time.Sleep(time.Second)
		f, err := d.Forget(context.Background(), id)
		if err != nil || f.Revocation != auth.Revoked {
			t.Errorf("Forget: %+v, %v", f, err)
		}
		waiting.Wait()
		if got := []string{<-revoked, <-revoked}; got[0] != "canary-r1" || got[1] != "canary-r2" {
			t.Errorf("revoked %v", got)
		}
		if c, err := vault.Contents(); err != nil || len(c.Accounts)+len(c.Clients)+len(c.Grants) != 0 {
			t.Errorf("the vault holds %d accounts, %d clients, %d grants, %v", len(c.Accounts), len(c.Clients), len(c.Grants), err)
		}
	})
}

func TestSomebodyElsesSignInReplacesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.wire.onSignIn(func(auth.SignIn) (auth.Answer, error) {
			a := d.give.answer()
			a.Identity = auth.Identity{Subject: "s2", Email: "other@example.com"}
			return a, nil
		})
		var e *auth.Error
		_, err := d.Reconnect(context.Background(), id, auth.Reconnection{}, func(auth.SignInStep) {})
		if !errors.As(err, &e) || e.Kind != auth.KindOtherPerson {
			t.Errorf("Reconnect: %v", err)
		}
		if g, _ := vault.Grant(id); g.RefreshToken.Reveal() != "canary-r1" {
			t.Error("the grant was replaced")
		}
	})
}

func TestADeviceCodeAccountSignsInWithACodeAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		var asked auth.SignIn
		d.wire.onDevice(func(ask auth.SignIn) (auth.Answer, error) {
			asked = ask
			return d.give.answer(), nil
		})
		set(d.wire, &d.wire.found, auth.Endpoints{Token: "https://login.example/token", Device: "https://login.example/device"})
		var told []auth.SignInStep
		tell := func(s auth.SignInStep) { told = append(told, s) }
		began := time.Now()
		s, err := d.Connect(context.Background(), auth.Connection{
			Provider: "northwind", ClientIdentifier: "tray", Grant: auth.DeviceCode,
			Scopes: []string{"read"}, RedirectAddress: "app://not-used", Timeout: time.Minute,
		}, tell)
		if err != nil || s.Grant != auth.DeviceCode || s.State != auth.StateFresh {
			t.Fatalf("Connect: %+v, %v", s, err)
		}
		if len(asked.Scopes) != 1 || asked.Scopes[0] != "read" || !asked.Deadline.Equal(began.Add(time.Minute)) {
			t.Errorf("asked for %v until %v", asked.Scopes, asked.Deadline)
		}
		if _, err := d.Reconnect(context.Background(), s.ID, auth.Reconnection{}, tell); err != nil {
			t.Error(err)
		}
		if len(told) != 2 || told[1].UserCode != "WDJB-MJHT" {
			t.Errorf("told %+v", told)
		}

		set(d.wire, &d.wire.found, northwind.Endpoints)
		var e *auth.Error
		_, err = d.Connect(context.Background(), auth.Connection{Provider: "northwind", ClientIdentifier: "tray", Grant: auth.DeviceCode}, tell)
		if !errors.As(err, &e) || e.Kind != auth.KindUsage || len(e.Candidates) != 2 {
			t.Errorf("without an endpoint: %v", err)
		}
	})
}

func TestClientCredentialsAreAskedForAgainWithoutARefreshToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			a := d.give.answer()
			a.RefreshToken = auth.Secret{}
			return a, nil
		})
		s, err := d.Connect(context.Background(), auth.Connection{
			Provider: "northwind", ClientIdentifier: "job", ClientSecret: auth.NewSecret("canary-secret"), Grant: auth.ClientCredentials,
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if s := d.status(t, s.ID); s.State != auth.StateFresh || !s.ExpiresAt.After(time.Now()) {
			t.Errorf("state %v, expires %v", s.State, s.ExpiresAt)
		}
	})
}

func TestWithoutARefreshTokenTheAccountCountsDownToASignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		d.wire.onSignIn(func(auth.SignIn) (auth.Answer, error) {
			a := d.give.answer()
			a.RefreshToken = auth.Secret{}
			return a, nil
		})
		id := d.connect(t, "work")
		if s := d.status(t, id); s.State != auth.StateExpiring || !s.SignInBy.Equal(s.ExpiresAt) {
			t.Errorf("state %v, sign in by %v", s.State, s.SignInBy)
		}
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		if s := d.status(t, id); s.State != auth.StateNeedsSignIn {
			t.Errorf("state %v after its end", s.State)
		}
	})
}

func TestNamesAreFoundAsAPersonWritesThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		north := d.connect(t, "Adaptix · Northwind")
		d.connect(t, "Adaptix · South")
		fort := d.connect(t, "Fortellis")
		for _, row := range []struct {
			written string
			want    auth.AccountID
			err     *auth.Error
		}{
			{string(fort), fort, nil},
			{"Adaptix · Northwind", north, nil},
			{"adaptix · northwind", north, nil},
			{"FORT", fort, nil},
			{"adaptix · n", north, nil},
			{"Adaptix", "", auth.ErrAmbiguousName},
			{"nobody", "", auth.ErrUnknownAccount},
			{"", "", auth.ErrUnknownAccount},
		} {
			got, err := d.Find(context.Background(), row.written)
			if got != row.want || (row.err == nil) != (err == nil) || row.err != nil && !errors.Is(err, row.err) {
				t.Errorf("Find(%q) = %q, %v; want %q, %v", row.written, got, err, row.want, row.err)
			}
		}
		var e *auth.Error
		if _, err := d.Find(context.Background(), "Adaptix"); !errors.As(err, &e) || len(e.Candidates) != 2 {
			t.Errorf("candidates: %v", e)
		}
	})
}

func TestNamesAreMadeFromProviderAndPersonAndStayUnique(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		ask := auth.Connection{Provider: "northwind", ClientIdentifier: "tray"}
		for _, want := range []string{"Northwind · you@example.com", "Northwind · you@example.com 2"} {
			s, err := d.Connect(context.Background(), ask, func(auth.SignInStep) {})
			if err != nil || s.Name != want {
				t.Errorf("got %q, %v; want %q", s.Name, err, want)
			}
		}
		ask.Name = "NORTHWIND · you@example.com"
		var e *auth.Error
		if _, err := d.Connect(context.Background(), ask, nil); !errors.As(err, &e) || e.Kind != auth.KindNameTaken {
			t.Errorf("a taken name: %v", err)
		}
	})
}

// An answer about a client that was edited meanwhile says nothing about the new one.
func TestEditingTheClientDuringARefreshTriesTheNewOneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		first := make(chan struct{})
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			if asked.Add(1) == 1 {
				<-first
				return auth.Answer{}, failure(auth.OutcomeMisconfigured, "invalid_client")
			}
			return d.give.answer(), nil
		})
		var waiting sync.WaitGroup
		waiting.Go(func() { _, _ = d.Token(context.Background(), id, auth.Want{Force: true}) }) // the old client's answer
		synctest.Wait()
		secret := auth.NewSecret("canary-secret-2")
		if err := d.Edit(context.Background(), id, auth.Change{ClientSecret: &secret}); err != nil {
			t.Fatal(err)
		}
		close(first)
		waiting.Wait()
		synctest.Wait()
		if s := d.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v, want fresh", s.State)
		}
	})
}

// A provider that speaks OpenID Connect is told who is expected; another one isn't.
func TestASignInAgainNamesWhoIsExpected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for scope, want := range map[string]string{"openid": "you@example.com", "read": ""} {
			d := newDesk(t, authtest.NewVault(), time.Hour)
			s, err := d.Connect(context.Background(), auth.Connection{
				Provider: "northwind", ClientIdentifier: "tray", Scopes: []string{scope},
			}, func(auth.SignInStep) {})
			if err != nil {
				t.Fatal(err)
			}
			d.wire.onSignIn(func(ask auth.SignIn) (auth.Answer, error) {
				if ask.LoginHint != want {
					t.Errorf("scope %s: hint %q, want %q", scope, ask.LoginHint, want)
				}
				return d.give.answer(), nil
			})
			if _, err := d.Reconnect(context.Background(), s.ID, auth.Reconnection{}, func(auth.SignInStep) {}); err != nil {
				t.Error(err)
			}
		}
	})
}
