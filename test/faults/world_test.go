package faults_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
	"github.com/tokentray/tokentray/auth/oauth"
	"github.com/tokentray/tokentray/auth/practice"
	"github.com/tokentray/tokentray/storage"
	"github.com/tokentray/tokentray/test/canary"
)

// patience bounds what has to come about soon, also on a machine that is busy; the
// wire itself waits 30 s for one answer.
const patience = time.Minute

const (
	clientID   = "northwind-desk"
	secretText = canary.Word + "client-secret: %+é space"
	you        = "you@example.com"
)

// setup is what a test may change about its world before it begins.
type setup struct {
	server   practice.Options
	provider auth.Provider               // its addresses come from discovery, where it has no token endpoint
	network  auth.Network                // how it is reached
	vault    func(auth.Vault) auth.Vault // what the Keeper sees of the vault; nil: all of it
	dir      string                      // where it lies; "": somewhere
	date     func() time.Time            // at the provider; nil: that of the test's clock
	clock    *authtest.Clock
}

// world is a Tokentray with one provider: the real wire, the real Keeper and a
// vault on disk, on a clock that the test moves.
type world struct {
	*auth.Keeper
	t        *testing.T
	provider auth.Provider
	front    *front
	server   *practice.Server
	vault    *storage.Vault
	clock    *authtest.Clock
	log      *journal
	resting  int // timers that wait while nothing happens
	looks    chan auth.Signal
	told     auth.Told
	setup    setup
	stop     func() // ends the Keeper
}

func newWorld(t *testing.T, changes ...func(*setup)) *world {
	t.Helper()
	clock := authtest.NewClock(time.Now())
	s := setup{
		clock: clock,
		server: practice.Options{
			Clients: []practice.Client{{ID: clientID, Secret: auth.NewSecret(secretText), RedirectAddresses: []string{"http://127.0.0.1/callback"}}},
			Grace:   -1, Now: clock.Wall,
		},
		provider: auth.Provider{
			ID: "northwind", Name: "Northwind", Grants: []auth.GrantType{auth.AuthorizationCode},
			Client:   auth.ClientRules{Authentication: auth.AuthenticateBasic, Body: auth.BodyForm},
			Redirect: auth.RedirectRules{Match: auth.MatchAnyPort, Address: "http://127.0.0.1/callback"},
			Scopes:   auth.ScopeRules{Send: true, Separator: " ", Default: []string{"openid", "email", "offline_access"}},
		},
	}
	for _, change := range changes {
		change(&s)
	}
	server, err := practice.New(s.server)
	must(t, err)
	t.Cleanup(server.Close)
	if s.date == nil {
		s.date = clock.Wall
	}
	w := &world{t: t, server: server, clock: clock, log: &journal{}, front: newFront(t, clock, s.date, server.Handler())}
	w.provider = s.provider
	if w.provider.Endpoints.Token == "" {
		w.provider.Issuer = w.front.URL
	}
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	w.setup = s
	w.run()
	t.Cleanup(func() { w.stop() })
	return w
}

// run starts a Keeper on the vault.
func (w *world) run() {
	w.t.Helper()
	s := w.setup
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	wire := oauth.New(oauth.Options{Clock: w.clock, Network: func() auth.Network { return s.network }})
	w.vault = storage.NewVault(storage.Options{
		Dir: s.dir, Keyring: noKeyring{}, PassphraseCost: storage.PassphraseCost{Time: 1, MemoryKiB: 64, Threads: 1},
	})
	kept := auth.Vault(w.vault)
	if s.vault != nil {
		kept = s.vault(kept)
	}
	w.looks = make(chan auth.Signal)
	w.Keeper = auth.NewKeeper(auth.Parts{
		Vault: kept, Wire: wire, Catalogue: shelf{p: w.provider}, Clock: w.clock, Log: log, Signals: w.looks,
		Random: func() float64 { return 0.5 },
	})
	ctx, stop := context.WithCancel(context.Background())
	must(w.t, w.Open(ctx, auth.NewSecret(canary.Word+"passphrase")))
	var running sync.WaitGroup
	running.Go(func() { w.Run(ctx) })
	w.stop = func() {
		stop()
		running.Wait()
		closing := make(chan error, 1)
		go func() { closing <- w.Close(time.Second) }()
		w.drive(func() bool { return len(closing) > 0 })
		must(w.t, <-closing)
		must(w.t, wire.Close())
		if w.log.leaks() {
			w.t.Error("a secret stands in the log")
		}
	}
	w.clock.Await(1)
	w.resting = w.clock.Waiting()
}

// noKeyring is a machine that has none.
type noKeyring struct{}

var errNone = errors.New("no keyring here")

func (noKeyring) Get(string) (auth.Secret, error) { return auth.Secret{}, errNone }
func (noKeyring) Set(string, auth.Secret) error   { return errNone }
func (noKeyring) Delete(string) error             { return errNone }

// shelf is a catalogue of one.
type shelf struct {
	auth.Catalogue // what is not answered here is not asked
	p              auth.Provider
}

func (s shelf) Provider(id auth.ProviderID) (auth.Provider, bool) { return s.p, id == s.p.ID }
func (s shelf) Providers() []auth.Provider                        { return []auth.Provider{s.p} }

// journal is a log in memory.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) leaks() bool { return canary.Holds([]byte(j.String())) }

// connection is what a person fills in.
func connection(name string) auth.Connection {
	return auth.Connection{Provider: "northwind", Name: name, ClientIdentifier: clientID, ClientSecret: auth.NewSecret(secretText)}
}

// connect makes an account.
func (w *world) connect(name string) auth.AccountID {
	w.t.Helper()
	u := w.begin(func(ctx context.Context, tell func(auth.SignInStep)) (auth.Status, error) {
		return w.Connect(ctx, connection(name), tell)
	})
	u.page(u.allow(you))
	s, err := u.finish()
	must(w.t, err)
	return s.ID
}

// grant is what the vault has on disk.
func (w *world) grant(id auth.AccountID) auth.Grant {
	w.t.Helper()
	g, err := w.vault.Grant(id)
	must(w.t, err)
	return g
}

func (w *world) status(id auth.AccountID) auth.Status {
	w.t.Helper()
	d, err := w.Show(context.Background(), id)
	must(w.t, err)
	return d.Status
}

// problem is err as the Desk's kind of error.
func problem(t *testing.T, err error) *auth.Error {
	t.Helper()
	var e *auth.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want an *auth.Error", err)
	}
	if canary.Holds([]byte(e.Error())) {
		t.Error("a secret stands in the error")
	}
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits for a condition that holds soon.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("it doesn't come about that %s", what)
		}
		<-time.After(time.Millisecond) // between two looks
	}
}

// ok is the status of a page that a person sees.
const ok = http.StatusOK
