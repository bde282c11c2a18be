package auth_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tokentray/tokentray/auth"
	"github.com/tokentray/tokentray/auth/authtest"
)

var (
	steps = flag.Int("steps", 10_000, "of the model test")
	seed  = flag.Uint64("seed", 0, "of the model test; 0: another one each time")
)

// Whatever happens in whatever order, no refresh token is presented more often than
// it may be, none that was received is lost, no token that doesn't work is handed
// out as a good one, nobody is told twice, and no account is lost that the provider
// has not ended.
func TestWhateverHappensNoAccountIsLost(t *testing.T) {
	with := *seed
	if with == 0 {
		with = rand.Uint64()
	}
	t.Logf("-seed %d -steps %d", with, *steps)
	synctest.Test(t, func(t *testing.T) {
		m := newModel(t, with)
		for m.step = range *steps {
			m.act()
			time.Sleep(m.upTo(10 * time.Minute))
			synctest.Wait()
			m.check()
		}
		m.heal()
		m.report()
	})
}

// model is a machine that everything happens to, and what should be.
type model struct {
	t       *testing.T
	random  *rand.Rand
	clock   *partingClock
	kept    *authtest.Vault
	servers map[string]*server // by token endpoint
	step    int
	began   time.Time
	asleep  time.Duration

	*auth.Keeper
	life    *life
	signals chan auth.Signal // nil: this machine tells nothing
	stop    func()
	shift   time.Duration // the calendar's, beside the sleeps

	told    auth.Told
	needs   map[auth.AccountID]int // sign-in notices since it was well
	excused map[auth.AccountID]bool
	broken  bool // the vault refuses writes
	// unsure: the calendar was set, and the vault may not know yet.
	unsure                 bool
	settledAt, unsureUntil time.Time

	signIns int
	crashes int
	notices int
}

// life is what one Keeper may do to the vault until it dies.
type life struct {
	auth.Vault
	dead atomic.Bool
}

var errDead = errors.New("the process is dead")

func (l *life) PutGrant(id auth.AccountID, was auth.Generation, g auth.Grant) error {
	if l.dead.Load() {
		return errDead
	}
	return l.Vault.PutGrant(id, was, g)
}

func (l *life) PutAccount(a auth.Account) error {
	if l.dead.Load() {
		return errDead
	}
	return l.Vault.PutAccount(a)
}

func (l *life) PutTold(told auth.Told) error {
	if l.dead.Load() {
		return errDead
	}
	return l.Vault.PutTold(told)
}

func (l *life) Note(id auth.AccountID, e ...auth.Event) {
	if l.dead.Load() {
		return
	}
	l.Vault.Note(id, e...)
}

func (l *life) Close() error {
	if l.dead.Load() {
		return nil
	}
	return l.Vault.Close()
}

func newModel(t *testing.T, seed uint64) *model {
	m := &model{
		t: t, random: rand.New(rand.NewPCG(seed, 1)), clock: newPartingClock(), kept: authtest.NewVault(), servers: map[string]*server{},
		needs: map[auth.AccountID]int{}, excused: map[auth.AccountID]bool{}, began: time.Now(),
	}
	for i, life := range []time.Duration{time.Hour, 10 * time.Minute, 24 * time.Hour} {
		s := newServer(m.clock, rotation(i), life)
		s.forgetful, s.delay, s.name = true, 300*time.Millisecond, fmt.Sprintf("%c", 'x'+i)
		m.servers[fmt.Sprintf("https://login%d.example/token", i)] = s
	}
	m.boot()
	t.Cleanup(func() { m.stop() })
	return m
}

// town is all servers as one Wire.
type town struct {
	auth.Wire
	servers map[string]*server
}

func (w town) Discover(_ context.Context, p auth.Provider) (auth.Provider, error) { return p, nil }

func (w town) SignIn(ctx context.Context, ask auth.SignIn, tell func(auth.SignInStep)) (auth.Answer, error) {
	return w.servers[ask.Provider.Endpoints.Token].SignIn(ctx, ask, tell)
}

func (w town) Refresh(ctx context.Context, p auth.Provider, c auth.Client, g auth.Grant) (auth.Answer, error) {
	return w.servers[p.Endpoints.Token].Refresh(ctx, p, c, g)
}

