package auth

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// maxNap bounds one wait: timers stand still while the machine sleeps.
const maxNap = 30 * time.Second

// Catalogue knows the providers. auth/catalog has the real one.
type Catalogue interface {
	// Providers lists them in the order in which they are shown.
	Providers() []Provider
	// Provider looks one up.
	Provider(ProviderID) (Provider, bool)
	// Read reads a provider file's text; its errors name file, line and key.
	Read(name string, text []byte) (Provider, error)
	// Install puts a connection file among the providers, for good, under a name
	// made from its id; one of that name that is there is replaced.
	Install(text []byte) (Provider, error)
	// Write makes the connection file of p with p.Team; Read reads the same from it.
	Write(p Provider) ([]byte, error)
}

// Local is a provider that this process hosts itself, for as long as an account
// there exists: the practice provider.
type Local interface {
	// Serve makes sure that it listens, at address where that is free and not
	// empty, and returns where it does, and the Client to use there.
	Serve(ctx context.Context, address string) (string, Client, error)
	// Close ends it.
	Close()
}

// localAddress is the setting that holds a Local provider's address.
const localAddress = "address"

// Parts are what a Keeper works with.
type Parts struct {
	Vault     Vault
	Wire      Wire
	Catalogue Catalogue
	Local     map[ProviderID]Local // may be nil
	Clock     Clock
	Log       *slog.Logger
	Porter    Porter
	Prefer    PreferenceStore // nil: preferences last as long as the Keeper
	Signals   <-chan Signal   // nil: the clocks alone tell
	// NotBefore is a time that is over, such as when this program was built: a
	// clock that shows less is wrong, and nothing is refreshed by it. Zero: it is believed.
	NotBefore time.Time
	Random    func() float64 // in [0, 1), safe for concurrent use; nil: math/rand
	Limits    Limits         // for benchmarks; zero: the Keeper's own
}

// Keeper is the sole owner of live grants: it decides when to refresh, saves
// before it publishes, and hands out tokens. It implements Desk and is safe for
// concurrent use. Run must be running for anything to be refreshed by itself.
type Keeper struct {
	vault     Vault
	wire      Wire
	catalogue Catalogue
	local     map[ProviderID]Local
	clock     Clock
	log       *slog.Logger
	random    func() float64
	signals   <-chan Signal
	porter    Porter
	prefer    PreferenceStore
	wishes    atomic.Pointer[Preferences]

	// opening is held while the vault is opened or made, which may wait for a person.
	opening sync.Mutex
	marking sync.RWMutex   // read: one grant is read and marked; write: all are left alone
	noting  sync.RWMutex   // read: something goes into a history; write: an account and its history go
	moving  sync.Mutex     // held while accounts come in a file
	naming  sync.Mutex     // held while a name or a client's details are settled with the vault
	poke    chan struct{}  // tells Run that something changed; capacity 1
	turns   sync.WaitGroup // refreshes under way
	runners sync.WaitGroup // the goroutines that run them
	stop    context.CancelFunc
	working context.Context //nolint:containedctx // the life of the turns, ended by Close; not a request's

	mu        sync.Mutex // guards what follows; nothing is called out with it held
	loaded    bool
	closed    bool
	openTried bool
	openedAt  time.Duration // Mono when the last try ended
	accounts  map[AccountID]*held
	ordered   []*held            // the same by name; nil: to be made anew
	undecided map[*held]struct{} // a sign-in by somebody else waits
	queue     queue
	gate      *gate
	spare     runner // one that has ended its turn; nil: none
	watchers  map[chan struct{}]struct{}
	napUntil  time.Duration // Mono when Run looks again by itself
	untold    bool          // a change that watchers were not poked for
	toldAt    time.Duration // Mono of the last poke
	timeline  timeline
	calendar  calendar
	offline   bool          // as far as the system tells
	onlineAt  time.Duration // Mono when a network came last
	awakeAt   time.Duration // Mono when the machine last woke, or the accounts were taken up
	person    personal
}

