package auth_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
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
	auth.Wire // what is not answered here is not asked
	mu        sync.Mutex
	signIn    func(auth.SignIn) (auth.Answer, error)
	device    func(auth.SignIn) (auth.Answer, error)
	refresh   func(auth.Grant) (auth.Answer, error)
	revoke    func(auth.Grant) error
	found     auth.Endpoints // by discovery, where there are any
	paste     func(string, auth.Secret) error
}

func (w *wire) onSignIn(f func(auth.SignIn) (auth.Answer, error)) { set(w, &w.signIn, f) }
func (w *wire) onDevice(f func(auth.SignIn) (auth.Answer, error)) { set(w, &w.device, f) }
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

func (w *wire) Discover(_ context.Context, p auth.Provider) (auth.Provider, error) {
	if found := get(w, &w.found); found != (auth.Endpoints{}) {
		p.Endpoints = found
	}
	return p, nil
}

func (w *wire) SignIn(_ context.Context, ask auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	tell(auth.SignInStep{Address: "https://login.example/authorize"})
	return get(w, &w.signIn)(ask)
}

func (w *wire) Device(_ context.Context, ask auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	tell(auth.SignInStep{Address: "https://login.example/device?code=WDJB-MJHT", PlainAddress: "https://login.example/device", UserCode: "WDJB-MJHT"})
	return get(w, &w.device)(ask)
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
	Grants:    []auth.GrantType{auth.AuthorizationCode, auth.ClientCredentials, auth.DeviceCode},
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

func newDesk(t *testing.T, vault *authtest.Vault, life time.Duration, change ...func(*auth.Parts)) *desk {
	t.Helper()
	d := &desk{vault: vault, wire: &wire{}, give: &rotating{life: life}}
	d.wire.onSignIn(func(auth.SignIn) (auth.Answer, error) { return d.give.answer(), nil })
	d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) { return d.give.answer(), nil })
	parts := auth.Parts{
		Vault: vault, Wire: d.wire, Catalogue: shelf(northwind), Clock: auth.SystemClock(),
		Log: slog.New(slog.DiscardHandler), Random: func() float64 { return 0.5 },
	}
	for _, c := range change {
		c(&parts)
	}
	d.Keeper = auth.NewKeeper(parts)
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

// A host that hangs holds up nobody else, and no host gets more than two at a time.
func TestAHangingHostHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, authtest.NewVault(), time.Hour)
		var ids []auth.AccountID
		for i := range 40 {
			ids = append(ids, d.connect(t, fmt.Sprintf("work %d", i)))
		}
		var inFlight, most atomic.Int64
		release := make(chan struct{})
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			n := inFlight.Add(1)
			for was := most.Load(); n > was && !most.CompareAndSwap(was, n); {
				was = most.Load()
			}
			defer inFlight.Add(-1)
			<-release
			return d.give.answer(), nil
		})
		time.Sleep(56 * time.Minute) // all of them are due, and hang
		synctest.Wait()
		if got := most.Load(); got != 2 {
			t.Errorf("%d in flight at one host, want 2", got)
		}
		waiting := ids[slices.IndexFunc(ids, func(id auth.AccountID) bool { return d.status(t, id).State == auth.StateFresh })]
		var asking sync.WaitGroup
		asking.Go(func() {
			if err := d.Refresh(context.Background(), waiting); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if got := most.Load(); got != 3 {
			t.Errorf("a person's request did not get a slot of its own: %d in flight", got)
		}
		close(release)
		asking.Wait()
		synctest.Wait()
		for _, id := range ids {
			if s := d.status(t, id); s.State != auth.StateFresh {
				t.Fatalf("%s: %v", s.Name, s.State)
			}
		}
	})
}

// Close lets a refresh under way finish, and what came is on disk afterwards.
func TestCloseLetsARefreshFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vault := authtest.NewVault()
		d := newDesk(t, vault, time.Hour)
		id := d.connect(t, "work")
		d.wire.onRefresh(func(auth.Grant) (auth.Answer, error) {
			time.Sleep(5 * time.Second)
			return d.give.answer(), nil
		})
		go func() { _, _ = d.Token(context.Background(), id, auth.Want{Force: true}) }() // ends with the Keeper
		synctest.Wait()
		if err := d.Close(30 * time.Second); err != nil {
			t.Error(err)
		}
		if err := vault.Open(auth.Secret{}); err != nil {
			t.Fatal(err)
		}
		if g, err := vault.Grant(id); err != nil || g.RefreshToken.Reveal() != "canary-r2" {
			t.Errorf("generation %d, %v", g.Generation, err)
		}
	})
}

func (s shelf) Install([]byte) (auth.Provider, error) { return auth.Provider(s), nil }

func (s shelf) Write(auth.Provider) ([]byte, error) { return []byte("format = 1\n"), nil }
