package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

// wire is a provider in five lines a method; what it answers may be changed
// while the Keeper runs. A nil func must not be called.
type wire struct {
	mu      sync.Mutex
	signIn  func(auth.SignIn) (auth.Answer, error)
	refresh func(auth.Grant) (auth.Answer, error)
	revoke  func(auth.Grant) error
}

func (w *wire) onSignIn(f func(auth.SignIn) (auth.Answer, error)) { set(w, &w.signIn, f) }
func (w *wire) onRefresh(f func(auth.Grant) (auth.Answer, error)) { set(w, &w.refresh, f) }
func (w *wire) onRevoke(f func(auth.Grant) error)                 { set(w, &w.revoke, f) }

func set[F any](w *wire, at *F, f F) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*at = f
}

func get[F any](w *wire, at *F) F {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *at
}

func (w *wire) Discover(_ context.Context, p auth.Provider) (auth.Provider, error) { return p, nil }

func (w *wire) SignIn(_ context.Context, ask auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	tell(auth.SignInStep{Address: "https://login.example/authorize"})
	return get(w, &w.signIn)(ask)
}

func (w *wire) ClientCredentials(context.Context, auth.Provider, auth.Client, []string) (auth.Answer, error) {
	return get(w, &w.refresh)(auth.Grant{})
}

func (w *wire) Refresh(_ context.Context, _ auth.Provider, _ auth.Client, g auth.Grant) (auth.Answer, error) {
	return get(w, &w.refresh)(g)
}

func (w *wire) Revoke(_ context.Context, _ auth.Provider, _ auth.Client, g auth.Grant) error {
	if revoke := get(w, &w.revoke); revoke != nil {
		return revoke(g)
	}
	return auth.ErrNoRevocation
}

// shelf is a catalogue of one.
type shelf auth.Provider

func (s shelf) Providers() []auth.Provider { return []auth.Provider{auth.Provider(s)} }

func (s shelf) Provider(id auth.ProviderID) (auth.Provider, bool) {
	return auth.Provider(s), id == s.ID
}

func (s shelf) Read(string, []byte) (auth.Provider, error) { return auth.Provider(s), nil }

var northwind = auth.Provider{
	ID: "northwind", Name: "Northwind",
	Endpoints: auth.Endpoints{Authorize: "https://login.example/authorize", Token: "https://login.example/token"},
	Grants:    []auth.GrantType{auth.AuthorizationCode, auth.ClientCredentials},
	Redirect:  auth.RedirectRules{Address: "http://127.0.0.1:17845/callback"},
}

// rotating is a provider's side: it gives out numbered tokens that live for life.
type rotating struct {
	life  time.Duration
	count atomic.Int64
}

func (r *rotating) answer() auth.Answer {
	n := r.count.Add(1)
	return auth.Answer{
		AccessToken: auth.NewSecret(fmt.Sprintf("canary-a%d", n)), RefreshToken: auth.NewSecret(fmt.Sprintf("canary-r%d", n)),
		TokenType: "bearer", AskedAt: time.Now().UTC().Round(0), ExpiresIn: r.life,
		Identity: auth.Identity{Subject: "s1", Email: "you@example.com"},
	}
}

// desk is a Keeper that runs, and what it works with.
type desk struct {
	*auth.Keeper
	vault *authtest.Vault
	wire  *wire
	give  *rotating
}

func newDesk(t *testing.T, vault *authtest.Vault, life time.Duration) *desk {
	t.Helper()
	d := &desk{vault: vault, wire: &wire{}, give: &rotating{life: life}}
	d.wire.onSignIn(func(auth.SignIn) (auth.Answer, error) { return d.give.answer(), nil })
	d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
	d.Keeper = auth.NewKeeper(auth.Parts{
		Vault: vault, Wire: d.wire, Catalogue: shelf(northwind), Clock: auth.SystemClock(),
		Log: slog.New(slog.DiscardHandler), Random: func() float64 { return 0.5 },
	})
	ctx, stop := context.WithCancel(context.Background())
	if err := d.Open(ctx, auth.Secret{}); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		if err := d.Close(time.Second); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) connect(t *testing.T, name string) auth.AccountID {
	t.Helper()
	s, err := d.Connect(context.Background(), auth.Connection{
		Provider: "northwind", Name: name, ClientIdentifier: "tray", ClientSecret: auth.NewSecret("canary-secret"),
	}, func(auth.SignInStep) {})
	if err != nil {
		t.Fatal(err)
	}
	return s.ID
}

