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

// signedInAs has the next sign-ins be somebody's.
func (d *desk) signedInAs(who auth.Identity) {
	d.wire.onSignIn(func(auth.SignIn) (auth.Answer, error) {
		a := d.give.answer()
		a.Identity = who
		return a, nil
	})
}

var other = auth.Identity{Subject: "s2", Email: "other@example.com"}

func TestSomebodyElsesSignInReplacesTheAccountOnAPersonsWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		d.wire.onRevoke(func(auth.Grant) error { t.Error("a grant was revoked that may be wanted"); return nil })
		d.signedInAs(other)
		_, err := d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {})
		var e *auth.Error
		if !errors.As(err, &e) || e.Kind != auth.KindOtherPerson || e.Detail != "other@example.com" || len(e.Candidates) != 1 || e.Candidates[0] != "you@example.com" {
			t.Fatalf("Reconnect: %+v", err)
		}
		if s := d.status(t, id); s.Identity.Subject != "s1" {
			t.Errorf("the account is %+v's before anybody said so", s.Identity)
		}
		time.Sleep(9 * time.Minute)
		s, err := d.Replace(ctx, id)
		if err != nil || s.Identity != other || s.Name != "work" {
			t.Errorf("Replace: %+v, %v", s, err)
		}
		g, err := d.vault.Grant(id)
		if err != nil || g.RefreshToken.Reveal() != "canary-r2" || g.Generation != 2 {
			t.Errorf("generation %d, %v", g.Generation, err)
		}
		if c, err := d.vault.Contents(); err != nil || c.Accounts[0].Identity != other {
			t.Errorf("the vault has %+v, %v", c.Accounts[0].Identity, err)
		}
		if _, err := d.Replace(ctx, id); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("Replace twice: %v", err)
		}
	})
}

func TestNobodyReplacesWithASignInThatIsOldOrFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d := newDesk(t, authtest.NewVault(), 24*time.Hour)
		id := d.connect(t, "work")
		d.signedInAs(other)
		signIn := func() {
			if _, err := d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {}); err == nil {
				t.Fatal("somebody else's sign-in was taken")
			}
		}
		signIn()
		time.Sleep(10 * time.Minute)
		if _, err := d.Replace(ctx, id); !errors.Is(err, auth.ErrUsage) {
			t.Errorf("after ten minutes: %v", err)
		}
		signIn()
		d.vault.Break(errors.New("no room"))
		if _, err := d.Replace(ctx, id); !errors.Is(err, auth.ErrVault) {
			t.Errorf("with a full disk: %v", err)
		}
		d.vault.Break(nil)
		if s := d.status(t, id); s.Identity.Subject != "s1" {
			t.Errorf("half of it was replaced: %+v", s.Identity)
		}
		if _, err := d.Replace(ctx, id); err != nil {
			t.Errorf("once there was room: %v", err)
		}
		signIn = func() {
			d.signedInAs(auth.Identity{Subject: "s3"})
			_, _ = d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {}) // held back
		}
		signIn()
		if _, err := d.Forget(ctx, id); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Replace(ctx, id); !errors.Is(err, auth.ErrUnknownAccount) {
			t.Errorf("after Forget: %v", err)
		}
	})
}

func TestWhoeverAskedForSomebodyElseIsAskedBeforeItIsReplaced(t *testing.T) {
	you := auth.Identity{Subject: "s1", Email: "you@example.com"}
	for name, row := range map[string]struct {
		was, is auth.Identity
		asks    bool
	}{
		"another person":          {you, other, true},
		"the same one after all":  {you, you, false},
		"nobody the provider has": {you, auth.Identity{}, true},
		"an account of nobody":    {auth.Identity{}, other, false},
		"other letters":           {auth.Identity{Email: "you@example.com"}, auth.Identity{Email: "You@Example.com"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), time.Hour)
				d.signedInAs(row.was)
				s, err := d.Connect(context.Background(), auth.Connection{Provider: "northwind", ClientIdentifier: "tray", Scopes: []string{"openid"}}, func(auth.SignInStep) {})
				if err != nil {
					t.Fatal(err)
				}
				d.wire.onSignIn(func(ask auth.SignIn) (auth.Answer, error) {
					if !ask.Another || ask.LoginHint != "" {
						t.Errorf("asked with another %v and hint %q", ask.Another, ask.LoginHint)
					}
					a := d.give.answer()
					a.Identity = row.is
					return a, nil
				})
				_, err = d.Reconnect(context.Background(), s.ID, auth.Reconnection{Another: true}, func(auth.SignInStep) {})
				var e *auth.Error
				if asks := errors.As(err, &e) && e.Kind == auth.KindOtherPerson; asks != row.asks || !asks && err != nil {
					t.Errorf("asks %v (%v), want %v", asks, err, row.asks)
				}
			})
		})
	}
}

// failed are the sign-ins in the history of id that came to nothing.
func (d *desk) failed(t *testing.T, id auth.AccountID) (failed []auth.Event) {
	t.Helper()
	events, err := d.vault.History(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.What == auth.EventSignInFailed {
			failed = append(failed, e)
		}
	}
	return failed
}