func (w town) Revoke(context.Context, auth.Provider, auth.Client, auth.Grant) error {
	return auth.ErrNoRevocation
}

// shelves is a catalogue of a provider for each of three servers.
type shelves struct{ auth.Catalogue }

func (shelves) Providers() []auth.Provider { return nil }

func (shelves) Provider(id auth.ProviderID) (auth.Provider, bool) {
	p := northwind
	p.ID, p.Endpoints.Token = id, fmt.Sprintf("https://%s.example/token", id)
	p.Rotation.KillsOldAccessToken = id == "login1"
	if id == "login2" {
		p.Rotation.Grace = graceTime
	}
	return p, true
}

func (m *model) boot() {
	m.life = &life{Vault: m.kept}
	m.signals = nil
	if m.random.IntN(2) == 0 {
		m.signals = make(chan auth.Signal)
	}
	m.Keeper = auth.NewKeeper(auth.Parts{
		Vault: m.life, Wire: town{servers: m.servers}, Catalogue: shelves{}, Clock: m.clock, Log: slog.New(slog.DiscardHandler),
		Signals: m.signals, NotBefore: m.began.Add(-365 * 24 * time.Hour), Random: jitter(m.random.Uint64()),
	})
	ctx, stop := context.WithCancel(context.Background())
	if err := m.Open(ctx, auth.Secret{}); err != nil {
		m.t.Fatal(err)
	}
	var running sync.WaitGroup
	keeper := m.Keeper
	running.Go(func() { keeper.Run(ctx) })
	m.stop = func() {
		stop()
		running.Wait()
		_ = keeper.Close(10 * time.Second) // of a dead one nothing is expected
	}
}

// jitter is a Keeper's chance, which a seed repeats.
func jitter(seed uint64) func() float64 {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 2))
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return r.Float64()
	}
}

func (m *model) upTo(d time.Duration) time.Duration { return time.Duration(m.random.Int64N(int64(d))) }

// act has one thing happen.
func (m *model) act() {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	switch n := m.random.IntN(100); {
	case n < 25:
		m.anyServer().does(m.anyFault())
	case n < 40:
		for _, s := range m.servers {
			s.does(works)
		}
	case n < 55:
		m.ask(ctx)
	case n < 60:
		m.signIn(ctx)
	case n < 66:
		m.sleepFor(m.upTo(20 * time.Hour))
	case n < 70:
		m.setClock([]time.Duration{0, 0, -24 * time.Hour, 24 * time.Hour, 300 * 24 * time.Hour, -2 * time.Hour, -time.Minute}[m.random.IntN(7)])
	case n < 74:
		m.pause(ctx)
	case n < 78:
		m.crash()
	case n < 80:
		m.stop()
		m.restart()
	case n < 81:
		m.revoke()
	case n < 82:
		if id, ok := m.anyAccount(); ok && m.random.IntN(4) == 0 {
			_, _ = m.Forget(ctx, id) // whatever the provider says
		}
	case n < 84:
		m.kept.Break(errors.New("no room"))
		m.broken = true
		m.excuse()
	case n < 88:
		m.mend()
	case n < 93:
		m.tell([]auth.Signal{auth.SignalOnline, auth.SignalOffline}[m.random.IntN(2)])
	default: // nothing happens for a while
		time.Sleep(m.upTo(3 * time.Hour))
	}
}

func (m *model) anyServer() *server {
	return m.servers[fmt.Sprintf("https://login%d.example/token", m.random.IntN(len(m.servers)))]
}

func (m *model) anyFault() fault { return fault(m.random.IntN(int(faults))) }

func (m *model) accounts() []auth.Status {
	s, err := m.Snapshot(context.Background())
	if err != nil {
		m.t.Fatalf("step %d: %v", m.step, err)
	}
	return s.Accounts
}

func (m *model) anyAccount() (auth.AccountID, bool) {
	all := m.accounts()
	if len(all) == 0 {
		return "", false
	}
	return all[m.random.IntN(len(all))].ID, true
}