// NewKeeper returns a Keeper over parts. It reads the preferences, and touches
// neither vault nor network before Open.
func NewKeeper(parts Parts) *Keeper {
	k := &Keeper{
		vault: parts.Vault, wire: parts.Wire, catalogue: parts.Catalogue, local: parts.Local,
		clock: parts.Clock, log: parts.Log, random: parts.Random, porter: parts.Porter, prefer: parts.Prefer,
		signals: parts.Signals, timeline: timeline{notBefore: parts.NotBefore},
		poke: make(chan struct{}, 1), accounts: map[AccountID]*held{}, undecided: map[*held]struct{}{}, gate: newGate(parts.Limits),
		watchers: map[chan struct{}]struct{}{}, onlineAt: -betweenNetworks,
	}
	if k.random == nil {
		k.random = rand.Float64
	}
	k.working, k.stop = context.WithCancel(context.Background())
	k.loadWishes()
	return k
}

// Open opens the vault, if it can be opened without a person, and takes up its
// accounts. A vault that can't be opened is no reason not to run: every method
// says so until it can. With a passphrase it opens, or makes, a vault of that.
func (k *Keeper) Open(ctx context.Context, passphrase Secret) error {
	k.opening.Lock()
	defer k.opening.Unlock()
	return k.open(ctx, passphrase)
}

// open is Open with opening held.
func (k *Keeper) open(ctx context.Context, passphrase Secret) error {
	defer k.opened()
	err := k.vault.Open(passphrase)
	if err == nil {
		k.unbar()
	}
	switch state := k.vault.State(); {
	case err != nil:
		return err
	case state == VaultNone && !passphrase.IsZero():
		return k.create(passphrase)
	case state == VaultNone:
		return nil // it is made when there is something to keep
	case state != VaultUnlocked:
		return &Error{Kind: KindVault, Vault: state}
	}
	return k.load(ctx)
}

// opened notes when a try ended: one that hung is over only then.
func (k *Keeper) opened() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.openTried, k.openedAt = true, k.clock.Mono()
}

func (k *Keeper) create(passphrase Secret) error {
	if err := k.vault.Create(passphrase); err != nil {
		return err
	}
	k.mu.Lock()
	k.calendar.back()
	k.loaded = true
	k.mu.Unlock()
	k.lookAfterVault()
	return nil
}

// take makes a live account of what the vault keeps. Called with mu held.
func (k *Keeper) take(a Account, c Client, g Grant) *held {
	h := &held{account: a, client: c, grant: g, jitter: k.random(), index: -1, lineIndex: -1}
	k.accounts[a.ID], k.ordered = h, nil
	k.settle(h)
	return h
}

// takeBack is take for an account that was kept: one whose last refresh was not
// finished waits until others in doubt are settled. Called with mu held.
func (k *Keeper) takeBack(a Account, c Client, g Grant) {
	k.calendar.catchUp(a.ID, &g)
	h := k.take(a, c, g)
	h.doubtful = g.Attempt.Open()
}

// settle makes state, queue and line follow from what is known. Called with mu held.
func (k *Keeper) settle(h *held) {
	now, mono := k.times()
	k.settleAt(h, h.nextDue(now), now, mono)
}

// settleAt is settle with h's nextDue at now, which is mono by the other clock.
func (k *Keeper) settleAt(h *held, due, now time.Time, mono time.Duration) {
	if h.line != nil {
		if !due.IsZero() && !due.After(now) && h.refreshable() {
			due = time.Time{} // it waits its turn already
		} else {
			k.gate.stepOut(h, mono)
		}
	}
	if !h.refreshable() && !due.After(now) {
		due = time.Time{} // its end has been told
	}
	if due.IsZero() && h.givenUp() && h.grant.ExpiresAt.After(now) {
		due = h.grant.ExpiresAt // a person is needed then
	}
	k.queue.put(h, due)
	h.become(h.stateAt(now), now)
}

// drop takes h, which is no account any more, out of all that it waits in. Called
// with mu held.
func (k *Keeper) drop(h *held) {
	h.dropped, k.ordered = true, nil
	delete(k.undecided, h)
	k.queue.put(h, time.Time{})
	k.gate.stepOut(h, k.clock.Mono())
}