// A sign-in by somebody else has failed when it is clear that nobody wants it.
func TestSomebodyElsesSignInIsNotedAsAFailureOnceItIsInVain(t *testing.T) {
	somebodyElse := func(t *testing.T, d *desk, id auth.AccountID, who auth.Identity) {
		t.Helper()
		d.signedInAs(who)
		if _, err := d.Reconnect(context.Background(), id, auth.Reconnection{}, func(auth.SignInStep) {}); !errors.Is(err, auth.ErrOtherPerson) {
			t.Fatalf("Reconnect: %v", err)
		}
	}
	third := auth.Identity{Subject: "s3", Email: "third@example.com"}
	for what, row := range map[string]struct {
		then func(*testing.T, *desk, auth.AccountID)
		want []string // who
	}{
		"it is wanted": {func(t *testing.T, d *desk, id auth.AccountID) {
			if _, err := d.Replace(context.Background(), id); err != nil {
				t.Error(err)
			}
		}, nil},
		"it is wanted once there is room": {func(t *testing.T, d *desk, id auth.AccountID) {
			d.vault.Break(errors.New("no room"))
			if _, err := d.Replace(context.Background(), id); !errors.Is(err, auth.ErrVault) {
				t.Errorf("with a full disk: %v", err)
			}
			d.vault.Break(nil)
			if _, err := d.Replace(context.Background(), id); err != nil {
				t.Error(err)
			}
		}, nil},
		"nobody answers": {func(*testing.T, *desk, auth.AccountID) {}, []string{"other@example.com"}},
		"the answer is late": {func(t *testing.T, d *desk, id auth.AccountID) {
			time.Sleep(10 * time.Minute)
			if _, err := d.Replace(context.Background(), id); !errors.Is(err, auth.ErrUsage) {
				t.Errorf("after ten minutes: %v", err)
			}
		}, []string{"other@example.com"}},
		"the right one signs in": {func(t *testing.T, d *desk, id auth.AccountID) {
			d.signedInAs(auth.Identity{Subject: "s1", Email: "you@example.com"})
			if _, err := d.Reconnect(context.Background(), id, auth.Reconnection{}, func(auth.SignInStep) {}); err != nil {
				t.Error(err)
			}
			if got := len(d.failed(t, id)); got != 1 {
				t.Errorf("%d are noted at once, want 1", got)
			}
		}, []string{"other@example.com"}},
		"a third one signs in and is wanted": {func(t *testing.T, d *desk, id auth.AccountID) {
			somebodyElse(t, d, id, third)
			if _, err := d.Replace(context.Background(), id); err != nil {
				t.Error(err)
			}
		}, []string{"other@example.com"}},
		"a third one signs in and is not": {func(t *testing.T, d *desk, id auth.AccountID) {
			somebodyElse(t, d, id, third)
		}, []string{"other@example.com", "third@example.com"}},
		"the vault is locked": {func(t *testing.T, d *desk, _ auth.AccountID) {
			if err := d.Lock(context.Background()); err != nil {
				t.Fatal(err)
			}
			if err := d.Unlock(context.Background(), auth.Secret{}); err != nil {
				t.Fatal(err)
			}
		}, []string{"other@example.com"}},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, authtest.NewVault(), 24*time.Hour)
				id := d.connect(t, "work")
				time.Sleep(time.Minute)
				at := time.Now()
				somebodyElse(t, d, id, other)
				if got := d.failed(t, id); len(got) != 0 {
					t.Errorf("noted %v before anybody answered", got)
				}
				row.then(t, d, id)
				time.Sleep(time.Hour)
				var who []string
				got := d.failed(t, id)
				for _, e := range got {
					who = append(who, e.Detail)
				}
				if !slices.Equal(who, row.want) {
					t.Fatalf("noted %v, want %v", who, row.want)
				}
				if len(got) > 0 && (!got[0].At.Equal(at) || got[0].Kind != auth.KindOtherPerson) {
					t.Errorf("noted %v, want it at %v", got[0], at)
				}
			})
		})
	}
}

// What waits for an answer when the agent ends has no answer any more.
func TestASignInThatWaitsAtTheEndIsNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, 24*time.Hour)
		id := d.connect(t, "work")
		d.signedInAs(other)
		_, _ = d.Reconnect(context.Background(), id, auth.Reconnection{}, func(auth.SignInStep) {}) // held back
		if err := d.Close(time.Second); err != nil {
			t.Fatal(err)
		}
		again := newDesk(t, vault, 24*time.Hour)
		if got := again.failed(t, id); len(got) != 1 {
			t.Errorf("noted %v, want one", got)
		}
	})
}

// grantless is a vault whose disk is full as soon as a grant is written.
type grantless struct{ *authtest.Vault }

func (grantless) PutGrant(auth.AccountID, auth.Generation, auth.Grant) error {
	return errors.New("no room")
}

func TestAnAccountIsNotRenamedToSomebodyWhoseGrantIsNotStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour, func(p *auth.Parts) { p.Vault = grantless{vault} })
		id := d.connect(t, "work")
		d.signedInAs(other)
		_, _ = d.Reconnect(ctx, id, auth.Reconnection{}, func(auth.SignInStep) {}) // held back
		if _, err := d.Replace(ctx, id); !errors.Is(err, auth.ErrVault) {
			t.Errorf("Replace: %v", err)
		}
		if c, err := vault.Contents(); err != nil || c.Accounts[0].Identity.Subject != "s1" {
			t.Errorf("the vault has %+v, %v", c.Accounts[0].Identity, err)
		}
	})
}