func (d *desk) status(t *testing.T, id auth.AccountID) auth.Status {
	t.Helper()
	s, err := d.Show(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s.Status
}

func failure(o auth.Outcome, code string) error {
	return &auth.Failure{Outcome: o, Said: auth.Said{Status: 400, Code: code}}
}

var usual = auth.Want{Validity: -1}

func TestAnAccountIsRefreshedByItselfForDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		for range 48 {
			time.Sleep(time.Hour) // fake time
			synctest.Wait()
			s := d.status(t, id)
			if s.State != auth.StateFresh || !s.ExpiresAt.After(time.Now()) {
				t.Fatalf("state %v, expires %v", s.State, s.ExpiresAt)
			}
		}
		// 48 h at one refresh in 52.5 min (5 min margin, half of its half as jitter)
		if got := d.give.count.Load(); got < 48 || got > 60 {
			t.Errorf("%d answers in 48 hours", got)
		}
	})
}

func TestManyCallersAtExpiryMakeOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			time.Sleep(time.Second) // fake time: the provider is slow
			return d.give.answer(), nil
		})
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				token, err := d.Token(context.Background(), id, auth.Want{Force: true})
				if err != nil || token.AccessToken.Reveal() != "canary-a2" {
					t.Errorf("%v, %v", token, err)
				}
			})
		}
		all.Wait()
		if got := asked.Load(); got != 1 {
			t.Errorf("%d requests, want 1", got)
		}
	})
}

func TestBegunIsOnDiskBeforeTheRequestAndTheAnswerBeforeAnyoneSeesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
			stored, err := vault.Grant(id)
			if err != nil || stored.Attempt.Presentations != 1 || !stored.RefreshToken.Equal(g.RefreshToken) {
				t.Errorf("at the request the vault holds %+v, %v", stored.Attempt, err)
			}
			return d.give.answer(), nil
		})
		token, err := d.Token(context.Background(), id, auth.Want{Force: true})
		if err != nil {
			t.Fatal(err)
		}
		stored, err := vault.Grant(id)
		if err != nil || !stored.AccessToken.Equal(token.AccessToken) || stored.Attempt.Open() || stored.RefreshToken.Reveal() != "canary-r2" || stored.PreviousRefreshToken.Reveal() != "canary-r1" {
			t.Errorf("the vault holds generation %d, attempt %+v, %v", stored.Generation, stored.Attempt, err)
		}
	})
}

func TestInvalidGrantNeedsAPersonOnceAndReconnectMendsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		time.Sleep(24 * time.Hour) // fake time
		synctest.Wait()
		if got := asked.Load(); got != 1 {
			t.Errorf("%d requests in a day, want 1", got)
		}
		_, err := d.Token(context.Background(), id, usual)
		if !errors.Is(err, auth.ErrSignInNeeded) {
			t.Errorf("Token: %v, want a sign-in", err)
		}
		s := d.status(t, id)
		if s.State != auth.StateNeedsSignIn || s.Cause == nil || s.Cause.Said.Code != "invalid_grant" {
			t.Errorf("state %v, cause %+v", s.State, s.Cause)
		}
		if g, _ := vault.Grant(id); g.RefreshToken.Reveal() != "canary-r1" {
			t.Error("the refresh token did not stay")
		}

		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		after, err := d.Reconnect(context.Background(), id, 0, func(auth.SignInStep) {})
		if err != nil || after.State != auth.StateFresh || after.Name != "work" {
			t.Errorf("Reconnect: %v %v, %v", after.Name, after.State, err)
		}
	})
}

func TestARefusalSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrSignInNeeded) {
			t.Fatal(err)
		}
		again := newDesk(t, vault, time.Hour)
		again.wire.onRefresh(nil) // must not be asked
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if s := again.status(t, id); s.State != auth.StateNeedsSignIn {
			t.Errorf("state %v after a restart", s.State)
		}
	})
}

func TestInvalidGrantForAnOldGenerationIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(g auth.Grant) (auth.Answer, error) {
			newer := auth.Renewed(g, d.give.answer(), northwind, nil)
			if err := vault.PutGrant(id, g.Generation, newer); err != nil {
				t.Error(err)
			}
			return auth.Answer{}, failure(auth.OutcomeNeedsSignIn, "invalid_grant")
		})
		token, err := d.Token(context.Background(), id, auth.Want{Force: true})
		if err != nil || token.AccessToken.Reveal() != "canary-a2" {
			t.Errorf("got %v; want the newer token", err)
		}
	})
}

