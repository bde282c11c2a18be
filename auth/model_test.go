package auth_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
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

	ears    map[auth.AccountID]*ears // of whoever is told of the accounts
	excused map[auth.AccountID]bool
	broken  bool // the vault refuses writes, or says so
	// unsure: the calendar was set, and the vault may not know yet.
	unsure                 bool
	settledAt, unsureUntil time.Time
	mendedAt               time.Time
	wokeAt                 time.Time // or was booted, or unlocked

	signIns int
	crashes int
	locks   int
	notices map[auth.Concern]int
}

func newModel(t *testing.T, seed uint64) *model {
	m := &model{
		t: t, random: rand.New(rand.NewPCG(seed, 1)), clock: newPartingClock(), kept: authtest.NewVault(), servers: map[string]*server{},
		ears: map[auth.AccountID]*ears{}, excused: map[auth.AccountID]bool{}, began: time.Now(), notices: map[auth.Concern]int{},
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

func (m *model) boot() {
	m.wokeAt = time.Now()
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
		m.setClock(m.anyShift())
	case n < 74:
		m.pause(ctx)
	case n < 78:
		m.crash()
	case n < 79:
		m.missOut()
		m.stop()
		m.restart()
	case n < 80:
		m.lock(ctx)
	case n < 81:
		m.revoke()
	case n < 82:
		if id, ok := m.anyAccount(); ok && m.random.IntN(4) == 0 {
			_, _ = m.Forget(ctx, id) // whatever the provider says
		}
	case n < 84:
		m.breakVault()
	case n < 88:
		m.mend()
	case n < 93:
		m.tell([]auth.Signal{auth.SignalOnline, auth.SignalOffline, auth.SignalOnline, auth.SignalOffline, auth.SignalSleepUntold}[m.random.IntN(5)])
	default: // nothing happens for a while
		time.Sleep(m.upTo(3 * time.Hour))
	}
}

func (m *model) anyServer() *server {
	return m.servers[fmt.Sprintf("https://login%d.example/token", m.random.IntN(len(m.servers)))]
}

func (m *model) anyFault() fault { return fault(m.random.IntN(int(faults))) }

func (m *model) accounts() []auth.Status { return m.snapshot().Accounts }

func (m *model) snapshot() auth.Snapshot {
	s, err := m.Snapshot(context.Background())
	if err != nil {
		m.t.Fatalf("step %d: %v", m.step, err)
	}
	return s
}

func (m *model) anyAccount() (auth.AccountID, bool) {
	all := m.accounts()
	if len(all) == 0 {
		return "", false
	}
	return all[m.random.IntN(len(all))].ID, true
}

// ask is a program that wants a token, and may insist on a new one.
func (m *model) ask(ctx context.Context) {
	id, ok := m.anyAccount()
	if !ok {
		return
	}
	want := auth.Want{Validity: -1, Force: m.random.IntN(3) == 0}
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

// sleepFor has the machine sleep. A system that tells of its sleeps doesn't tell of
// all of them: a virtual machine is paused by its host.
func (m *model) sleepFor(d time.Duration) {
	told := m.random.IntN(2) == 0
	if told {
		m.tell(auth.SignalSleeping)
	}
	for _, s := range m.servers {
		s.age(d)
	}
	m.asleep += d
	if told || d >= 30*time.Second { // a shorter one that nobody tells of is not seen
		m.wokeAt = time.Now()
	}
	m.clock.set(d)
	time.Sleep(time.Second)
	if told {
		m.tell(auth.SignalWoke)
	}
}

func (m *model) setClock(to time.Duration) {
	if to != m.shift {
		m.clock.set(to - m.shift)
		m.shift = to
		m.unsure, m.settledAt = true, time.Now().Add(2*time.Minute)
		for _, e := range m.ears {
			e.needs = "" // how long it has been is not what the calendar shows
			e.dark = time.Time{}
		}
	}
}

func (m *model) anyShift() time.Duration {
	return []time.Duration{0, 0, -24 * time.Hour, 24 * time.Hour, 300 * 24 * time.Hour, -2 * time.Hour, -time.Minute}[m.random.IntN(7)]
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