// ask is somebody who wants a token; only a person who knows better insists on one
// whose fate is open, and here nobody does.
func (m *model) ask(ctx context.Context) {
	id, ok := m.anyAccount()
	if !ok {
		return
	}
	want := auth.Want{Validity: -1, Force: m.random.IntN(3) == 0}
	if s, err := m.Show(ctx, id); err != nil || s.State == auth.StateInDoubt {
		want.Force = false
	}
	token, err := m.Token(ctx, id, want)
	if err != nil || token.Trouble != nil || m.unsure {
		return
	}
	for _, s := range m.servers {
		if s.serves(token.AccessToken.Reveal()) {
			return
		}
	}
	m.t.Errorf("step %d: a token that doesn't work was handed out as a good one", m.step)
}

// signIn connects an account, or mends one that needs a person.
func (m *model) signIn(ctx context.Context) {
	all := m.accounts()
	for _, a := range all {
		if a.State == auth.StateNeedsSignIn || a.State == auth.StateInDoubt {
			if _, err := m.Reconnect(ctx, a.ID, auth.Reconnection{}, func(auth.SignInStep) {}); err == nil {
				m.signIns++
			}
			return
		}
	}
	if len(all) >= 12 {
		return
	}
	_, err := m.Connect(ctx, auth.Connection{
		Provider: auth.ProviderID(fmt.Sprintf("login%d", m.random.IntN(3))), Name: fmt.Sprintf("work %d", m.step), ClientIdentifier: "tray",
	}, func(auth.SignInStep) {})
	if err == nil {
		m.signIns++
	}
}

func (m *model) sleepFor(d time.Duration) {
	if m.random.IntN(2) == 0 {
		m.tell(auth.SignalSleeping)
	} else if m.signals != nil {
		return // a system that tells does so before
	}
	for _, s := range m.servers {
		s.age(d)
	}
	m.asleep += d
	m.clock.set(d)
	time.Sleep(time.Second)
	m.tell(auth.SignalWoke)
}

func (m *model) setClock(to time.Duration) {
	if to != m.shift {
		m.clock.set(to - m.shift)
		m.shift = to
		m.unsure, m.settledAt = true, time.Now().Add(2*time.Minute)
	}
}

func (m *model) tell(s auth.Signal) {
	if m.signals != nil {
		m.signals <- s
	}
}

func (m *model) pause(ctx context.Context) {
	id, ok := m.anyAccount()
	if !ok {
		return
	}
	if m.random.IntN(4) == 0 {
		id = ""
	}
	if m.random.IntN(2) == 0 {
		_ = m.Pause(ctx, id, m.clock.Wall().Add(m.upTo(5*time.Hour)+time.Second)) // the vault may refuse
		return
	}
	_ = m.Resume(ctx, "") // the vault may refuse
}

// crash is kill -9: what was not written yet never is.
func (m *model) crash() {
	m.crashes++
	time.Sleep(m.upTo(time.Second)) // with some luck, in the middle of a refresh
	m.life.dead.Store(true)
	m.excuse()
	m.stop()
	m.restart()
}

func (m *model) restart() {
	m.mend()
	if m.unsure { // the vault's times may be from before the calendar was set
		m.unsureUntil = time.Now().Add(25 * time.Hour)
	}
	m.boot()
}

func (m *model) mend() {
	m.kept.Break(nil)
	m.broken, m.settledAt = false, time.Now().Add(2*time.Minute)
}

// excuse has what was received and can't be written any more not counted as lost;
// whether the account survives it is the server's affair.
func (m *model) excuse() {
	for _, a := range m.accounts() {
		m.excused[a.ID] = true
	}
}

func (m *model) revoke() {
	id, ok := m.anyAccount()
	if !ok {
		return
	}
	if g, err := m.kept.Grant(id); err == nil {
		m.owner(g).revoke(g.RefreshToken.Reveal())
	}
}

// owner is the server that gave g.
func (m *model) owner(g auth.Grant) *server {
	for _, s := range m.servers {
		if s.knows(g.RefreshToken.Reveal()) {
			return s
		}
	}
	m.t.Fatalf("step %d: the vault holds a refresh token that nobody gave", m.step)
	return nil
}