func TestALostAnswerIsPresentedThriceAndThenLeftToAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		var asked []time.Time
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked = append(asked, time.Now())
			return auth.Answer{}, failure(auth.OutcomeAmbiguous, "")
		})
		time.Sleep(24 * time.Hour) // fake time
		synctest.Wait()
		if len(asked) != 3 {
			t.Fatalf("presented %d times, want 3", len(asked))
		}
		if first, second := asked[1].Sub(asked[0]), asked[2].Sub(asked[1]); first > 3*time.Second || second > 25*time.Second {
			t.Errorf("waits %v and %v: too late for a grace", first, second)
		}
		if s := d.status(t, id); s.State != auth.StateInDoubt {
			t.Errorf("state %v, want in doubt", s.State)
		}
		var e *auth.Error
		if _, err := d.Token(context.Background(), id, usual); !errors.As(err, &e) || e.Kind != auth.KindInDoubt {
			t.Errorf("Token: %v, want in doubt", err)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); err != nil {
			t.Errorf("a person's own try: %v", err)
		}
		if s := d.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v, want fresh", s.State)
		}
	})
}

func TestAnOpenAttemptIsSettledFirstAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		g, _ := vault.Grant(id)
		g.Attempt = auth.Attempt{Began: time.Now(), Presentations: 1} // what kill -9 leaves
		if err := vault.PutGrant(id, g.Generation, g); err != nil {
			t.Fatal(err)
		}
		again := newDesk(t, vault, time.Hour)
		again.give.count.Store(10)
		synctest.Wait()
		if s := again.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v", s.State)
		}
		if g, _ := vault.Grant(id); g.RefreshToken.Reveal() != "canary-r11" || g.Attempt.Open() {
			t.Errorf("generation %d, attempt %+v", g.Generation, g.Attempt)
		}
	})
}

func TestInvalidGrantAfterAnInterruptedRefreshSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		answers := []error{failure(auth.OutcomeAmbiguous, ""), failure(auth.OutcomeNeedsSignIn, "invalid_grant")}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			err := answers[0]
			answers = answers[1:]
			return auth.Answer{}, err
		})
		_, err := d.Token(context.Background(), id, auth.Want{Force: true})
		var e *auth.Error
		if !errors.As(err, &e) || e.Kind != auth.KindSignInNeeded || e.Detail != "a refresh was interrupted" {
			t.Errorf("got %+v", err)
		}
	})
}

func TestAProviderThatIsDownIsLeftInPeaceAndTheTokenStillServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		var asked atomic.Int64
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked.Add(1)
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeTransient, Said: auth.Said{Status: 503}}
		})
		time.Sleep(56 * time.Minute) // inside the margin, before the end
		synctest.Wait()
		token, err := d.Token(context.Background(), id, auth.Want{Validity: 10 * time.Minute})
		if err != nil || token.Trouble == nil || token.Trouble.Kind != auth.KindUnreachable {
			t.Errorf("a valid token: %+v, %v", token.Trouble, err)
		}
		if _, err := d.Token(context.Background(), id, auth.Want{Force: true}); !errors.Is(err, auth.ErrUnreachable) {
			t.Errorf("--force: %v", err)
		}
		if s := d.status(t, id); s.State != auth.StateRetrying {
			t.Errorf("state %v", s.State)
		}
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		if got := asked.Load(); got > 70 {
			t.Errorf("%d requests in 7 hours", got)
		}
		if _, err := d.Token(context.Background(), id, usual); !errors.Is(err, auth.ErrUnreachable) {
			t.Errorf("an expired token: %v", err)
		}
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		if s := d.status(t, id); s.State != auth.StateFresh {
			t.Errorf("state %v after the provider came back", s.State)
		}
	})
}

func TestRetryAfterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		id := d.connect(t, "work")
		var asked []time.Time
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			asked = append(asked, time.Now())
			return auth.Answer{}, &auth.Failure{Outcome: auth.OutcomeThrottled, Said: auth.Said{Status: 429}, RetryAfter: 20 * time.Minute}
		})
		for range 12 * 10 { // a script in a loop
			time.Sleep(30 * time.Second)
			_, _ = d.Token(context.Background(), id, auth.Want{Validity: 59 * time.Minute}) // refused or not, only the requests count
		}
		for i := 1; i < len(asked); i++ {
			if gap := asked[i].Sub(asked[i-1]); gap < 20*time.Minute {
				t.Errorf("asked again after %v", gap)
			}
		}
		if len(asked) < 2 {
			t.Errorf("asked %d times, want at least 2", len(asked))
		}
	})
}

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
		_, err := d.Reconnect(context.Background(), id, 0, func(auth.SignInStep) {})
		if !errors.As(err, &e) || e.Kind != auth.KindOtherPerson {
			t.Errorf("Reconnect: %v", err)
		}
		if g, _ := vault.Grant(id); g.RefreshToken.Reveal() != "canary-r1" {
			t.Error("the grant was replaced")
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
