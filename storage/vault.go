package storage

import (
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/tokentray/tokentray/auth"
)

// Options say where a vault is and what it is sealed with. The zero value of all
// but Dir is what people get.
type Options struct {
	Dir     string  // of the vault's file; it has to exist (Places.Make)
	Keyring Keyring // nil: SystemKeyring

	// KeyringPatience is how long one answer of the keyring is waited for; 0: 5 s.
	KeyringPatience time.Duration
	// PassphraseCost of what is sealed with a passphrase from now on; zero: as much
	// as takes half a second to a second on this machine. What is sealed already
	// keeps its cost.
	PassphraseCost PassphraseCost

	Clock auth.Clock // nil: auth.SystemClock
}

// Vault is the auth.Vault on disk.
type Vault struct {
	dir, path string
	cost      PassphraseCost // zero: to be measured
	keys      *keys
	tries     tries
	state     atomic.Pointer[auth.VaultState]
	ballast   ballast
	upkeep    *upkeep

	line line // of those who write

	// turn is held by the one Open, Create, Seal, Lock or Close under way, which may wait
	// for the keyring.
	turn sync.Mutex

	mu     sync.RWMutex
	db     *file // nil: not open
	header header
	sealer sealer
	commit func(*bolt.Tx) error // replaced by tests that have it fail

	// beforeUpgrade makes a backup before the schema is raised; an error keeps the
	// file as it is.
	beforeUpgrade func(*file, sealer) error
}

var _ auth.Vault = (*Vault)(nil)

// NewVault returns the vault in o.Dir. Nothing is looked at before Open; until
// then, and after Close, its state is VaultLocked.
func NewVault(o Options) *Vault {
	if o.Keyring == nil {
		o.Keyring = SystemKeyring()
	}
	if o.KeyringPatience == 0 {
		o.KeyringPatience = keyringPatience
	}
	if o.Clock == nil {
		o.Clock = auth.SystemClock()
	}
	v := &Vault{
		dir: o.Dir, path: filepath.Join(o.Dir, fileName), cost: o.PassphraseCost,
		keys:    newKeys(o.Keyring, o.KeyringPatience),
		tries:   tries{path: filepath.Join(o.Dir, triesName), now: o.Clock.Wall},
		ballast: ballast{path: filepath.Join(o.Dir, ballastName)},
		commit:  (*bolt.Tx).Commit,
	}
	v.upkeep, v.beforeUpgrade = newUpkeep(v, o.Clock), v.copyBeforeUpgrade
	v.stands(auth.VaultLocked)
	return v
}

// State says how the vault stands.
func (v *Vault) State() auth.VaultState { return *v.state.Load() }

func (v *Vault) stands(state auth.VaultState) { v.state.Store(&state) }

// Open opens the vault if its file is whole and its key can be had; see
// auth.Vault. It may be called again after every failure. Where the key is in the
// keyring, a passphrase is only looked at when it can't be had from there and
// there is one for recovery; a wrong one leaves the state what the keyring made it.
func (v *Vault) Open(passphrase auth.Secret) error {
	v.turn.Lock()
	defer v.turn.Unlock()
	if v.isOpen() {
		return nil
	}
	v.upkeep.look()
	db, header, err := openVault(v.path)
	if err != nil {
		return v.closedBy(err)
	}
	key, because, err := v.keyFor(header, passphrase)
	if err != nil {
		db.leave(err)
		answer := v.closedBy(err)
		if header.Source == fromKeyring {
			_ = v.closedBy(because) // notes the state
		}
		return answer
	}
	if err := v.use(db, header, key); err != nil {
		return err
	}
	v.settle(because)
	return nil
}

// openVault opens the file at path and reads its header; the error is a trouble.
func openVault(path string) (*file, storedHeader, error) {
	db, err := openFile(path)
	if err != nil {
		return nil, storedHeader{}, err
	}
	header, err := readHeader(db)
	if err == nil {
		err = hasBuckets(db, header.Schema)
	}
	if err != nil {
		db.leave(err)
		return nil, header, err
	}
	return db, header, nil
}

// closedBy notes the state that err speaks of. That there is no vault yet is no error.
func (v *Vault) closedBy(err error) error {
	var e *auth.Error
	if !errors.As(err, &e) {
		e = trouble(auth.VaultDamaged, "the vault can't be opened", err)
	}
	v.stands(e.Vault)
	if e.Vault == auth.VaultNone {
		return nil
	}
	return e
}

// keyFor fetches the key of the vault with header h or, where that can't be had
// because of a trouble, has passphrase open it; the error is a trouble, too.
func (v *Vault) keyFor(h storedHeader, passphrase auth.Secret) (key vaultKey, because, err error) {
	key, because = v.keyAtHand(h)
	if wrapped, _ := h.wrap(); because != nil && wrapped != nil && !passphrase.IsZero() {
		key, err = v.unwrap(h, passphrase)
		return key, because, err
	}
	return key, because, because
}

// keyAtHand is the key of the vault with header h as far as nobody has to be asked
// for a passphrase; the error is a trouble.
func (v *Vault) keyAtHand(h storedHeader) (vaultKey, error) {
	if h.Source == fromPassphrase {
		return vaultKey{}, trouble(auth.VaultLocked, "the vault is sealed with a passphrase", nil)
	}
	key, err := v.keys.fetch(h.Vault)
	if err == nil && !h.proves(key) {
		err = trouble(auth.VaultKeyWrong, "the key is not this vault's", nil)
	}
	return key, err
}

// use makes the vault usable, after its upgrade where it is an older one. Where
// that fails it closes db, and the error is a trouble.
func (v *Vault) use(db *file, h storedHeader, key vaultKey) error {
	h, err := v.upgrade(db, h, key)
	if err != nil {
		db.leave(err)
		return v.closedBy(err)
	}
	v.mu.Lock()
	v.db, v.header = db, h.header
	v.sealer = sealer{schema: h.Schema, vault: h.Vault, key: key}
	v.ballast.lay()
	v.mu.Unlock()
	v.stands(auth.VaultUnlocked)
	v.upkeep.begin()
	return nil
}

func (v *Vault) isOpen() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.db != nil
}

// Lock forgets the key and gives the file free; see auth.Vault. Where the vault
// wasn't open its state stays what it is. Open with no passphrase asks the keyring
// again where the key is there.
func (v *Vault) Lock() error {
	v.turn.Lock()
	defer v.turn.Unlock()
	if !v.isOpen() {
		return nil
	}
	return v.shut()
}

// Close gives the file free and forgets the key. Closing a closed vault is no error.
func (v *Vault) Close() error {
	v.turn.Lock()
	defer v.turn.Unlock()
	return v.shut()
}

// shut closes the file, after the commit that is under way. Called with turn held.
func (v *Vault) shut() error {
	v.upkeep.end()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stands(auth.VaultLocked)
	clear(v.sealer.key[:])
	v.sealer = sealer{}
	if v.db == nil {
		return nil
	}
	db := v.db
	v.db = nil
	return db.Close()
}

// unusable is what every method answers while the vault is not open.
func (v *Vault) unusable() error {
	return trouble(v.State(), "the vault is not open", nil)
}