// check holds what is against what should be.
func (m *model) check() {
	if m.unsure && !m.broken && time.Now().After(m.settledAt) && time.Now().After(m.unsureUntil) {
		m.unsure = false
	}
	if m.step%1000 == 0 {
		for _, s := range m.servers {
			s.sweep()
		}
	}
	all := m.accounts()
	m.notify(all)
	for _, a := range all {
		g, err := m.kept.Grant(a.ID)
		if err != nil {
			m.t.Fatalf("step %d: %s has no grant: %v", m.step, a.Name, err)
		}
		s := m.owner(g)
		f, newest := s.stand(g.RefreshToken.Reveal())
		if a.State == auth.StateNeedsSignIn && f.alive {
			m.t.Errorf("step %d: %s needs a sign-in, and its provider doesn't think so", m.step, a.Name)
		}
		if !f.alive && !f.revoked && s.rotation != strict {
			m.t.Errorf("step %d: %s was lost at a provider that ends nothing", m.step, a.Name)
		}
		switch {
		case newest:
			delete(m.excused, a.ID)
		case a.State != auth.StateRefreshing && s.underWay.Load() == 0 && !m.broken && !m.excused[a.ID] && f.alive:
			m.t.Errorf("step %d: the vault doesn't hold the newest refresh token of %s that was received", m.step, a.Name)
		}
	}
	for _, s := range m.servers {
		if worst := s.unanswered(); worst > auth.MaxPresentations+1 { // one more is the look at a refusal
			m.t.Fatalf("step %d: a refresh token was presented %d times without an answer", m.step, worst)
		}
	}
	if m.t.Failed() {
		m.t.FailNow()
	}
}

// notify is whoever tells people: nobody hears of the same sign-in twice.
func (m *model) notify(all []auth.Status) {
	now := m.began.Add(time.Since(m.began) + m.asleep)
	snapshot := auth.Snapshot{At: now, Accounts: all, Vault: auth.VaultUnlocked}
	var notices []auth.Notice
	notices, m.told = auth.Notices(m.told, snapshot, auth.UsualNotices(), now)
	m.notices += len(notices)
	for _, a := range all {
		if a.State == auth.StateFresh || a.State == auth.StatePaused {
			m.needs[a.ID] = 0
		}
	}
	first := map[string]bool{}
	for _, n := range notices {
		if n.Concern != auth.ConcernSignIn || len(n.Accounts) == 0 {
			continue
		}
		for _, a := range n.Accounts { // a later one takes the place of one that named some of them
			m.needs[a.ID]++
			first[n.Key] = first[n.Key] || m.needs[a.ID] == 1
		}
		if !first[n.Key] {
			m.t.Errorf("step %d: a notice of sign-ins names nobody who wasn't named before", m.step)
		}
	}
}

// heal makes everything work again: all accounts that their providers have not
// ended are fresh soon after, a person's click for those in doubt included.
func (m *model) heal() {
	m.mend()
	for _, s := range m.servers {
		s.does(works)
	}
	ctx := context.Background()
	m.tell(auth.SignalOnline)
	time.Sleep(3 * time.Minute)
	if err := m.Resume(ctx, ""); err != nil {
		m.t.Fatal(err)
	}
	time.Sleep(20 * time.Minute)
	synctest.Wait()
	for _, a := range m.accounts() {
		g, _ := m.kept.Grant(a.ID)
		s := m.owner(g)
		if a.State == auth.StateInDoubt || a.State == auth.StateRetrying || a.State == auth.StateMisconfigured {
			_, _ = m.Token(ctx, a.ID, auth.Want{Force: true}) // what comes of it is looked at below
			g, _ = m.kept.Grant(a.ID)
		}
		f, _ := s.stand(g.RefreshToken.Reveal())
		if state := m.status(a.ID); f.alive && state.State != auth.StateFresh {
			m.t.Errorf("%s is %v (%v) although everything works", a.Name, state.State, state.Cause)
		}
	}
}

func (m *model) status(id auth.AccountID) auth.Status {
	d, err := m.Show(context.Background(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	return d.Status
}

func (m *model) report() {
	passed := time.Since(m.began) + m.asleep
	m.t.Logf("%v of its time, %d sign-ins, %d crashes, %d notices", passed.Round(time.Hour), m.signIns, m.crashes, m.notices)
	for name, s := range m.servers {
		m.t.Logf("%s: %d requests (%.1f an hour), %d tokens ended by a lost answer, %d by the provider, %d presentations without an answer at most",
			name, s.asked, float64(s.asked)/passed.Hours(), s.killed, s.byServer, s.worst)
	}
}
