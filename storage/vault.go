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
	// PassphraseCost of a new vault; zero: DefaultPassphraseCost. A vault that
	// exists keeps the cost it was made with.
	PassphraseCost PassphraseCost

	Clock auth.Clock // nil: auth.SystemClock
}

// Vault is the auth.Vault on disk.
type Vault struct {
	dir, path string
	cost      PassphraseCost
	keys      *keys
	state     atomic.Pointer[auth.VaultState]
	ballast   ballast
	upkeep    *upkeep

	// turn is held by the one Open, Create or Close under way, which may wait
	// for the keyring.
	turn sync.Mutex

	mu     sync.RWMutex
	db     *file // nil: not open
	sealer sealer
	commit func(*bolt.Tx) error // replaced by tests that have it fail
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
	if o.PassphraseCost == (PassphraseCost{}) {
		o.PassphraseCost = DefaultPassphraseCost
	}
	v := &Vault{
		dir: o.Dir, path: filepath.Join(o.Dir, fileName), cost: o.PassphraseCost,
		keys:    newKeys(o.Keyring, o.KeyringPatience),
		ballast: ballast{path: filepath.Join(o.Dir, ballastName)},
		commit:  (*bolt.Tx).Commit,
	}
	v.upkeep = newUpkeep(v, o.Clock)
	v.stands(auth.VaultLocked)
	return v
}

// State says how the vault stands.
func (v *Vault) State() auth.VaultState { return *v.state.Load() }

func (v *Vault) stands(state auth.VaultState) { v.state.Store(&state) }

// Open opens the vault if its file is whole and its key can be had; see
// auth.Vault. It may be called again after every failure. A passphrase for a
// vault whose key is in the keyring is not looked at.
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
	key, err := v.keyFor(header, passphrase)
	if err != nil {
		db.leave(err)
		return v.closedBy(err)
	}
	v.use(db, header, key)
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
		err = hasBuckets(db)
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

// keyFor fetches, or derives, the key of the vault with header h, and proves it;
// the error is a trouble.
func (v *Vault) keyFor(h storedHeader, passphrase auth.Secret) (key vaultKey, err error) {
	switch {
	case h.Source == fromKeyring:
		key, err = v.keys.fetch(h.Vault)
	case passphrase.IsZero():
		return key, trouble(auth.VaultLocked, "the vault is sealed with a passphrase", nil)
	default:
		if key, err = h.Passphrase.unwrap(h.Schema, h.Vault, passphrase); err != nil {
			err = trouble(auth.VaultKeyWrong, "the passphrase doesn't fit", err)
		}
	}
	if err == nil && !h.proves(key) {
		err = trouble(auth.VaultKeyWrong, "the key is not this vault's", nil)
	}
	return key, err
}

// use makes the vault usable.
func (v *Vault) use(db *file, h storedHeader, key vaultKey) {
	v.mu.Lock()
	v.db = db
	v.sealer = sealer{schema: h.Schema, vault: h.Vault, key: key}
	v.ballast.lay()
	v.mu.Unlock()
	v.stands(auth.VaultUnlocked)
	v.upkeep.begin()
}

func (v *Vault) isOpen() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.db != nil
}

// Close gives the file free and forgets the key. Closing a closed vault is no error.
func (v *Vault) Close() error {
	v.turn.Lock()
	defer v.turn.Unlock()
	v.upkeep.end()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stands(auth.VaultLocked)
	if v.db == nil {
		return nil
	}
	db := v.db
	v.db, v.sealer = nil, sealer{}
	return db.Close()
}

// unusable is what every method answers while the vault is not open.
func (v *Vault) unusable() error {
	return trouble(v.State(), "the vault is not open", nil)
}
